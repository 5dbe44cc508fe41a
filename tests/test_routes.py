# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The route walk: every address, asked by everybody who must not get in, and by those who may.

Each view says who may see it (``@public``, ``@signed_in``, ``@require("permission")``, or an operation's ``auth``); this
walk takes them at their word. It finds addresses by itself and fills their parameters with rows of Kaiserslautern's
demonstration content; so a page that is added tomorrow is walked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from stadtherz.conftest import _municipality
from stadtherz.kernel.api.root import access as access_of
from stadtherz.kernel.api.root import interface, operations
from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.people.tests.factories import person
from stadtherz.kernel.registry.declaration import resolve
from stadtherz.kernel.registry.services import permissions, services

# Views that Django or a library brings and that have no guard of ours, each with the reason why they are open.
WITHOUT_GUARD: dict[str, str] = {}
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>(?P<pattern>(?:[^()]|\([^()]*\))*)\)")
REFUSALS = {401, 403, 404, 405}
KAISERSLAUTERN, KUSEL = "kaiserslautern.localhost", "kusel.localhost"


@dataclass(frozen=True, slots=True)
class Route:
    """An address with its parameters still open."""

    pattern: str
    name: str
    access: str | None
    app: str
    is_operation: bool


def _walk(patterns: list[URLPattern | URLResolver], before: str = "", namespace: str = "") -> Iterator[Route]:
    for each in patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, pattern, each.namespace or namespace)
            continue
        view: Any = each.callback
        access = getattr(view, "access", None) or getattr(getattr(view, "view_class", None), "access", None)
        module = view.__module__.split(".")
        app = namespace or (module[2] if module[0] == "stadtherz" and len(module) > 2 else module[0])
        yield Route(pattern, f"{namespace}:{each.name}", access, app, bool(getattr(view, "is_operation", False)))


def _routes() -> list[Route]:
    """All pages, and all operations of the interface with what they say themselves."""
    pages = [route for route in _walk(get_resolver().url_patterns) if not route.is_operation]
    for address, operation in operations(interface()):
        key = address.split("/")[3]
        pattern = re.sub(r"{(?:(\w+):)?(\w+)}", lambda found: f"<{found[1] or 'str'}:{found[2]}>", address)
        pages.append(
            Route(pattern.removeprefix("/"), f"api:{operation.view_func.__name__}", access_of(operation), key, True)
        )
    return pages


def _models(app: str, name: str) -> list[Any]:
    """Whose rows a parameter may name: the model of that name, else all of the room or service."""
    try:
        found = list(apps.get_app_config(app).get_models())
    except LookupError:
        return []
    stem = name.removesuffix("_id").removesuffix("_pk").replace("_", "")
    return [model for model in found if model._meta.model_name == stem] or found


def _values(app: str, name: str) -> list[str]:
    """Numbers and keys of real rows of the active municipality."""
    values: list[str] = []
    for model in _models(app, name):
        fields = {field.name for field in model._meta.get_fields() if getattr(field, "column", None)}
        field = name if name in fields and name != "id" else "pk"
        values += [str(value) for value in model._default_manager.values_list(field, flat=True)[:1]]
    return values


def _addresses(route: Route, values: dict[tuple[str, str], list[str]]) -> list[str]:
    """The route with rows of Kaiserslautern filled in; with one that nobody has where it names no rows of ours."""
    places = list(PARAMETER.finditer(route.pattern))
    plain = re.sub(r"\\Z|[\^$]", "", route.pattern)
    if not places:
        return ["/" + plain.replace(".*", "nothing")]
    options = []
    for place in places:
        name = place["name"] or place["group"]
        known = values.get((route.app, name), [])
        if place["kind"] == "int":
            known = [value for value in known if value.isdigit()]
        options.append((known or ["1"])[:3])
    made = []
    for number in range(max(len(each) for each in options)):
        address = plain
        for place, each in zip(places, options, strict=True):
            value = each[min(number, len(each) - 1)]
            address = address.replace(re.sub(r"\\Z|[\^$]", "", place[0]), value, 1)
        made.append("/" + address.replace("\\", ""))
    return made


@dataclass(frozen=True, slots=True)
class Walk:
    """Everybody who asks, and the filled addresses."""

    resident: Person
    moderator: Person
    foreign_clerk: Person
    kaiserslautern: Municipality
    addresses: list[tuple[Route, list[str]]]


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: Any) -> Iterator[Walk]:
    """One loading for all tests of this file, in a transaction that is undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget_hosts()
        yield _prepared()
        transaction.set_rollback(True)


def _prepared() -> Walk:
    kaiserslautern = _municipality("kaiserslautern", "Kaiserslautern", Point(7.769, 49.444, srid=4326), is_default=True)
    kusel = _municipality("kusel", "Kusel", Point(7.404, 49.538, srid=4326))
    routes = _routes()
    with activate(kaiserslautern):
        for service in services():
            if service.demo:
                resolve(service.demo)(kaiserslautern)
        resident, moderator = person(), person(Role.MODERATOR)
        record(action="test.walk", actor=moderator, subject="test:1")
        values = {
            (route.app, name): _values(route.app, name)
            for route in routes
            for place in PARAMETER.finditer(route.pattern)
            for name in [place["name"] or place["group"]]
        }
    with activate(kusel):
        foreign_clerk = person(Role.CLERK, Role.MODERATOR, Role.ADMIN)
    addresses = [(route, _addresses(route, values)) for route in routes]
    return Walk(resident, moderator, foreign_clerk, kaiserslautern, addresses)


def _ask(method: str, address: str, host: str, somebody: Person | None) -> tuple[int, str]:
    """Status and goal of a redirect, or what went wrong; what the request changed is undone."""
    client = Client(raise_request_exception=False, headers={"Host": host})
    with transaction.atomic():
        if somebody is not None:
            client.force_login(somebody)
        answer = getattr(client, method)(address)
        transaction.set_rollback(True)
    fault = getattr(answer, "exc_info", None)
    return answer.status_code, repr(fault[1]) if fault else answer.headers.get("Location", "")


def _is_refused(status: int, goal: str) -> bool:
    return status in REFUSALS or (status == 302 and goal.startswith(("/account/login/", "/account/reauthenticate/")))


def test_every_address_says_who_may_see_it() -> None:
    silent = [route.pattern for route in _routes() if not route.access and route.name not in WITHOUT_GUARD]
    assert silent == []


def test_every_permission_that_an_address_names_was_declared() -> None:
    known = {"public", "signed_in", *permissions()}
    named = {access for route in _routes() for access in (route.access or "").split("|")}
    assert {access for access in named if access not in known and not access.startswith("key:")} == set()


def test_the_walk_finds_the_pages_and_fills_them(walk: Walk) -> None:
    names = {route.name for route, _addresses in walk.addresses}
    assert {":home", "people:account", ":health-ready"} <= names
    open_ones = [
        address for _route, filled in walk.addresses for address in filled if "<" in address or "(?P" in address
    ]
    assert open_ones == []


def test_nobody_gets_in_without_signing_in(walk: Walk) -> None:
    wrong = []
    for route, addresses in walk.addresses:
        if route.access == "public":
            continue
        for address in addresses:
            for method in ("get", "post"):
                status, goal = _ask(method, address, KAISERSLAUTERN, None)
                if not _is_refused(status, goal):
                    wrong.append((method, address, route.access, status, goal))
    assert wrong == [], "\n".join(map(str, wrong))


def test_what_is_open_is_open_and_never_breaks(walk: Walk) -> None:
    wrong = []
    for route, addresses in walk.addresses:
        if route.access != "public":
            continue
        for address in addresses:
            for method in ("get", "post"):
                status, _goal = _ask(method, address, KAISERSLAUTERN, None)
                if status in {401, 403} or (status >= 500 and "health" not in address):
                    wrong.append((method, address, status))
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.parametrize("who", ["resident", "foreign_clerk"])
def test_a_permission_is_asked_for(walk: Walk, who: str) -> None:
    """Residents, and somebody with every role in the neighbouring municipality, who is only a resident here."""
    wrong = []
    somebody = getattr(walk, who)
    for route, addresses in walk.addresses:
        if route.access not in permissions():
            continue
        for address in addresses:
            for method in ("get", "post"):
                status, goal = _ask(method, address, KAISERSLAUTERN, somebody)
                if not _is_refused(status, goal):
                    wrong.append((method, address, route.access, status, goal))
    assert wrong == [], "\n".join(map(str, wrong))


def test_numbers_of_the_neighbour_lead_nowhere(walk: Walk) -> None:
    """All roles in Kusel, asked at Kusel for rows of Kaiserslautern: nothing is there."""
    wrong = []
    for route, addresses in walk.addresses:
        if not PARAMETER.search(route.pattern) or route.access not in {*permissions(), "signed_in"}:
            continue
        for address in addresses:
            for method in ("get", "post"):
                status, goal = _ask(method, address, KUSEL, walk.foreign_clerk)
                if status == 302 and goal.startswith("/") and not _is_refused(status, goal):
                    status, goal = _ask("get", goal, KUSEL, walk.foreign_clerk)  # sent on to where nothing is
                if not _is_refused(status, goal):
                    wrong.append((method, address, route.access, status, goal))
    assert wrong == [], "\n".join(map(str, wrong))


def test_a_moderator_sees_what_the_role_includes(walk: Walk) -> None:
    wrong = []
    with activate(walk.kaiserslautern):
        allowed = {key for key in permissions() if may(walk.moderator, key)} | {"signed_in"}
    for route, addresses in walk.addresses:
        if route.access == "public" or (route.access or "").startswith("key:"):
            continue
        for address in addresses:
            status, goal = _ask("get", address, KAISERSLAUTERN, walk.moderator)
            opened = not (status == 403 or goal.startswith("/account/login/"))
            if (
                status >= 500
                or (route.access in allowed and not opened)
                or (route.access not in allowed and status == 200)
            ):
                wrong.append((address, route.access, status, goal))
    assert wrong == [], "\n".join(map(str, wrong))
