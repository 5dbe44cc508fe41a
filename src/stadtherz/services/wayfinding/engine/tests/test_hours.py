# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Opening hours and conditions: what is understood, to the quarter of an hour; what is not closes nothing and is said."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..engine import Engine, NoRouteError
from ..hours import DAYS, NotUnderstood, closings, is_open, timetable
from ..importing.assembling import import_map
from ..obstacles import Effect
from ..presets import PRESETS
from ..telling.phrases import LANGUAGES
from ..telling.today import in_words
from .town import Draft, at, draft_town

BERLIN = ZoneInfo("Europe/Berlin")


def when(text: str) -> datetime:
    """Such as "Mo 08:00" in the first full week of June 2026, or a date with a time."""
    day, clock = text.split(" ")
    hour, minute = (int(part) for part in clock.split(":"))
    if day in DAYS:
        return datetime(2026, 6, 1 + DAYS.index(day), hour, minute, tzinfo=BERLIN)
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("rule", "open_at", "closed_at"),
    [
        ("08:00-20:00", ["Mo 08:00", "Su 19:59"], ["Mo 07:59", "Su 20:00"]),
        ("24/7", ["We 03:00"], []),
        ("Mo-Fr 06:00-22:00; Sa,Su 08:00-18:00", ["Fr 21:00", "Sa 08:00"], ["Sa 07:00", "Su 18:00", "Mo 05:59"]),
        ("22:00-06:00", ["Mo 23:00", "Tu 05:59"], ["Tu 06:00", "Tu 21:59"]),
        ("Fr 22:00-02:00", ["Fr 22:30", "Sa 01:00"], ["Fr 01:00", "Sa 22:30"]),
        ("Mo-Su 00:00-07:00,21:00-24:00", ["Mo 06:00", "Mo 23:59"], ["Mo 12:00"]),
        ("Sa-Mo 10:00-12:00", ["Sa 10:00", "Mo 11:00"], ["Tu 10:00"]),
        ("Mar-Oct", ["2026-03-01 00:00", "2026-10-31 23:00"], ["2026-11-01 00:00"]),
        ("Nov-Feb 09:00-16:00", ["2026-01-15 10:00"], ["2026-06-15 10:00", "2026-01-15 17:00"]),
        ("Apr 15-Sep 30", ["2026-04-15 12:00"], ["2026-04-14 12:00"]),
        ("08:00-20:00; Su off", ["Sa 09:00"], ["Su 09:00"]),
        ("season: summer", ["2026-06-01 12:00"], ["2026-12-01 12:00"]),
        ("season: winter", ["2026-12-24 12:00"], ["2026-06-01 12:00"]),
        ("no @ (22:00-06:00)", ["Mo 12:00"], ["Mo 23:00", "Mo 05:00"]),
        ("no @ (23:30-05:00)", ["Mo 23:00"], ["Mo 23:30"]),
        ("yes @ (Mo-Fr 08:00-18:00)", ["Mo 09:00"], ["Sa 09:00", "Mo 18:00"]),
        ("no @ (Sa,Su); yes @ 10:00-12:00", ["Sa 11:00"], ["Sa 13:00"]),
    ],
)  # fmt: skip
def test_what_is_understood(rule: str, open_at: list[str], closed_at: list[str]) -> None:
    assert [moment for moment in open_at if not is_open(rule, when(moment))] == []
    assert [moment for moment in closed_at if is_open(rule, when(moment))] == []


@pytest.mark.parametrize(
    "rule", ["", "PH off", "sunrise-sunset", "week 1-10", "no @ (7:30-19:00 AND weight>7.5)", "Di 07:00-13:30", "08:00+",
             "yes @ (wet)", "season: blossom", "Mo 25:00-26:61", "no @", ";;", "8-20 Uhr"]
)  # fmt: skip
def test_what_is_not_understood_is_said(rule: str) -> None:
    with pytest.raises(NotUnderstood):
        is_open(rule, when("Mo 12:00"))


@given(st.text(alphabet="MoTuWeThFrSaSu0123456789:-,;@() yesnoffJanDec", max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(NotUnderstood):
        assert is_open(text, when("Mo 12:00")) in {True, False}


@given(st.sampled_from(DAYS), st.integers(0, 95), st.integers(1, 95))
@settings(max_examples=60, deadline=None)
def test_closings_are_where_it_is_not_open(day: str, begin: int, length: int) -> None:
    """Against asking every quarter of an hour."""
    first, last = begin * 15, (begin + length) % 96 * 15
    rule = f"{day} {first // 60:02d}:{first % 60:02d}-{last // 60:02d}:{last % 60:02d}"
    start = when("Mo 00:00")
    closed = closings(rule, start, 7)
    for step in range(7 * 96):
        moment = start + timedelta(minutes=15 * step)
        assert any(a <= moment < b for a, b in closed) == (not is_open(rule, moment))


def test_a_gate_that_closes_at_night(tmp_path: Path) -> None:
    """The same way by day and by night; a rule that is not understood is named on the way."""
    town = draft_town()
    town.way((500, 400), (600, 400), highway="footway", name="Stadtpark", opening_hours="08:00-20:00")
    town.way((600, 400), (700, 400), highway="footway", opening_hours="sunrise-sunset")
    engine = Engine(import_map(town.write(tmp_path / "gate.osm.pbf"))[0])
    start = when("Mo 00:00")
    engine.clock = start.timestamp
    engine.change_obstacles(timetable(engine.graph, start, 2))
    foot = PRESETS["foot"].profile
    ends = [at(450, 400), at(690, 400)]
    engine.clock = when("Mo 12:00").timestamp
    legs = engine.legs(engine.metric(foot), ends)
    [named] = engine.obstacles_along(legs[0].arcs)
    assert named.effect is Effect.NOTICE
    for words in LANGUAGES.values():
        assert "sunrise-sunset" in in_words(named, words)
    engine.clock = when("Mo 21:00").timestamp
    with pytest.raises(NoRouteError):
        engine.legs(engine.metric(foot), ends)
    engine.clock = when("Tu 08:00").timestamp
    assert engine.legs(engine.metric(foot), ends)


@pytest.mark.parametrize(
    ("text", "winter", "summer"),
    [
        ("Nov-Mar off", False, True), ("no @ (winter)", False, True), ("no @ winter", False, True), ("yes @ (summer)", False, True),
        ("season: summer;autumn", False, True), ("Apr 15-Oct 15: 08:00-20:00", False, True), ("Apr 15-Oct 15 08:00-20:00", False, True),
        ("08:00-20:00; Nov-Mar off", False, True),
    ],
)  # fmt: skip
def test_paths_that_nobody_clears_in_winter(text: str, winter: bool, summer: bool) -> None:
    assert is_open(text, datetime(2026, 1, 15, 12, tzinfo=BERLIN)) is winter
    assert is_open(text, datetime(2026, 7, 15, 12, tzinfo=BERLIN)) is summer


def test_of_hours_with_holidays_the_days_count_and_the_rest_is_said(tmp_path: Path) -> None:
    text = "Mo-Fr 07:00-19:00; PH off"
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway", opening_hours=text)
    graph = import_map(town.write(tmp_path / "hours.osm.pbf"))[0]
    night = datetime(2026, 1, 14, 19, tzinfo=BERLIN)
    closed, said = timetable(graph, night, 1)
    assert (closed.effect, closed.begins, closed.ends) == (
        Effect.CLOSED, night.timestamp(), datetime(2026, 1, 15, 7, tzinfo=BERLIN).timestamp(),
    )  # fmt: skip
    assert (said.effect, said.about["title"]) == (Effect.NOTICE, text)
    # where holidays are among the days of a rule, nobody knows what is left of it
    town.ways[0][1]["opening_hours"] = "Mo-Fr 07:00-19:00; Sa,PH 09:00-12:00"
    graph = import_map(town.write(tmp_path / "hours.osm.pbf"))[0]
    assert [found.effect for found in timetable(graph, night, 1)] == [Effect.NOTICE]
