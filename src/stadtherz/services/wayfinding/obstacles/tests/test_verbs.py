# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a report to the way of somebody else: who may say what, what it changes, and what is refused."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPolygon, Point, Polygon
from django.utils import timezone, translation

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.moderation.actions import confirm_take_down, decline, propose_take_down, release
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.municipalities.active import activate, active
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.geodesy import METRES_PER_DEGREE
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.models import Obstacle, ObstacleVoice
from stadtherz.services.wayfinding.obstacles import actions
from stadtherz.services.wayfinding.obstacles.errors import (
    AccountNeeded,
    AlreadyOver,
    ChangedMeanwhile,
    NoPlace,
    NotAllowed,
    NothingToUndo,
    NotOpen,
    NoWayThere,
    OwnReport,
    PlaceOutside,
    ReportedAlready,
    TooLarge,
    TooLong,
    WrongPeriod,
)
from stadtherz.services.wayfinding.obstacles.on_the_map import ways_at
from stadtherz.services.wayfinding.obstacles.tests.factories import (
    LIFT_WAY,
    closed,
    drawn,
    metres,
    said_on_the_way,
    spot,
)
from stadtherz.services.wayfinding.obstacles.vocabulary import Effect, Kind, State


@pytest.fixture(autouse=True)
def _town(prepared: Extract, town: Municipality) -> None:
    """Kaiserslautern is active, its graph prepared."""


@pytest.fixture
def clerk() -> Person:
    return person(Role.CLERK)


def report(kind: Kind = Kind.OTHER, place: Point | None = None, **more: Any) -> Obstacle:
    return actions.report_obstacle(
        kind=kind, place=place or spot(), reporter=more.pop("reporter", None) or person(), **more
    )


def test_a_report_is_named_and_closes_nothing_until_two_others_confirm_it() -> None:
    before = metres()
    found = report(Kind.WORKS)
    assert metres() == before
    assert [text.endswith(", gemeldet, nicht bestätigt") for text in said_on_the_way()["passed"]] == [True]
    actions.say(obstacle=found, person=person(), still_there=True)
    assert metres() == before
    actions.say(obstacle=found, person=person(), still_there=True)
    after = metres()
    assert before is not None
    assert after is not None
    assert after > before
    assert [text.partition(" (")[0] for text in said_on_the_way()["avoided"]] == ["Baustelle, gesperrt"]


def test_one_person_counts_once_and_nobody_confirms_their_own_report() -> None:
    reporter, neighbour = person(), person()
    found = report(reporter=reporter)
    with pytest.raises(OwnReport):
        actions.say(obstacle=found, person=reporter, still_there=True)
    for _again in range(3):
        actions.say(obstacle=found, person=neighbour, still_there=True)
    found.refresh_from_db()
    assert (found.state, found.still_there) == (State.REPORTED, 1)
    actions.say(obstacle=found, person=neighbour, still_there=False)
    found.refresh_from_db()
    assert (found.still_there, found.gone) == (0, 1)
    assert ObstacleVoice.objects.count() == 1


def test_who_reports_the_same_twice_has_reported_it_once() -> None:
    """Words that come later are added; a third story about the same place is refused in words."""
    reporter = person()
    found = report(Kind.WORKS, reporter=reporter)
    assert report(Kind.WORKS, reporter=reporter) == found
    assert report(Kind.WORKS, reporter=reporter, text="Ein Bagger steht quer.") == found
    assert Case.objects.get().object_id == found.pk
    with pytest.raises(ReportedAlready):
        report(Kind.WORKS, reporter=reporter, text="Immer noch.")
    assert report(Kind.ICE, reporter=reporter) != found
    other = report(Kind.WORKS, text="Loch im Gehweg.")
    assert other != found
    assert Obstacle.objects.filter(kind=Kind.WORKS).count() == 2


def test_the_reporter_takes_an_unconfirmed_report_back() -> None:
    reporter = person()
    found = actions.say(obstacle=report(reporter=reporter), person=reporter, still_there=False)
    assert found.state == State.ENDED
    assert said_on_the_way() == {"passed": [], "avoided": [], "moved": []}
    with pytest.raises(NotOpen):
        actions.say(obstacle=found, person=person(), still_there=True)


def test_two_who_say_gone_end_a_report_and_only_ask_about_what_the_town_said(clerk: Person) -> None:
    of_resident, of_town = report(), closed(clerk, spot(50, 100))
    for _voice in range(2):
        speaker = person()
        for found in (of_resident, of_town):
            actions.say(obstacle=found, person=speaker, still_there=False)
    of_resident.refresh_from_db()
    of_town.refresh_from_db()
    assert of_resident.state == State.ENDED
    assert (of_town.state, of_town.doubted_at is not None) == (State.CONFIRMED, True)
    actions.confirm_obstacle(obstacle=of_town, clerk=clerk)
    of_town.refresh_from_db()
    assert of_town.doubted_at is None


def test_a_voice_prolongs_what_a_resident_reported_not_what_the_town_planned(clerk: Person) -> None:
    of_resident, of_town = report(Kind.PARKED_CARS), closed(clerk, spot(50, 100))
    soon = timezone.now() + timedelta(minutes=5)
    Obstacle.objects.update(ends=soon)
    for found in (of_resident, of_town):
        actions.say(obstacle=found, person=person(), still_there=True)
        found.refresh_from_db()
    assert of_resident.ends > soon + timedelta(hours=3)
    assert of_town.ends == soon


def test_without_words_the_same_obstacle_is_a_voice_and_the_same_form_is_one_report() -> None:
    first = report(Kind.ICE)
    assert report(Kind.ICE, spot(250, 255)) == first
    first.refresh_from_db()
    assert first.still_there == 1
    key, reporter = uuid.uuid4(), person()
    sent = [report(Kind.OTHER, reporter=reporter, text="Ein Ast.", submission_key=key) for _click in range(2)]
    assert sent[0] == sent[1]
    assert Obstacle.objects.count() == 2


def test_words_wait_for_a_moderator_and_the_obstacle_does_not() -> None:
    moderator = person(Role.MODERATOR)
    found = report(text="Frau Muster hat hier abgeladen")
    assert (found.text, Obstacle.objects.get().text) == ("", "")
    [case] = Case.objects.all()
    release(case=case, moderator=moderator)
    assert Obstacle.objects.get().text == "Frau Muster hat hier abgeladen"
    case.refresh_from_db()
    propose_take_down(case=case, moderator=moderator, reason="insult")
    confirm_take_down(case=case, moderator=person(Role.MODERATOR))
    found.refresh_from_db()
    assert (found.text, found.state) == ("", State.DISMISSED)


def test_what_a_moderator_declines_goes_unless_others_have_seen_it() -> None:
    moderator, states = person(Role.MODERATOR), []
    for voices, reason in ((0, "advertising"), (0, "picture_people"), (2, "advertising")):
        found = report(text="Unsinn")
        for _voice in range(voices):
            actions.say(obstacle=found, person=person(), still_there=True)
        decline(case=Case.objects.get(object_id=found.pk), moderator=moderator, reason=reason)
        found.refresh_from_db()
        states.append(found.state)
        assert found.text == ""
    assert states == [State.DISMISSED, State.REPORTED, State.CONFIRMED]


def test_a_clerk_draws_changes_ends_and_undoes(clerk: Person) -> None:
    before = metres()
    found = closed(clerk)
    assert metres() != before
    actions.end_obstacle(obstacle=found, clerk=clerk)
    assert metres() == before
    actions.undo_change(obstacle=found, clerk=clerk)
    assert metres() != before
    found.refresh_from_db()
    moved = drawn(spot(50, 100), title="Kanalbau", ends=found.ends)
    actions.change_obstacle(obstacle=found, drawn=moved, clerk=clerk, seen=found.version)
    assert metres() == before
    actions.undo_change(obstacle=found, clerk=clerk)
    found.refresh_from_db()
    assert (found.title, metres() != before) == ("", True)
    with pytest.raises(NothingToUndo):
        actions.undo_change(obstacle=found, clerk=clerk)
    done = AuditEntry.objects.filter(subject=f"wayfinding.obstacle:{found.pk}").order_by("pk")
    assert [entry.action.rpartition("_")[2] for entry in done] == ["draw", "end", "undo", "change", "undo"]


def test_two_tabs(clerk: Person) -> None:
    found = report()
    actions.confirm_obstacle(obstacle=found, clerk=clerk)
    with pytest.raises(ChangedMeanwhile):
        actions.confirm_obstacle(obstacle=found, clerk=clerk)
    with pytest.raises(ChangedMeanwhile):
        actions.change_obstacle(obstacle=found, drawn=drawn(), clerk=clerk, seen=found.version)
    actions.dismiss_obstacle(obstacle=found, clerk=clerk)
    with pytest.raises(ChangedMeanwhile):
        actions.end_obstacle(obstacle=found, clerk=clerk)
    actions.undo_change(obstacle=found, clerk=clerk)
    assert Obstacle.objects.get().state == State.CONFIRMED


def test_a_period_that_lies_ahead_closes_nothing_yet(clerk: Person) -> None:
    before, now = metres(), timezone.now()
    closed(clerk, begins=now + timedelta(hours=1), ends=now + timedelta(hours=2))
    assert metres() == before
    router = graphs.town().engine
    router.clock = (now + timedelta(minutes=61)).timestamp
    assert metres() != before
    router.clock = (now + timedelta(minutes=121)).timestamp
    assert metres() == before


def test_a_broken_lift_is_named_where_there_is_no_other_way(clerk: Person) -> None:
    assert metres(LIFT_WAY) is not None
    closed(clerk, spot(498, 429), kind=Kind.LIFT, reach_m=25)
    assert metres(LIFT_WAY) is None


def test_a_lift_that_the_map_does_not_know_closes_no_street(clerk: Person) -> None:
    before = metres()
    closed(clerk, kind=Kind.LIFT, reach_m=25)
    assert metres() == before
    assert not any(said_on_the_way().values())


def test_a_broken_lift_is_found_from_where_the_phone_believes_to_be() -> None:
    lift = spot(500, 430)
    found = actions.report_obstacle(kind=Kind.LIFT, place=spot(500, 462), reporter=person())
    assert found.geometry.distance(lift) * 111_000 < 10


def test_for_wheels_only(clerk: Person) -> None:
    foot, pram = metres(), metres(aid="pram")
    closed(clerk, effect=Effect.WHEELS)
    assert metres() == foot
    assert metres(aid="pram") != pram


def test_the_neighbour_knows_nothing_of_it(clerk: Person, kusel: Municipality, prepared: Extract) -> None:
    """Kusel is shown by the same map here: its ways are its own all the same."""
    kusel.map_centre = Point(7.77, 49.44, srid=4326)
    kusel.save()
    before = metres()
    closed(clerk)
    with activate(kusel):
        assert metres() == before
        assert Obstacle.objects.count() == 0
        with pytest.raises(NotAllowed):
            closed(clerk)
    assert metres() != before


@pytest.mark.parametrize(("begins", "ends", "refusal"), [(60, 30, WrongPeriod), (30, 30, WrongPeriod),
    (-60, -30, AlreadyOver), (0, 600_000, TooLong)])  # fmt: skip
def test_periods_that_cannot_be(clerk: Person, begins: int, ends: int, refusal: type[Exception]) -> None:
    now = timezone.now()
    with pytest.raises(refusal):
        closed(clerk, begins=now + timedelta(minutes=begins), ends=now + timedelta(minutes=ends))
    assert Obstacle.objects.count() == 0


NAN = float("nan")


@pytest.mark.parametrize(("geometry", "refusal"), [
    (Point(0, 0), PlaceOutside), (Point(NAN, 49.44), NoPlace), (Point(7.77, float("inf")), NoPlace),
    (Point(500, 100), NoPlace), (GEOSGeometry("POINT EMPTY"), NoPlace),
    (GEOSGeometry("GEOMETRYCOLLECTION(POINT(7.77 49.44))"), NoPlace),
    (Polygon([(7.77 + n * 7 % 101 * 1e-5, 49.44 + n * 31 % 97 * 1e-5) for n in (*range(900), 0)]), NoPlace),
    (LineString(*[(7.77 + n * 1e-7, 49.44) for n in range(2500)]), NoPlace), (Point(7.88, 49.49), NoWayThere),
    (Polygon.from_bbox((7.71, 49.41, 7.89, 49.49)), TooLarge),
])  # fmt: skip
def test_places_that_cannot_be(clerk: Person, geometry: GEOSGeometry, refusal: type[Exception]) -> None:
    with pytest.raises(refusal), translation.override("de"):
        closed(clerk, geometry)
    assert Obstacle.objects.count() == 0


def test_a_report_beside_the_street_is_moved_onto_it() -> None:
    """Phones are some metres off, and an address is the middle of a house; far from every way it is refused."""
    house = spot(250, 25)
    found = actions.report_obstacle(kind=Kind.PARKED_CARS, place=house, reporter=person())
    moved = found.geometry.distance(house) * METRES_PER_DEGREE
    assert 0 < moved < 60
    assert ways_at(found.geometry, found.kind, found.reach_m)
    with pytest.raises(NoWayThere):
        actions.report_obstacle(kind=Kind.PARKED_CARS, place=Point(7.88, 49.49, srid=4326), reporter=person())


def test_outer_streets_of_the_map_belong_to_it(clerk: Person, town: Municipality) -> None:
    town.bounds = MultiPolygon(Polygon.from_bbox((7.6, 49.3, 7.61, 49.31)), srid=4326)
    assert active() is town
    assert closed(clerk).pk
    with pytest.raises(PlaceOutside):
        closed(clerk, Point(7.6, 49.5, srid=4326))


def test_a_new_process_knows_what_was_confirmed(clerk: Person) -> None:
    before = metres()
    closed(clerk)
    around = metres()
    assert around != before
    graphs.forget()
    assert metres() == around


def test_a_polygon_that_crosses_itself_closes_what_it_encloses(clerk: Person) -> None:
    before = metres()
    bow_tie = Polygon([at(200, 220), at(300, 220), at(200, 280), at(300, 280), at(200, 220)])
    found = closed(clerk, bow_tie)
    assert found.geometry.valid
    assert metres() != before


def test_ice_may_lie_on_the_whole_town(clerk: Person) -> None:
    assert closed(clerk, Polygon.from_bbox((7.71, 49.41, 7.89, 49.49)), kind=Kind.ICE, effect=Effect.SLOW)
    assert metres() is not None


def test_who_may_report() -> None:
    with pytest.raises(AccountNeeded):
        report(reporter=Person(pseudonym="niemand"))
    assert report(reporter=person()).pk
