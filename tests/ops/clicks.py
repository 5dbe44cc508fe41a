# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Residents who click "support" on a running platform, and keep in mind which clicks were acknowledged."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .command import stadtherz

PEOPLE, IDEAS, CLIENTS = 60, 60, 8
TOKEN = "clickclickclickclickclickclickcl"
FILL = f"""
import json
from datetime import timedelta
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.demo import demo_towns
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.models import Idea, Phase, Process
store = import_module(settings.SESSION_ENGINE).SessionStore
with activate(demo_towns(settings.SERVICE_KEYS)[0]):
    now = timezone.now()
    process = Process.objects.create(key="klicks", title={{"de": "Klicks"}}, is_open_ended=True)
    Phase.objects.create(process=process, kind="collecting", starts_at=now - timedelta(days=1))
    ideas = [Idea.objects.create(process=process, title=f"Idee {{n}}", text="Text", visibility="released", released_at=now).pk
             for n in range({IDEAS})]
    people = [Person.objects.create(pseudonym=f"Klick {{n}}", email=f"klick{{n}}@example.org", password="!") for n in range({PEOPLE})]
sessions = {{}}
for person in people:
    session = store()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    sessions[person.pk] = session.session_key
print("FILLED " + json.dumps({{"ideas": ideas, "sessions": sessions}}))
"""


class Clicks:
    """Residents that click on different ideas as fast as they are answered, until they are told to stop."""

    def __init__(self, port: int, ideas: list[int], sessions: dict[str, str]) -> None:
        self.port, self.sessions = port, sessions
        self.pairs: Iterator[tuple[str, int]] = itertools.product(sessions, ideas)
        self.acknowledged: list[tuple[int, int]] = []
        self.unanswered = 0
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._click) for _client in range(CLIENTS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(timeout=30)

    def _click(self) -> None:
        while not self.stopped.is_set():
            with self.lock:
                pair = next(self.pairs, None)
            if pair is None:
                return
            while not self.stopped.is_set() and not self._one(*pair):  # a resident without an answer clicks again
                self.stopped.wait(0.2)

    def _one(self, person: str, idea: int) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            cookies = f"stadtherz_session={self.sessions[person]}; stadtherz_csrf={TOKEN}"
            connection.request(
                "POST",
                f"/mitreden/ideen/{idea}/unterstuetzen/",
                headers={"Host": "localhost", "Cookie": cookies, "X-CSRFToken": TOKEN, "HX-Request": "true"},
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.unanswered += 1
            return False
        if answer.status >= 500:
            self.unanswered += 1
            return False
        assert answer.status < 400, answer.status
        with self.lock:
            self.acknowledged.append((int(person), idea))
        return True


def fill(data: Path) -> dict[str, Any]:
    """Ideas and signed-in people in the installation: {"ideas": [number], "sessions": {person: session key}}."""
    told = stadtherz("manage", "shell", "-c", FILL, data=data)
    assert told.returncode == 0, told.stderr
    filled: dict[str, Any] = json.loads(told.stdout.partition("FILLED ")[2])
    return filled
