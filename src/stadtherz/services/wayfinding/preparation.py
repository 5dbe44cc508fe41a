# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far the walking graph of a map is prepared: for the operator at the server and for the page of planners.

It is kept in a file beside the graph, because the job that prepares runs in one transaction, whose rows nobody sees
before its end. Whether a worker is about it says a lock of the database, which ends with the worker.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.db import connection
from django.utils import timezone

from stadtherz.services.wayfinding.graph_files import folder, graph_path, report_path

#: after a failure that may pass by itself (a full disk) it is tried again
AGAIN_AFTER = timedelta(minutes=10)


class Stopped(Exception):
    """Somebody at the server has stopped the preparation."""


class Trouble(StrEnum):
    """Why a preparation ended without a graph. A map that cannot be read stays so; room on the disk may come back."""

    NONE = ""
    MAP = "map"
    ROOM = "room"
    STOPPED = "stopped"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Preparation:
    """``what`` was done last and which ``share`` of the work was done then; times in ISO 8601. ``sloped`` of ``edges`` have
    their slope from the elevation model."""

    what: str = ""
    share: float = 0.0
    began: str = ""
    ended: str = ""
    edges: int = 0
    sloped: int = 0
    trouble: Trouble = Trouble.NONE
    problem: str = ""

    @property
    def failed(self) -> bool:
        """Whether it ended without a graph."""
        return self.trouble is not Trouble.NONE

    @property
    def ended_at(self) -> datetime | None:
        return datetime.fromisoformat(self.ended) if self.ended else None

    @property
    def seconds(self) -> float:
        """How long it took."""
        if not (self.began and self.ended):
            return 0.0
        return (datetime.fromisoformat(self.ended) - datetime.fromisoformat(self.began)).total_seconds()


def _path(slug: str) -> Path:
    return folder() / f"{slug}.state.json"


def _stop_path(slug: str) -> Path:
    return folder() / f"{slug}.stop"


def preparation(slug: str) -> Preparation:
    """What is noted about a map; an empty one if nothing is."""
    try:
        noted = json.loads(_path(slug).read_bytes())
        return Preparation(**(noted | {"trouble": Trouble(noted.get("trouble", ""))}))
    except (OSError, ValueError, TypeError):
        return Preparation()


def note(slug: str, state: Preparation) -> None:
    """Keep it. On a full disk nothing is noted, and nothing else is hindered."""
    partial = folder() / f".{slug}.state"
    with suppress(OSError):
        partial.write_text(json.dumps(asdict(state)))
        partial.replace(_path(slug))


class Watched:
    """The progress of one preparation: noted for others, and ended where somebody wants it stopped."""

    def __init__(self, slug: str) -> None:
        self.slug, self.state = slug, Preparation(began=timezone.now().isoformat())
        _stop_path(slug).unlink(missing_ok=True)

    def __call__(self, what: str, share: float) -> None:
        """Raises ``Stopped``."""
        self.state = replace(self.state, what=what, share=round(share, 2))
        note(self.slug, self.state)
        if _stop_path(self.slug).exists():
            raise Stopped

    def done(self, *, edges: int, sloped: int) -> None:
        """The graph is there."""
        note(self.slug, replace(self.state, share=1.0, ended=timezone.now().isoformat(), edges=edges, sloped=sloped))

    def failed(self, trouble: Trouble, problem: str = "") -> None:
        """There is no graph, and why."""
        _stop_path(self.slug).unlink(missing_ok=True)
        ended = timezone.now().isoformat()
        note(self.slug, replace(self.state, ended=ended, trouble=trouble, problem=problem[:300]))


def is_due(slug: str) -> bool:
    """Whether a map without a graph should be prepared now: not one that cannot be read, nor one that was stopped."""
    state = preparation(slug)
    if state.trouble in {Trouble.MAP, Trouble.STOPPED}:
        return False
    ended = state.ended_at
    return not state.failed or ended is None or timezone.now() - ended > AGAIN_AFTER


def ask_to_stop(slug: str) -> None:
    """End the preparation that runs at its next step."""
    _stop_path(slug).touch()


def begin_anew(slug: str) -> None:
    """Forget what went wrong, so that the worker tries again within a minute."""
    _path(slug).unlink(missing_ok=True)
    _stop_path(slug).unlink(missing_ok=True)


def _lock_name(slug: str) -> str:
    return f"stadtherz.wayfinding.graph.{slug}"


def take(slug: str) -> bool:
    """Be the one who prepares this map, until the end of the transaction; False while another worker is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [_lock_name(slug)])
        return bool(cursor.fetchone()[0])


def is_running(slug: str) -> bool:
    """Whether a living worker prepares this map: it has not noted an end, and holds the lock until it ends or is killed."""
    if preparation(slug).ended:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks, (SELECT hashtext(%s)::bigint AS key) AS asked"
            " WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND objsubid = 1 AND objid = (key & 4294967295)::oid AND classid = ((key >> 32) & 4294967295)::oid)",
            [_lock_name(slug)],
        )
        return bool(cursor.fetchone()[0])


def not_understood(slug: str) -> list[dict[str, str | int]]:
    """The report of the reader: what, key, value, count; the most frequent first. Empty where there is none."""
    try:
        found = json.loads(report_path(slug).read_bytes())
    except (OSError, ValueError):
        return []
    return found if isinstance(found, list) else []


def is_prepared(slug: str) -> bool:
    """Whether the graph is there."""
    return graph_path(slug).exists()
