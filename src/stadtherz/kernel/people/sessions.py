# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where sessions are kept: in the database, with the person beside the data, so that they can be listed and ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import base36_to_int

DEVICE = "device"
STARTED = "started_at"
PENDING = "account_login"
"""Where django-allauth keeps whoever has given the password and not yet the second factor."""

UNSIGNED = timedelta(days=1)
"""Whoever is not signed in may have typed an address into a form; nothing of that is kept for longer."""

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def is_key(text: str) -> bool:
    """Whether it looks like what Django gives out: 32 small letters and digits."""
    return len(text) == 32 and text.isascii() and text.isalnum()


def device_of(user_agent: str) -> str:
    """ "Firefox, Windows": enough to recognise one's own device, too little to recognise a person."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


class SessionStore(DatabaseStore):
    """Django's database sessions, with person, device and start in columns of their own."""

    def _validate_session_key(self, key: str) -> bool:
        """Whether a cookie can be one of ours; a quoted one may spell any byte, and the database takes no zero byte."""
        return is_key(key or "")

    def load(self) -> dict[str, Any]:
        """The data of the session, read without the ORM: every request of everybody who is signed in does this."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_data FROM people_session WHERE session_key = %s AND expire_date > %s",
                [self.session_key, timezone.now()],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(row[0])
        return data

    @classmethod
    def get_model_class(cls) -> type[Any]:
        return apps.get_model("people", "Session")  # the table names this store in turn

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        signed_in = data.get(SESSION_KEY)
        pending = (data.get(PENDING) or {}).get("user_pk")
        row.person_id = int(signed_in) if signed_in else base36_to_int(pending) if pending else None
        row.device = data.get(DEVICE, "")
        row.started_at = parse_datetime(data.get(STARTED, ""))
        if not signed_in:
            row.expire_date = min(row.expire_date, timezone.now() + UNSIGNED)
        return row
