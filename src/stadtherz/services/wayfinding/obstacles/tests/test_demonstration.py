# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles of the demonstration: around now, entered once, and anew when they are over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from stadtherz.kernel.geo.actions import load_model_town
from stadtherz.kernel.geo.extracts import folder
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.demo import demo_account, demo_people
from stadtherz.kernel.people.roles import Role
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.actions.graph import build_graph
from stadtherz.services.wayfinding.demonstration import trips_to_try
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.jobs import renew_demonstration
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.actions import end_obstacle
from stadtherz.services.wayfinding.obstacles.demonstration import load_obstacles
from stadtherz.services.wayfinding.obstacles.vocabulary import State
from stadtherz.services.wayfinding.planning import Question, find_way


def test_the_model_town_has_three_obstacles_and_a_market(town: Municipality, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    folder()
    graphs.forget()
    extract = load_model_town(municipality=town)
    build_graph(extract=extract)
    demo_people(town)
    for _twice in range(2):
        load_obstacles(extract)
    once = Obstacle.objects.filter(weekly__isnull=True)
    found = once.current().order_by("kind")
    assert [(one.kind, one.state, one.geometry.geom_type) for one in found] == [
        ("festival", State.CONFIRMED, "Polygon"), ("parked_cars", State.REPORTED, "Point"),
        ("works", State.CONFIRMED, "LineString"),
    ]  # fmt: skip
    assert all(one.place_label for one in found)
    market = Obstacle.objects.filter(weekly__isnull=False).get()
    assert market.is_open()
    assert len(market.times_after(timezone.now())) > 40
    ways = [
        find_way(graphs.town(), Question((start.lon, start.lat), (goal.lon, goal.lat), PRESETS[trip.aid].profile, "en"))
        for trip, start, goal in trips_to_try(extract)
    ]
    ordinary, detour, refused = ways
    assert [one.key for one in ordinary.passed] == [str(found[1].pk)], "who plans the first trip meets the parked cars"
    assert (ordinary.keeps_limits, detour.keeps_limits, bool(detour.detour)) == (True, True, True)
    assert refused.broken
    past = timezone.now() - timedelta(days=1)
    found.update(begins=past - timedelta(days=1), ends=past)
    renew_demonstration()
    assert once.current().count() == 3
    assert Obstacle.objects.filter(weekly__isnull=False).get() == market
    for one in Obstacle.objects.open():
        end_obstacle(obstacle=one, clerk=demo_account(Role.CLERK))
    renew_demonstration()
    assert Obstacle.objects.open().count() == 0, "what somebody has ended stays so"
    graphs.forget()
