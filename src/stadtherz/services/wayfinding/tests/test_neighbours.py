# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way from one municipality of an installation into the next, each with its own map."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Polygon
from django.test import Client

from stadtherz.kernel.geo.extracts import extract_path
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.services.wayfinding.actions.graph import build_graph
from stadtherz.services.wayfinding.engine.tests.town import cut_town
from stadtherz.services.wayfinding.tests.test_own_limits import TRACK
from stadtherz.services.wayfinding.tests.test_pages import ask, coordinates, items, map_source, plain, text_of

WEST, EAST = coordinates(10, 5), coordinates(490, 395)


@pytest.fixture
def two_towns(extract: Extract, kusel: Municipality) -> Municipality:
    """The west of the invented town is Kaiserslautern's map, its east that of Kusel; they overlap by three streets."""
    x, y = kusel.map_centre.coords
    other = Extract.objects.create(
        key="east", version="ba9876543210", name="East", source="east.osm.pbf", attribution="nobody",
        bounds=Polygon.from_bbox((x - 0.01, y - 0.01, x + 0.01, y + 0.01)),
    )  # fmt: skip
    cut_town(0, 300).write(extract_path(extract.slug))
    cut_town(0 + 100, 500).write(extract_path(other.slug))
    for found in (extract, other):
        build_graph(extract=found)
    return kusel


def test_the_way_leads_over_the_border_and_says_where(two_towns: Municipality, client: Client) -> None:
    answer = ask(client, start=WEST, goal=EAST, aid="foot")
    steps = [plain(item) for item in items(answer, "wf-steps")]
    assert steps.count("Hier beginnt: Kusel.") == 1
    assert 0 < steps.index("Hier beginnt: Kusel.") < len(steps) - 2
    assert steps[-1] == "Du bist am Ziel."
    lines = [f for f in client.get(map_source(answer)).json()["features"] if f["geometry"]["type"] == "LineString"]
    assert len(lines) == len(steps) - 2


def test_and_back(two_towns: Municipality, client: Client) -> None:
    answer = ask(client, start=EAST, goal=WEST, aid="foot")
    assert "Hier beginnt: Kaiserslautern." in text_of(answer)


def test_a_neighbour_without_the_service_is_not_asked(two_towns: Municipality, client: Client) -> None:
    Municipality.objects.filter(pk=two_towns.pk).update(services=["participation"])
    forget_hosts()
    assert "Hier beginnt" not in text_of(ask(client, start=WEST, goal=EAST, aid="foot"))


def test_where_no_way_over_the_border_keeps_the_limits_one_is_told_what_to_do(
    two_towns: Municipality, client: Client
) -> None:
    answer = ask(client, start=WEST, goal=EAST, aid="foot", unknown="forbid", kerb_up="0", limits_of="foot")
    assert "Kein Weg in den Nachbarort" in text_of(answer)
    assert items(answer, "wf-steps") == []


def test_no_track_over_the_border_yet_but_the_page(two_towns: Municipality, client: Client) -> None:
    assert ask(client, TRACK, start=WEST, goal=EAST, aid="foot").status_code == 302
