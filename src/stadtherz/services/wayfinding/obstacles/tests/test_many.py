# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Very many obstacles in the database, and one over the whole town: pages, map, interface and ways still answer, and clearly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon
from django.db import connection
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.models import Obstacle, ObstacleVersion
from stadtherz.services.wayfinding.obstacles.vocabulary import Effect, Kind, Source, State
from stadtherz.services.wayfinding.tests.test_pages import END, START, ask, items, text_of
from stadtherz.services.wayfinding.tests.test_routing_interface import post

MANY = 1_000
FILL = """
INSERT INTO wayfinding_obstacle (municipality_id, kind, effect, source, state, geometry, reach_m, title, place_label, text,
    begins, ends, feed_key, still_there, gone, created_at, changed_at, version)
SELECT %(town)s, 'works', 'closed', 'clerk', 'confirmed',
    ST_SetSRID(ST_MakePoint(%(x)s + (n %% 40) * 1e-6, %(y)s + (n / 40) * 1e-6), 4326), 5, '', 'Platz ' || n, '',
    now() - interval '1 hour', now() + interval '1 day', '', 0, 0, now(), now(), n
FROM generate_series(1, %(many)s) AS n
"""


@pytest.fixture
def crowded(prepared: Extract, kaiserslautern: Municipality) -> Extract:
    """A thousand obstacles on one path in the park."""
    x, y = at(250, 250)
    with activate(kaiserslautern):
        with connection.cursor() as cursor:
            cursor.execute(FILL, {"town": kaiserslautern.pk, "x": x, "y": y, "many": MANY})
        ObstacleVersion.objects.create(number=MANY)
    return prepared


def test_pages_map_and_ways_answer_with_very_many(
    crowded: Extract, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/ankommen/hindernisse/")
    with django_assert_max_num_queries(8):
        page = client.get("/ankommen/hindernisse/").content.decode()
    assert page.count('class="sh-row wo-row"') == 50
    with django_assert_max_num_queries(5):
        marks = client.get("/ankommen/hindernisse/orte.geojson").json()["features"]
    assert len(marks) == MANY
    assert marks[0]["properties"]["url"] == f"/ankommen/hindernisse/{marks[0]['properties']['id']}/"
    answer = client.get("/api/v1/wayfinding/obstacles").json()
    assert 0 < len(answer["features"]) <= 200
    # no way through the park; the way round is found, and does not list a thousand
    way = ask(client, start="{1}, {0}".format(*at(250, 300)), goal="{1}, {0}".format(*at(250, 100)), aid="foot")
    assert items(way, "wf-steps")
    assert text_of(way).count("(Platz ") <= 20
    assert f"Und {MANY - 20} weitere" in text_of(way)


def test_an_obstacle_over_the_whole_town_is_named_on_the_page_and_in_the_interface(
    prepared: Extract, kaiserslautern: Municipality, client: Client
) -> None:
    low, high = at(-500, -500), at(1500, 1500)
    with activate(kaiserslautern):
        Obstacle.objects.create(
            kind=Kind.ICE, effect=Effect.CLOSED, source=Source.CLERK, state=State.CONFIRMED, version=1, title="Sturm",
            geometry=Polygon.from_bbox((*low, *high)), begins=timezone.now() - timedelta(hours=1),
            ends=timezone.now() + timedelta(hours=4),
        )  # fmt: skip
        ObstacleVersion.objects.create(number=1)
    page = ask(client, start=START, goal=END, aid="walker")
    assert page.status_code == 200
    assert "Kein Weg hält alle deine Grenzen ein" in text_of(page)
    assert "Sturm" in text_of(page)
    answer = post(client, "directions/walker", {"coordinates": [list(at(10, 5)), list(at(490, 395))]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 2010)
    assert {one["title"] for one in answer.json()["why_not"]["obstacles"]} == {"Sturm"}
