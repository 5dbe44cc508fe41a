# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Directions in their lane: the same answers as the view gives, and everything unusual is passed on to it."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.group_commit import stop_committers
from stadtherz.kernel.lanes import LaneAnswer, LaneRequest
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.obstacles.tests.factories import PARK_WAY, closed
from stadtherz.services.wayfinding.web import routing_lane

pytestmark = pytest.mark.django_db(transaction=True)
START, END = list(at(10, 5)), list(at(390, 395))


def lane(
    town: Municipality, bodies: list[Any], *, path: str = "foot", visitor: str = "192.0.2.7", **headers: str
) -> list[LaneAnswer | None]:  # fmt: skip
    """All of them at once, as one process gets them."""
    profile, _, form = path.partition("/")
    requests = [
        LaneRequest(
            method="POST", path=f"/api/routing/v2/directions/{path}", query="", headers={"host": "localhost"} | headers,
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
            groups={"profile": profile, "form": form or None},  # type: ignore[dict-item]
            municipality=town, scheme="http", client=visitor,
        )
        for body in bodies
    ]  # fmt: skip

    async def ask() -> list[LaneAnswer | None]:
        routing_lane.gate.cache_clear()
        found = await asyncio.gather(*(routing_lane.directions(request) for request in requests))
        await stop_committers()
        return list(found)

    return asyncio.run(ask())


def without_moment(body: bytes) -> bytes:
    return re.sub(rb'"timestamp":\d+|<time>[^<]+', b"", body)


CASES: list[tuple[str, Any]] = [
    ("foot", {"coordinates": [START, END]}),
    ("wheelchair", {"coordinates": [START, END], "preference": "shortest"}),
    ("walker/geojson", {"coordinates": [START, END], "language": "en"}),
    ("pram/gpx", {"coordinates": [START, END]}),
    ("foot", {"coordinates": [START]}),
    ("foot/pdf", {"coordinates": [START, END]}),
    ("nobody", {"coordinates": [START, END]}),
    ("foot", b"{"),
    ("wheelchair-manual", {"coordinates": [list(at(0, 390)), list(at(50, 430))]}),
]


def test_the_lane_answers_as_the_view_and_weakens_nothing(
    prepared: Extract, kaiserslautern: Municipality, kusel: Municipality, client: Client
) -> None:
    """One test, because a transaction test empties all tables."""
    the_same_answers(kaiserslautern, client)
    what_is_unusual_is_passed_on(kaiserslautern, kusel)
    an_obstacle_counts_for_the_next_question(kaiserslautern)
    each_question_counts_and_the_limit_is_kept(kaiserslautern)


def the_same_answers(kaiserslautern: Municipality, client: Client) -> None:
    for path, body in CASES:
        content = body if isinstance(body, bytes) else json.dumps(body)
        view = client.post(f"/api/routing/v2/directions/{path}", content, content_type="application/json")
        [mine] = lane(kaiserslautern, [body], path=path)
        assert mine is not None
        assert mine.status == view.status_code
        assert without_moment(mine.body) == without_moment(view.content)
        given = {"content-type": mine.content_type} | {name.lower(): value for name, value in mine.headers.items()}
        said = {name.lower(): value for name, value in view.headers.items()}
        assert set(said.pop("vary").split(", ")) <= set(given.pop("vary").split(", "))
        # each took one of their visitor's; what time gives back in between is at most one or two
        assert abs(int(said.pop("ratelimit-remaining")) - int(given.pop("ratelimit-remaining"))) <= 2
        for name in ("content-length", "x-content-type-options"):  # the dispatcher and the server write these
            said.pop(name, None)
        assert given == said


def what_is_unusual_is_passed_on(kaiserslautern: Municipality, kusel: Municipality) -> None:
    plain = {"coordinates": [START, END]}
    assert lane(kaiserslautern, [plain], authorization="Bearer x") == [None]
    assert lane(kaiserslautern, [plain], origin="https://example.org") == [None]
    assert lane(kusel, [plain]) == [None]  # no map
    assert lane(kaiserslautern, [{"coordinates": [START, [8.9, 50.0]]}]) == [None]  # perhaps a neighbour knows it


def each_question_counts_and_the_limit_is_kept(kaiserslautern: Municipality) -> None:
    plain = {"coordinates": [START, END], "instructions": False}
    answers = lane(kaiserslautern, [plain] * 3, visitor="192.0.2.8")
    assert [answer.headers["RateLimit-Remaining"] for answer in answers if answer] == ["239", "238", "237"]
    with connection.cursor() as cursor:  # as if 238 more had been asked
        cursor.execute("UPDATE api_limit SET full_at = full_at + interval '59 seconds'")
    assert lane(kaiserslautern, [plain] * 3, visitor="192.0.2.8")[2] is None


def an_obstacle_counts_for_the_next_question(kaiserslautern: Municipality) -> None:
    plain = {"coordinates": [list(at(*place)) for place in PARK_WAY]}
    [before] = lane(kaiserslautern, [plain])
    with activate(kaiserslautern):
        closed(person(Role.CLERK))
    [after] = lane(kaiserslautern, [plain])
    assert before is not None
    assert after is not None
    [first], [second] = (json.loads(answer.body)["routes"] for answer in (before, after))
    assert second["summary"]["distance"] > first["summary"]["distance"]
    assert len(second["stadtherz"]["obstacles"]["avoided"]) == 1
