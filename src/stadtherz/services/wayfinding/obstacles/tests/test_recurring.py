# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles that recur: they close and open on time by the router's clock, are drawn, left out once, ended and undone, and every
page and interface says when."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.audit.words import details
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.answering.answers import directions
from stadtherz.services.wayfinding.engine.obstacles import Obstacle as Hindrance
from stadtherz.services.wayfinding.engine.obstacles import ObstacleBoard
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles import actions, queries
from stadtherz.services.wayfinding.obstacles.errors import (
    AlreadyOver,
    ChangedMeanwhile,
    LastTime,
    NeverCounts,
    Refused,
    TooFarAhead,
    TooLong,
    WrongPeriod,
)
from stadtherz.services.wayfinding.obstacles.tests.factories import PARK_WAY, closed, drawn, metres
from stadtherz.services.wayfinding.obstacles.vocabulary import State
from stadtherz.services.wayfinding.obstacles.weekly import Weekly
from stadtherz.services.wayfinding.web.obstacle_times import in_words, period

BERLIN = ZoneInfo("Europe/Berlin")
NEW, LIST, DESK = "/ankommen/amt/hindernisse/neu/", "/ankommen/hindernisse/", "/ankommen/amt/hindernisse/"
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture(autouse=True)
def _town(prepared: Extract, town: Municipality) -> None:
    """Kaiserslautern is active, its graph prepared."""


@pytest.fixture
def clerk() -> Person:
    return person(Role.CLERK)


def in_days(days: int) -> date:
    return timezone.localdate(timezone=BERLIN) + days * DAY


def market(begin_in: int = 1, weeks: int = 3, **changes: Any) -> Weekly:
    """From 6 to 14 on the weekday that comes in so many days, so many times."""
    begin = in_days(begin_in)
    said: dict[str, Any] = {
        "days": frozenset({begin.weekday()}), "begins": time(6), "ends": time(14), "first": begin,
        "last": begin + (weeks - 1) * WEEK,
    }  # fmt: skip
    return Weekly(**(said | changes))


def moment(day: date, hour: float) -> datetime:
    return (datetime.combine(day, time(), BERLIN) + timedelta(hours=hour)).astimezone(UTC)


def recurring(clerk: Person, rule: Weekly, **changes: Any) -> Obstacle:
    return closed(clerk, begins=None, ends=None, weekly=rule, **changes)


def metres_at(day: date, hour: float) -> float | None:
    graphs.town().engine.clock = moment(day, hour).timestamp
    return metres()


def test_it_closes_and_opens_on_time_each_time_and_on_no_day_that_is_left_out(clerk: Person) -> None:
    usual, rule = metres(), market(without=frozenset({in_days(8)}))
    recurring(clerk, rule)
    assert metres() == usual
    for day, shut in (
        (in_days(1), True),
        (in_days(2), False),
        (in_days(8), False),
        (in_days(15), True),
        (in_days(22), False),
    ):
        on_the_day = [metres_at(day, hour) != usual for hour in (5.99, 6, 13.99, 14)]
        assert on_the_day == [False, shut, shut, False], day


def test_an_answer_says_when_this_time_is_over(clerk: Person) -> None:
    recurring(clerk, market(), title="Wochenmarkt")
    engine = graphs.town().engine
    engine.clock = moment(in_days(8), 7).timestamp
    answer = directions(graphs.town(), "foot", {"coordinates": [list(at(*point)) for point in PARK_WAY]})
    [avoided] = answer["routes"][0]["stadtherz"]["obstacles"]["avoided"]
    written = [moment(in_days(8), hour).isoformat(timespec="seconds") for hour in (6, 14)]
    assert [avoided["begins"], avoided["ends"]] == written


def test_a_router_knows_when_it_changes_next() -> None:
    board = ObstacleBoard()
    board.put(Hindrance("market", (1, 2), begins=10.0, ends=60.0, moments=(10.0, 20.0, 50.0, 60.0)))
    seen = []
    for now in (0.0, 10.0, 20.0, 49.0, 50.0, 60.0):
        in_force = board.in_force(now)
        found = board.along([1], now)
        assert bool(found) is bool(in_force.closed)
        seen.append((sorted(in_force.closed), board.next_change, [(one.begins, one.ends) for one in found]))
    assert seen == [
        ([], 10.0, []), ([1, 2], 20.0, [(10.0, 20.0)]), ([], 50.0, []), ([], 50.0, []), ([1, 2], 60.0, [(50.0, 60.0)]),
        ([], float("inf"), []),
    ]  # fmt: skip
    assert board.none_known


@pytest.mark.parametrize("minutes", range(0, 36, 3))
def test_rows_say_the_same_as_the_database(clerk: Person, minutes: int) -> None:
    """What counts at a moment, and in which order, asked of the row and of the database."""
    rule = market(0, days=frozenset(range(7)), begins=time(6), ends=time(6, 20), last=in_days(3))
    found = recurring(clerk, rule, effect="slow")
    at_ = moment(in_days(1), 6) + timedelta(minutes=minutes - 6)
    assert Obstacle.objects.current(at_).exists() is found.is_current(at_)
    assert Obstacle.objects.coming(at_).exists() is not found.is_current(at_)
    begins, ends = found.time_at(at_)
    assert found.times_after(at_)[0] == (begins, ends)
    assert ends > at_
    assert (begins <= at_) is found.is_current(at_)


def test_lists_are_in_the_order_of_the_next_times(clerk: Person) -> None:
    later = closed(clerk, begins=moment(in_days(3), 0), ends=moment(in_days(4), 0), title="Kanalbau")
    weekly = recurring(clerk, market(2, first=in_days(-5)), title="Markt")
    now = closed(clerk, title="Baum")
    assert list(queries.in_order(Obstacle.objects.open())) == [now, weekly, later]
    assert weekly.begins < now.begins, "its first time lies before"
    assert [row.counts_from for row in queries.in_order(Obstacle.objects.open())][1] == moment(in_days(2), 6)


@pytest.mark.parametrize(("rule", "refusal"), [
    ({"first": 8, "last": 1}, WrongPeriod), ({"first": -9, "last": -2}, AlreadyOver), ({"first": 1, "last": 400}, TooLong),
    ({"first": 800, "last": 900}, TooFarAhead), ({"first": 2, "last": 5}, NeverCounts),
    ({"first": 1, "last": 3, "without": [1]}, NeverCounts), ({"first": -1, "last": -1, "days": [-1], "ends": time(6, 1)}, AlreadyOver),
])  # fmt: skip
def test_rules_that_cannot_be(clerk: Person, rule: dict[str, Any], refusal: type[Refused]) -> None:
    days = frozenset(in_days(day).weekday() for day in rule.get("days", [1]))
    said = Weekly(
        days, time(6), rule.get("ends", time(14)), in_days(rule["first"]), in_days(rule["last"]),
        frozenset(in_days(day) for day in rule.get("without", [])),
    )  # fmt: skip
    with pytest.raises(refusal):
        recurring(clerk, said)
    assert Obstacle.objects.count() == 0


def test_a_rule_and_its_moments_belong_together(clerk: Person) -> None:
    found = recurring(clerk, market())
    for wrong in ({"moments": None}, {"weekly": None}, {"moments": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Obstacle.objects.filter(pk=found.pk).update(**wrong)


def test_one_time_is_left_out_and_undone(clerk: Person) -> None:
    usual = metres()
    found = recurring(clerk, market())
    actions.skip_time(obstacle=found, clerk=clerk)
    assert [metres_at(in_days(day), 7) == usual for day in (1, 8, 15)] == [True, False, False]
    found.refresh_from_db()
    assert found.weekly["without"] == [in_days(1).isoformat()]
    assert found.begins == moment(in_days(8), 6)
    actions.undo_change(obstacle=found, clerk=clerk)
    assert metres_at(in_days(1), 7) != usual
    found.refresh_from_db()
    assert (found.weekly["without"], found.begins) == ([], moment(in_days(1), 6))
    entry = AuditEntry.objects.get(action="wayfinding.obstacle_skip")
    with translation.override("de"):
        said = dict(details(entry.action, entry.detail))
    assert said["Uhrzeit"] == "06:00–14:00"
    assert said["an diesen Wochentagen"].endswith(("tag", "woch"))
    assert said["aber nicht am"] == in_days(1).isoformat()


def test_the_last_time_is_not_left_out_but_ended(clerk: Person) -> None:
    found = recurring(clerk, market(weeks=1))
    with pytest.raises(LastTime):
        actions.skip_time(obstacle=found, clerk=clerk)
    with pytest.raises(ChangedMeanwhile):
        actions.skip_time(obstacle=closed(clerk), clerk=clerk)


def test_ended_for_good_and_confirmed_again_it_follows_its_rule(clerk: Person) -> None:
    usual = metres()
    found = recurring(clerk, market(0, first=in_days(-7), last=in_days(14)))
    over = actions.end_obstacle(obstacle=found, clerk=clerk)
    assert (over.state, metres_at(in_days(7), 7)) == (State.ENDED, usual)
    again = actions.confirm_obstacle(obstacle=found, clerk=clerk)
    assert again.ends == moment(in_days(14), 14)
    assert [metres_at(in_days(day), 7) == usual for day in (8, 14, 15)] == [True, False, True]


def test_from_weekly_to_once_and_back(clerk: Person) -> None:
    found = recurring(clerk, market())
    changed = actions.change_obstacle(obstacle=found, drawn=drawn(), clerk=clerk, seen=found.version)
    assert (changed.weekly, changed.moments) == (None, None)
    actions.undo_change(obstacle=changed, clerk=clerk)
    found.refresh_from_db()
    assert len(found.moments) == 6


def form(**changes: Any) -> dict[str, Any]:
    lon, lat = at(250, 250)
    days = [str(in_days(1).weekday()), str(in_days(4).weekday())]
    return {
        "latitude": lat, "longitude": lon, "kind": "festival", "effect": "closed", "reach_m": 8, "title": "Wochenmarkt",
        "repeats": "weekly", "days": days, "starts": "06:00", "stops": "14:00", "first": in_days(1).isoformat(),
        "last": in_days(30).isoformat(), "without": f"{in_days(8):%d.%m.%Y}, {in_days(11).isoformat()}", **changes,
    }  # fmt: skip


def as_clerk(clerk: Person) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(clerk)
    return client


def test_a_clerk_draws_a_market_and_every_page_says_when(clerk: Person) -> None:
    client = as_clerk(clerk)
    page = client.post(NEW, form(), follow=True).content.decode()
    found = Obstacle.objects.get()
    assert len(found.moments) == 2 * 7
    with translation.override("de"):
        said = period(found)
    assert "6 bis 14\xa0Uhr, vom " in said
    assert "; nächstes Mal " in said
    assert said in page
    assert "Das nächste Mal fällt aus" in page
    for address in (LIST, DESK, f"{LIST}liste/"):
        assert said in client.get(address).content.decode(), address
    [mark] = client.get(f"{LIST}orte.geojson").json()["features"]
    assert said in mark["properties"]["meta"]
    assert (mark["properties"]["status"], "Geplant" in page) == ("Geplant", True)
    again = client.get(f"{LIST}{found.pk}/aendern/").content.decode()
    assert re.search(r'value="weekly"[^>]* checked', again)
    assert f"{in_days(8):%d.%m.%Y}" in again
    assert client.post(f"{LIST}{found.pk}/entscheiden/", {"verb": "skip"}).status_code == 302
    found.refresh_from_db()
    assert in_days(1).isoformat() in found.weekly["without"]


def test_what_a_clerk_left_empty_is_said_beside_the_field(clerk: Person) -> None:
    client = as_clerk(clerk)
    for wrong, words in (
        ({"days": []}, "mindestens einen Tag"), ({"without": "Heiligabend"}, "„Heiligabend“ ist kein Tag"),
        ({"without": " ".join(["24.12.2026"] * 101)}, "höchstens hundert"), ({"last": in_days(0).isoformat()}, "Ende"),
        ({"last": in_days(900).isoformat()}, "Jahr"), ({"days": [str(in_days(1).weekday())], "last": in_days(1).isoformat(),
          "without": f"{in_days(1):%d.%m.%Y}"}, "findet es nie statt"), ({"starts": ""}, "Ab wie viel Uhr?"),
        ({"stops": "06:00"}, "beide Male 0:00"), ({"stops": "14:00:30"}, "so: 6:00"), ({"first": "0001-01-01"}, "ein Jahr"),
        ({"first": "9999-12-31", "last": "9999-12-31"}, "zu weit in der Zukunft"),
        ({"first": "0001-01-01", "last": "0001-01-01"}, "Vergangenheit"),
    ):  # fmt: skip
        answer = client.post(NEW, form(**wrong))
        assert answer.status_code == 422, wrong
        [summary] = re.findall(r"data-error-summary.*?</section>", answer.content.decode(), re.DOTALL)
        assert words in summary, wrong
    assert not Obstacle.objects.exists()


def test_nobody_is_asked_for_what_they_did_not_choose(clerk: Person) -> None:
    """ "Once" minds nothing that stands in the fields of "every week", and the other way round."""
    now = timezone.localtime()
    once = {"begins": f"{now:%Y-%m-%dT%H:%M}", "ends": f"{now + DAY:%Y-%m-%dT%H:%M}"}
    client = as_clerk(clerk)
    assert client.post(NEW, form(**once, repeats="once", days=["9"], starts="x", without="y")).status_code == 302
    assert Obstacle.objects.get().weekly is None
    assert client.post(NEW, form(begins="x", ends="")).status_code == 302


def test_words_of_rules() -> None:
    def words(days: str, begins: str, ends: str, *without: int) -> str:
        rule = Weekly(
            frozenset(int(day) for day in days), time.fromisoformat(begins), time.fromisoformat(ends), date(2026, 3, 1),
            date(2046, 12, 20), frozenset(date(2046, 11, day) for day in without),
        )  # fmt: skip
        return in_words(rule)

    with translation.override("de"):
        assert words("25", "06:00", "14:00") == "mittwochs und samstags 6 bis 14\xa0Uhr, bis 20. Dezember 2046"
        assert words("01234", "07:30", "00:00").startswith("montags bis freitags 7:30 bis 24\xa0Uhr, ")
        assert words("0246", "22:00", "06:00").startswith("montags, mittwochs, freitags und sonntags 22 bis 6\xa0Uhr, ")
        assert words("0123456", "00:00", "00:00").startswith("täglich ganztags, ")
        assert words("5", "06:00", "14:00", 3, 10, 11).endswith(", nicht am 3. November 2046 und 10. November 2046")
        assert words("5", "06:00", "14:00", 3, 10, 17, 24).endswith(", an 4 dieser Tage nicht")
    with translation.override("en"):
        assert words("25", "06:00", "14:00") == "Wednesdays and Saturdays, 6:00 to 14:00, until 20 December 2046"


def test_programs_read_the_rule_and_the_next_times(clerk: Person) -> None:
    closed(clerk)
    found = recurring(clerk, market(weeks=20, without=frozenset({in_days(8)})))
    api = "/api/v1/wayfinding/obstacles"
    once, weekly = (f["properties"] for f in Client().get(api).json()["features"])
    assert once["recurs"] is None
    said = weekly["recurs"]
    assert re.fullmatch(rf"FREQ=WEEKLY;BYDAY=[A-Z]{{2}};UNTIL={found.ends:%Y%m%d}", said["rule"])
    assert (said["timezone"], said["starts"], said["stops"]) == ("Europe/Berlin", "06:00", "14:00")
    assert (said["without"], len(said["next"])) == ([in_days(8).isoformat()], 10)
    assert said["next"][0] == {"begins": weekly["begins"], "ends": weekly["ends"]}
    assert datetime.fromisoformat(weekly["ends"]) == moment(in_days(1), 14)
    counts = {when: len(Client().get(api, {"when": when}).json()["features"]) for when in ("now", "coming", "open")}
    assert counts == {"now": 1, "coming": 1, "open": 2}
    assert json.dumps(Client().get(f"{api}/{found.pk}").json()["properties"]["recurs"]) == json.dumps(said)


def test_taken_back_the_tables_keep_its_next_time_only(clerk: Person) -> None:
    """Else a market would close its square day and night until the last day."""
    found = recurring(clerk, market(0, first=in_days(-7), last=in_days(14), days=frozenset({in_days(1).weekday()})))
    step = import_module("stadtherz.services.wayfinding.migrations.0006_obstacles_that_recur")
    town = found.municipality_id
    with connection.schema_editor(atomic=False) as editor:
        step.only_next_time(apps, editor)
        editor.execute("SELECT set_config('stadtherz.municipality', %s, true)", [str(town)])
    found.refresh_from_db()
    assert (found.begins, found.ends) == (moment(in_days(1), 6), moment(in_days(1), 14))
