# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The support button has two ways in, the page and the lane: the same request must have the same answer and effect."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from stadtherz.config.bridge import Bridge
from stadtherz.config.wsgi import application
from stadtherz.conftest import _municipality
from stadtherz.kernel.group_commit import stop_committers
from stadtherz.kernel.lanes.dispatch import drive
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.kernel.people.models import Person, Session
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.actions.supports import support_idea
from stadtherz.services.participation.models import Idea, Support
from stadtherz.services.participation.states import Status, Visibility
from stadtherz.services.participation.tests import factories
from stadtherz.services.participation.web import support_lane

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN, OTHER = "a" * 32, "b" * 32
TOKENS = r'(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]+'
Answer = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a browser would send it."""

    idea: int
    session: str
    body: str = f"csrfmiddlewaretoken={TOKEN}"
    host: str = "kaiserslautern.localhost"
    cookie: str = TOKEN
    htmx: bool = True
    more: tuple[tuple[str, str], ...] = ()
    scheme: str = "http"

    def scope(self) -> dict[str, Any]:
        headers = {
            "host": self.host, "accept-language": "de", "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(self.body)),
            "cookie": f"stadtherz_session={self.session}; stadtherz_csrf={self.cookie}",
        }  # fmt: skip
        if self.htmx:
            headers["hx-request"] = "true"
        headers |= dict(self.more)
        return {
            "type": "http", "method": "POST", "path": f"/mitreden/ideen/{self.idea}/unterstuetzen/", "query_string": b"",
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()], "http_version": "1.1",
            "scheme": self.scheme, "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        }  # fmt: skip


@pytest.fixture
def towns() -> Iterator[tuple[Municipality, Municipality]]:
    from django.contrib.gis.geos import Point

    forget_hosts()
    support_lane.committer.cache_clear()
    yield (
        _municipality("kaiserslautern", "Kaiserslautern", Point(7.769, 49.444, srid=4326), is_default=True),
        _municipality("kusel", "Kusel", Point(7.404, 49.538, srid=4326)),
    )
    support_lane.committer.cache_clear()
    forget_hosts()


def signed_in(who: Person) -> str:
    client = Client()
    client.force_login(who)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def send_all(requests: list[Asked], *, through_lane: bool) -> tuple[list[Answer], int]:
    """The answers, and how many requests the lane passed on to the page."""
    bridge = Bridge(application, threads=2, most_bytes=2**20, most_upload_bytes=2**20)
    passed_on = 0

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        nonlocal passed_on
        passed_on += 1
        await bridge(scope, receive, send)

    async def one(asked: Asked) -> Answer:
        sent: list[dict[str, Any]] = []
        waiting = [{"type": "http.request", "body": asked.body.encode(), "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        if through_lane:
            await drive(asked.scope(), receive, send, pages)
        else:
            await bridge(asked.scope(), receive, send)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        where = headers.get("location", "") or headers.get("hx-redirect", "")
        return sent[0]["status"], where, b"".join(m.get("body", b"") for m in sent[1:]).decode()

    async def everything() -> list[Answer]:
        answers = [await one(asked) for asked in requests]
        await stop_committers()
        return answers

    try:
        return asyncio.run(everything()), passed_on
    finally:
        support_lane.committer.cache_clear()
        bridge.threads.shutdown()
        connection.close()


def _expired(asked: Asked) -> list[Asked]:
    Session.objects.filter(session_key=asked.session).update(expire_date=timezone.now() - timedelta(minutes=1))
    return [asked]


def _new_password(asked: Asked) -> list[Asked]:
    who = Session.objects.get(session_key=asked.session).person
    who.set_password("ein ganz anderes Wort")
    who.save()
    return [asked]


def _changed(**fields: Any) -> Callable[[Asked], list[Asked]]:
    def change(asked: Asked) -> list[Asked]:
        Person.objects.filter(sessions__session_key=asked.session).update(**fields)
        return [asked]

    return change


def _idea(**fields: Any) -> Callable[[Asked], list[Asked]]:
    def change(asked: Asked) -> list[Asked]:
        Idea.objects.filter(pk=asked.idea).update(**fields)
        return [asked]

    return change


def _phase(kind: str) -> Callable[[Asked], list[Asked]]:
    def change(asked: Asked) -> list[Asked]:
        Idea.objects.get(pk=asked.idea).process.phases.update(kind=kind)
        return [asked]

    return change


def _hidden_process(asked: Asked) -> list[Asked]:
    process = Idea.objects.get(pk=asked.idea).process
    process.is_public = False
    process.save()
    return [asked]


def _own(asked: Asked) -> list[Asked]:
    Idea.objects.filter(pk=asked.idea).update(author=Session.objects.get(session_key=asked.session).person)
    return [asked]


def _without_service(asked: Asked) -> list[Asked]:
    Municipality.objects.filter(key="kaiserslautern").update(services=["wayfinding"])
    forget_hosts()
    return [asked]


def _a_session_of_another_key(asked: Asked) -> list[Asked]:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    row = Session.objects.get(session_key=asked.session)
    row.session_data = store().encode({})
    row.save()
    return [asked]


REVOKE = f"csrfmiddlewaretoken={TOKEN}&revoke=1"
# What happens, and how many of its requests the lane leaves to the page.
CASES: dict[str, tuple[Callable[[Asked], list[Asked]], int]] = {
    "a click": (lambda a: [a], 0),
    "a click without htmx": (lambda a: [replace(a, htmx=False)], 0),
    "in English": (lambda a: [replace(a, more=(("accept-language", "en"),))], 0),
    "the token in a header": (lambda a: [replace(a, body="", more=(("x-csrftoken", TOKEN),))], 0),
    "a double click": (lambda a: [a, a], 0),
    "to and fro": (lambda a: [a, replace(a, body=REVOKE), replace(a, body=REVOKE), a], 0),
    "taken back without htmx": (lambda a: [a, replace(a, body=REVOKE, htmx=False)], 0),
    "one's own idea": (_own, 0),
    "an idea that was declined": (_idea(status=Status.DECLINED), 0),
    "from our own page": (lambda a: [replace(a, more=(("origin", "http://kaiserslautern.localhost"),))], 0),
    "by https with referer": (
        lambda a: [replace(a, scheme="https", more=(("referer", "https://kaiserslautern.localhost/"),))], 0,
    ),
    "by https without referer": (lambda a: [replace(a, scheme="https")], 1),
    "from another page": (lambda a: [replace(a, more=(("origin", "http://elsewhere.example"),))], 1),
    "no token": (lambda a: [replace(a, body="")], 1),
    "another token": (lambda a: [replace(a, body=f"csrfmiddlewaretoken={OTHER}")], 1),
    "an unreadable cookie": (lambda a: [replace(a, cookie="x")], 1),
    "nobody": (lambda a: [replace(a, session="")], 1),
    "a made-up session": (lambda a: [replace(a, session="z" * 32)], 1),
    "an expired session": (_expired, 1),
    "an emptied session": (_a_session_of_another_key, 1),
    "a new password since": (_new_password, 1),
    "a closed account": (_changed(is_active=False), 1),
    "an account without address": (_changed(email=None), 1),
    "an erased account": (_changed(erased_at=timezone.now()), 1),
    "an idea that waits": (_idea(visibility=Visibility.WAITING), 1),
    "an idea that was taken down": (_idea(visibility=Visibility.TAKEN_DOWN), 1),
    "a phase without supports": (_phase("evaluating"), 1),
    "a process that is not public": (_hidden_process, 1),
    "an unknown idea": (lambda a: [replace(a, idea=999_999)], 1),
    "an idea of another town": (lambda a: [replace(a, host="kusel.localhost")], 1),
    "a host that leads nowhere": (lambda a: [replace(a, host="nowhere.example")], 1),
    "a service that is switched off": (_without_service, 1),
    "a form with a file": (lambda a: [replace(a, more=(("content-type", "multipart/form-data; boundary=x"),))], 1),
    "too much": (lambda a: [replace(a, body=f"csrfmiddlewaretoken={TOKEN}&more={'x' * 5000}")], 1),
}  # fmt: skip


def _told(happens: Callable[[Asked], list[Asked]], town: Municipality, *, through_lane: bool) -> tuple[Any, int]:
    """Answers and effect of one case, without the names and numbers that must differ, and what the lane passed on."""
    Municipality.objects.filter(pk=town.pk).update(services=["participation"])
    forget_hosts()
    with activate(town):
        who, idea = person(), factories.idea(title="Ein Weg")
        support_idea(idea=idea, person=person())
        requests = happens(Asked(idea.pk, signed_in(who)))
    answers, passed_on = send_all(requests, through_lane=through_lane)
    with activate(town):
        idea.refresh_from_db()
        rows = Support.objects.filter(idea=idea)
        effect = (idea.support_count, rows.count(), rows.filter(person=who, origin="web").count())
    own = re.compile(rf"(?:(?<=/)|(?<=%2F)){idea.pk}(?=/|%2F)|{re.escape(who.pseudonym)}|{TOKENS}")
    return ([(status, own.sub("…", where), own.sub("…", body)) for status, where, body in answers], effect), passed_on


def test_page_and_lane_answer_alike(towns: tuple[Municipality, Municipality]) -> None:
    for case, (happens, left_to_the_page) in CASES.items():
        by_page, _all = _told(happens, towns[0], through_lane=False)
        by_lane, passed_on = _told(happens, towns[0], through_lane=True)
        assert (case, by_lane) == (case, by_page)
        assert (case, passed_on) == (case, left_to_the_page)
        answers, _effect = by_lane
        assert left_to_the_page or all(status in (200, 302) for status, _where, _body in answers), case


def test_a_batch_of_good_and_bad_clicks_counts_the_good_ones(towns: tuple[Municipality, Municipality]) -> None:
    """Different towns, ideas and people at once; whoever clicks several times has the last word."""
    pressed, expected = [], []
    for town in towns:
        with activate(town):
            ideas = [factories.idea() for _ in range(3)]
            closed = factories.idea(factories.process("closed"))
            for n in range(6):
                session = signed_in(person())
                pressed += [support_lane.Pressed(town, session, idea.pk, True) for idea in ideas]
                pressed.append(support_lane.Pressed(town, session, closed.pk, True))
                if n % 2:
                    pressed.append(support_lane.Pressed(town, session, ideas[0].pk, False))
            pressed.append(support_lane.Pressed(town, "x" * 32, ideas[0].pk, True))
            expected.append([(ideas[0].pk, 3), (ideas[1].pk, 6), (ideas[2].pk, 6), (closed.pk, 0)])
    for _once_more in range(2):  # a batch whose connection broke is written again
        outcomes = support_lane.write(pressed)
    refused = [one for one, outcome in zip(pressed, outcomes, strict=True) if outcome is None]
    assert len(outcomes) == len(pressed)
    assert {one.idea for one in refused if one.session != "x" * 32} == {expected[0][3][0], expected[1][3][0]}
    for town, counts in zip(towns, expected, strict=True):
        with activate(town):
            for idea, count in counts:
                assert Support.objects.filter(idea=idea).count() == count
                assert Idea.objects.get(pk=idea).support_count == count
