# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may listen to what: asked once when a stream opens and every minute after, in one of two threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port

from stadtherz.kernel.live.publishing import TOPIC
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.queries import by_host
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.registry.services import live_topics

threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live-access")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``status`` 200 with the municipality's number, or the status of the refusal."""

    status: int
    municipality: int = 0
    guarded: bool = False


def declared_access(topic: str) -> str | None:
    """What the topic was declared for; None for a topic that nobody declared."""
    for each in live_topics():
        if each.name == topic or (each.name.endswith(":*") and topic.startswith(each.name[:-1])):
            return each.access
    return None


def judge(host: str, cookies: str, topic: str) -> Verdict:
    """Whether the bearer of these cookies may listen to ``topic`` of the municipality behind ``host``."""
    try:
        municipality = by_host(split_domain_port(host)[0])
        access = declared_access(topic) if TOPIC.match(topic) else None
        service = topic.partition(".")[0]
        if municipality is None or access is None:
            return Verdict(404)
        if service in settings.SERVICE_KEYS and not municipality.offers(service):
            return Verdict(404)
        if access == "public":
            return Verdict(200, municipality.pk)
        with activate(municipality):
            person = _person(cookies)
            if not isinstance(person, Person):
                return Verdict(401)
            if access != "signed_in" and not may(person, access):
                return Verdict(403)
        return Verdict(200, municipality.pk, guarded=True)
    finally:
        if not connection.in_atomic_block:
            connection.close()  # back into the pool


def _person(cookies: str) -> Person | AnonymousUser:
    """Whoever the session belongs to, checked as Django checks it on a page (session, password hash, is active)."""
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if key is None:
        return AnonymousUser()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    person = get_user(request)
    return person if isinstance(person, Person) and person.is_active else AnonymousUser()
