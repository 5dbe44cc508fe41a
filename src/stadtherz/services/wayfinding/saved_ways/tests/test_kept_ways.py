# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who keeps a way hears when it breaks and when it is free again, once each; nobody else sees it."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.jobs.queue import run_waiting
from stadtherz.kernel.messages.models import Message
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.kernel.ui import dates
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.models import SavedWay
from stadtherz.services.wayfinding.obstacles.actions import end_obstacle
from stadtherz.services.wayfinding.obstacles.tests.factories import LIFT_WAY, PARK_WAY, closed, spot
from stadtherz.services.wayfinding.obstacles.vocabulary import Kind
from stadtherz.services.wayfinding.obstacles.weekly import Weekly
from stadtherz.services.wayfinding.saved_ways.actions import because_of, look_at_ways
from stadtherz.services.wayfinding.saved_ways.vocabulary import Standing

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _town(prepared: Extract, town: Municipality) -> None:
    """Kaiserslautern is active, its graph prepared."""


def text(point: tuple[float, float]) -> str:
    lon, lat = at(*point)
    return f"{lat:.6f}, {lon:.6f}"


def kept(owner: Person, way: Any = LIFT_WAY) -> SavedWay:
    """Keep a way as a person does: look for it, press the button below the answer."""
    client = Client()
    client.force_login(owner)
    page = client.get("/ankommen/weg/", {"start": text(way[0]), "goal": text(way[1]), "aid": "foot"}).content.decode()
    [question] = re.findall(r'name="question" value="([^"]*)"', page)
    answer = client.post("/ankommen/weg/meine/neu/", {"question": question.replace("&amp;", "&")})
    assert answer.status_code == 302
    return SavedWay.objects.get(person=owner)


def subjects() -> list[str]:
    return list(Message.objects.filter(template="wayfinding/kept_way").order_by("pk").values_list("subject", flat=True))


def test_the_owner_hears_when_the_way_breaks_and_when_it_is_free_again() -> None:
    way, clerk = kept(person()), person(Role.CLERK)
    assert way.standing == Standing.FREE
    lift = closed(clerk, spot(498, 429), kind=Kind.LIFT, reach_m=25)
    run_waiting()
    way.refresh_from_db()
    assert (way.standing, [one["text"] for one in way.because]) == (Standing.BROKEN, ["Aufzug außer Betrieb"])
    look_at_ways()
    end_obstacle(obstacle=lift, clerk=clerk)
    run_waiting()
    way.refresh_from_db()
    assert way.standing == Standing.FREE
    assert [one.partition(":")[0] for one in subjects()] == ["Zurzeit kein Weg", "Dein Weg ist wieder frei"]


def test_a_much_longer_way_is_worth_a_message_and_an_obstacle_elsewhere_is_not() -> None:
    way, clerk = kept(person(), PARK_WAY), person(Role.CLERK)
    closed(clerk, spot(50, 0))
    run_waiting()
    assert subjects() == []
    closed(clerk)
    run_waiting()
    way.refresh_from_db()
    assert way.standing == Standing.LONGER
    assert way.metres is not None
    assert way.metres > 1.2 * way.usual_metres
    assert len(subjects()) == 1


def test_mail_and_page_say_how_much_longer_and_until_when() -> None:
    owner = person()
    way, clerk = kept(owner, PARK_WAY), person(Role.CLERK)
    obstacle = closed(clerk)
    run_waiting()
    way.refresh_from_db()
    with translation.override(owner.language):
        until = dates.spoken(obstacle.ends.replace(microsecond=0))
    more = f"{int(round((way.metres or 0) - way.usual_metres, -1))}"
    mail = Message.objects.get(template="wayfinding/kept_way").text
    client = Client(headers={"accept-language": owner.language})
    client.force_login(owner)
    page = client.get("/ankommen/weg/meine/").content.decode()
    for said in (mail, page):
        assert (f"(bis {until})" in said, more in said) == (True, True)
    assert "Zu Fuß" in page


def test_what_comes_back_every_week_is_told_when_it_begins_and_until_when_this_time() -> None:
    way, day = kept(person(), PARK_WAY), timezone.localdate(timezone=BERLIN) + timedelta(days=1)
    rule = Weekly(frozenset({day.weekday()}), time(6), time(14), day, day + timedelta(weeks=3))
    closed(person(Role.CLERK), begins=None, ends=None, weekly=rule)
    run_waiting()
    assert subjects() == [], "it has not begun"
    seen = []
    for hour in (7, 15, 7 + 7 * 24):
        moment = datetime.combine(day, time(), BERLIN) + timedelta(hours=hour)
        graphs.town().engine.clock = moment.timestamp
        look_at_ways()
        way.refresh_from_db()
        seen.append((way.standing, [one["ends"] for one in because_of(way)]))
    until = datetime.combine(day, time(14), BERLIN)
    assert seen == [
        (Standing.LONGER, [until]), (Standing.FREE, []), (Standing.LONGER, [until + timedelta(weeks=1)]),
    ]  # fmt: skip
    assert len(subjects()) == 3


def test_only_the_owner_sees_it_and_lets_it_go() -> None:
    owner, other = person(), person()
    way = kept(owner)
    stranger, client = Client(), Client()
    stranger.force_login(other)
    client.force_login(owner)
    assert way.name in client.get("/ankommen/weg/meine/").content.decode()
    assert way.name not in stranger.get("/ankommen/weg/meine/").content.decode()
    assert stranger.post(f"/ankommen/weg/meine/{way.pk}/weg/").status_code == 404
    gone = client.post(f"/ankommen/weg/meine/{way.pk}/weg/", follow=True).content.decode()
    assert not SavedWay.objects.exists()
    [question] = re.findall(r'name="question" value="([^"]*)"', gone)
    client.post("/ankommen/weg/meine/neu/", {"question": question.replace("&amp;", "&")})
    assert SavedWay.objects.get(person=owner).name == way.name, "what was forgotten by mistake is kept again"


def test_many_ways_are_looked_at_with_few_queries(django_assert_max_num_queries: Any) -> None:
    way = kept(person(), PARK_WAY)
    SavedWay.objects.bulk_create([SavedWay(**{
        f.attname: getattr(way, f.attname) for f in SavedWay._meta.fields if f.name != "id"
    }) for _copy in range(60)])  # fmt: skip
    closed(person(Role.CLERK))
    look_at_ways()
    with django_assert_max_num_queries(8):
        assert look_at_ways() == 61
