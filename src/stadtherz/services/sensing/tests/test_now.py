# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town right now: a word for each topic, what it is held against, when it was measured, and what is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from stadtherz.services.sensing import limits
from stadtherz.services.sensing.limits import Level
from stadtherz.services.sensing.models import Thing
from stadtherz.services.sensing.queries.now import same_hours
from stadtherz.services.sensing.queries.stations import Value
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.measuring import fill, stream
from stadtherz.services.sensing.web.board import Topic, topics
from stadtherz.services.sensing.web.present import scale_of

PAGES = "/wissen/messwerte/"
NOON = datetime(2026, 6, 16, 11, 50, tzinfo=UTC)


def told(now: datetime = NOON) -> dict[str, Topic]:
    with override("en"):
        return {topic.title: topic for topic in topics(now)}


def test_air_is_told_by_the_value_nearest_to_its_guideline(town: object) -> None:
    fill(stream("pm10", name="A"), [(NOON, 44.0)])
    fill(stream("nitrogen_dioxide", name="B"), [(NOON, 20.0)])
    fill(stream("pm25", name="C"), [(NOON - timedelta(hours=9), 80.0)])  # long ago: not how it is now
    air = told()["Air"]
    assert (air.word, air.level, air.figure) == ("middling", Level.MIDDLE, "Particles PM10 44.0\u00a0µg/m³")
    assert air.notes == ("guideline 45\u00a0µg/m³, daily mean (WHO 2021)", "1 station is silent and left out")
    assert air.measured == "measured at 13:50, A"
    assert list(told()) == ["Air"]


@pytest.mark.parametrize(
    ("now", "note"),
    [(12.0, "as usual at this time"), (14.0, "higher than usual at this time (10.0\u00a0µg/m³)"), (6.0, "lower than usual at this time (10.0\u00a0µg/m³)")],
)  # fmt: skip
def test_air_says_whether_it_is_as_usual_at_this_time(town: object, now: float, note: str) -> None:
    dust = stream("pm10", every=3600)
    fill(dust, [(hour, 10.0) for hour in same_hours(NOON, ZoneInfo("Europe/Berlin"))])
    roll_up(now=NOON)
    fill(dust, [(NOON, now)])
    assert told()["Air"].notes[1] == note


def test_where_nothing_reports_that_is_said_instead_of_a_word(town: object) -> None:
    fill(stream("noise", name="Bahnhof"), [(NOON - timedelta(hours=9), 70.0)])
    noise = told()["Noise"]
    assert (noise.word, noise.level, noise.figure) == ("no values", Level.SILENT, "")
    assert "nobody knows" in noise.notes[0]


def test_noise_is_held_against_the_night_at_night(town: object) -> None:
    zone = ZoneInfo("Europe/Berlin")
    evening, night = datetime(2026, 6, 16, 21, 59, tzinfo=zone), datetime(2026, 6, 16, 22, 0, tzinfo=zone)
    assert [limits.is_night(each) for each in (evening, night)] == [False, True]
    assert [limits.level("noise", 52.0, limits.is_night(each)) for each in (evening, night)] == [Level.LOW, Level.HIGH]
    assert limits.level("pm10", 44.0, True) is Level.MIDDLE  # the same at any hour


@pytest.mark.parametrize(("free", "word"), [(120.0, "many free"), (30.0, "few free"), (5.0, "nearly full")])
def test_parking_spaces_are_added_and_held_against_the_weeks_before(town: object, free: float, word: str) -> None:
    park = stream("parking_free", name="P1", every=900)
    Thing.objects.update(properties={"capacity": 200})
    fill(park, [(NOON - timedelta(weeks=n, minutes=m), 120.0) for n in (1, 2, 3) for m in (5, 20, 35, 50)])
    roll_up(now=NOON + timedelta(days=1))
    fill(park, [(NOON, free)])
    parking = told()["Parking"]
    assert (parking.word, parking.figure) == (word, f"{free:g} of 200 spaces are free")
    usual = "as usual at this time" if free == 120.0 else "less than usual at this time (120)"
    assert parking.notes == (usual,)


def test_counts_are_held_against_what_chance_allows(town: object) -> None:
    counter = stream("bicycles", name="Z", every=900)
    fill(counter, [(NOON - timedelta(weeks=n, minutes=m), 10.0) for n in (1, 2) for m in (5, 20, 35, 50)])
    roll_up(now=NOON + timedelta(days=1))
    notes = []
    for minute, count in ((0, 15.0), (15, 40.0), (30, 1.0)):
        fill(counter, [(NOON + timedelta(minutes=minute), count)])
        notes.append(told()["Bicycles"].notes[0])
    assert notes == ["as usual at this time", "more than usual at this time (10)", "less than usual at this time (10)"]


def test_the_same_hour_of_the_weeks_before_goes_by_the_town_s_clock() -> None:
    zone = ZoneInfo("Europe/Berlin")
    found = same_hours(datetime(2026, 10, 27, 8, 30, tzinfo=zone), zone)  # two days after summer time ended
    assert found[0] == datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
    assert {each.astimezone(zone).hour for each in found} == {8}


def test_the_mark_on_the_scale_stands_in_the_part_of_its_level(town: object) -> None:
    def at(quantity: str, number: float) -> float:
        value = Value(1, "", quantity, "µg/m³", NOON, number, "", "", 600, True)
        scale = scale_of(value)
        assert scale is not None
        return round(scale.place, 1)

    found = [at("pm10", number) for number in (0.0, 22.5, 33.75, 45.0, 60.0, 900.0, -3.0)]
    assert found == [1.5, 33.3, 50.0, 66.7, 88.9, 98.5, 1.5]
    assert [at("noise", number) for number in (29.0, 53.0, 59.0, 74.0)] == [1.5, 33.3, 66.7, 98.5]
    assert scale_of(Value(1, "", "bicycles", "", NOON, 5.0, "", "", 900, True)) is None


def test_the_board_stands_above_the_list_until_it_is_narrowed(town: object, client: Client) -> None:
    fill(stream("pm10"), [(timezone.now(), 60.0)])
    english: dict[str, Any] = {"headers": {"Accept-Language": "en"}}
    page = client.get(PAGES, **english).content.decode()
    assert "Right now in town" in page
    assert client.get(f"{PAGES}jetzt/", **english).content.decode().count("sn-tile__word") == 1
    assert "sn-tile__word" not in client.get(f"{PAGES}?quantity=pm10", **english).content.decode()
    home = client.get("/", **english).content.decode()
    assert "Air: bad" in home
