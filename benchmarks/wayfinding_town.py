# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A municipality for the measurement over HTTP: the given graph is its map, some reports wait on its ways, a clerk is
signed in.

Run by ``benchmarks.wayfinding_http`` with the environment of that database; prints what it made as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.gis.geos import Point, Polygon  # noqa: E402

from stadtherz.kernel.geo.models import Extract  # noqa: E402
from stadtherz.kernel.municipalities.active import activate  # noqa: E402
from stadtherz.kernel.municipalities.demo import demo_towns  # noqa: E402
from stadtherz.kernel.people.models import Membership, Person  # noqa: E402
from stadtherz.kernel.people.roles import Role  # noqa: E402
from stadtherz.services.wayfinding.obstacles.actions import report_obstacle  # noqa: E402
from stadtherz.services.wayfinding.obstacles.vocabulary import Kind  # noqa: E402


def main() -> None:
    """``bounds`` and the places of the reports come as JSON in the first argument."""
    asked = json.loads(sys.argv[1])
    west, south, east, north = asked["bounds"]
    town = demo_towns(settings.SERVICE_KEYS)[0]
    town.map_centre, town.bounds = Point((west + east) / 2, (south + north) / 2, srid=4326), None
    town.save()
    Extract.objects.create(
        key="bench", version="000000000000", name="bench", source="bench", attribution="bench",
        bounds=Polygon.from_bbox((west, south, east, north)),
    )  # fmt: skip
    with activate(town):
        clerk, resident = _person("clerk"), _person("resident")
        Membership.objects.create(person=clerk, role=Role.CLERK)
        reports = [
            report_obstacle(kind=Kind.WORKS, place=Point(*place, srid=4326), reporter=resident, text=f"{number}").pk
            for number, place in enumerate(asked["places"])
        ]
        print(json.dumps({"session": _session(clerk), "reports": reports}))


def _person(name: str) -> Person:
    return Person.objects.create(email=f"{name}@example.org", pseudonym=name, password="!")


def _session(person: Person) -> str:
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    main()
