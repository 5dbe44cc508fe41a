# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is signed in with these sessions: asked for many at once, judged as ``django.contrib.auth.get_user`` judges one.

For lanes, where hundreds click in the same second. Whoever is not found here may still be signed in (after the secret
key was changed, say): the ordinary page decides, and ends the session if it must.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.sessions import SessionStore

NEEDED = {"id", "password", "is_active", "email", "origin", "erased_at"}
FIELDS = tuple(
    field.attname for field in Person._meta.concrete_fields if field.attname in NEEDED
)  # as from_db wants them
SESSIONS = f"""
SELECT s.session_key, s.session_data, {", ".join(f"p.{field}" for field in FIELDS)}
FROM people_session s JOIN people_person p ON p.id = s.person_id
WHERE s.session_key = ANY(%(keys)s) AND s.expire_date > %(now)s
"""  # noqa: S608  constants


def people_signed_in(keys: Collection[str]) -> dict[str, Person]:
    """The person of each session that is valid now; of each person only what ``FIELDS`` names is loaded."""
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS, {"keys": list(keys), "now": timezone.now()})
        rows = cursor.fetchall()
    found = {}
    for key, data, *values in rows:
        person = Person.from_db(connection.alias, FIELDS, values)
        if _is_of(person, data):
            found[key] = person
    return found


def _is_of(person: Person, data: str) -> bool:
    """Whether the signed data of the session name this person, by a backend in use, with the password as it is now."""
    session: dict[str, Any] = SessionStore().decode(data)
    backend = session.get(BACKEND_SESSION_KEY)
    return (
        session.get(SESSION_KEY) == str(person.pk)
        and backend in settings.AUTHENTICATION_BACKENDS
        and _backend(backend).user_can_authenticate(person)
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    )


@cache
def _backend(path: str) -> Any:
    return load_backend(path)
