# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""/health/live says that this process answers; /health/ready says whether the platform can do its work, part by part."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stadtherz.kernel.geo.extracts import folder
from stadtherz.kernel.jobs.worker import heartbeat_age
from stadtherz.kernel.live.hub import hub
from stadtherz.kernel.people.web.guards import public

WORKER_GONE_SECONDS = 30.0
LEAST_FREE_BYTES = 50_000_000
"""Below this, pictures of some megabytes soon find no room: time to tell, while everything still works."""
DISK_FULL = "53100"  # PostgreSQL's SQLSTATE for it
SPILL = "SELECT count(*) FROM (SELECT n FROM generate_series(1, 8000) n ORDER BY -n) AS sorted"
"""Sorts more than ``work_mem`` allows, so that the server has to write a little to its own disk."""


class NotReady(Exception):
    """A part cannot do its work; the message says why, in words that tell nothing about the inside."""


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64kB'; SET LOCAL temp_tablespaces = ''")
            cursor.execute(SPILL)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == DISK_FULL:
            raise NotReady("answers, but its disk is full: nothing can be written") from error
        raise
    return "answers and can write"


def _files() -> str:
    """Pictures, maps and exports go to the data folder; a file is really written there."""
    folder = Path(settings.DATA_DIR)
    free = shutil.disk_usage(folder).free
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"ready?" * 100)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise NotReady(f"the data folder cannot be written: {error.strerror}") from error
    if free < LEAST_FREE_BYTES:
        raise NotReady(f"the disk is nearly full: {free // 1_000_000} MB are free")
    return f"can be written, {free / 1e9:.1f} GB free"


def _jobs() -> str:
    age = heartbeat_age()
    if age is None or age > WORKER_GONE_SECONDS:
        raise NotReady("no worker is running")
    return f"a worker was heard {age:.0f} s ago"


def _live() -> str:
    if not hub.listening:
        raise NotReady("this process does not listen")
    return f"listening, {hub.room.count} open streams"


def _tiles() -> str:
    count = len(list(folder().glob("*.pmtiles")))
    return f"{count} base maps" if count else "no base map yet: load an extract with osm load"


PARTS: dict[str, Callable[[], str]] = {
    "database": _database,
    "files": _files,
    "jobs": _jobs,
    "live": _live,
    "tiles": _tiles,
}


def report() -> tuple[bool, dict[str, dict[str, object]]]:
    """Whether all parts work, and what each says, with the milliseconds that asking took."""
    parts: dict[str, dict[str, object]] = {}
    for name, ask in PARTS.items():
        began = time.perf_counter()
        try:
            state, words = "ok", ask()
        except NotReady as reason:
            state, words = "failing", str(reason)
        except Exception as error:
            state, words = "failing", type(error).__name__
        parts[name] = {"state": state, "milliseconds": round((time.perf_counter() - began) * 1000, 1), "says": words}
    return all(part["state"] == "ok" for part in parts.values()), parts


@public
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 if all parts work, else 503; both with the same document."""
    works, parts = report()
    return JsonResponse({"status": "ok" if works else "failing", "parts": parts}, status=200 if works else 503)


urlpatterns = [path("live", live, name="health-live"), path("ready", ready, name="health-ready")]
