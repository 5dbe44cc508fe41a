# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the platform of this checkout runs: a locked file says so, and keeps it to one."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stadtherz.ops import places
from stadtherz.ops.steps import Failure


def _lock_file() -> Path:
    return places.VAR / "run.lock"


@contextmanager
def only_one(said: str) -> Iterator[None]:
    """One platform a checkout: two would do every background job twice as often and stop each other's database.

    ``said`` is what whoever comes second reads: address and process. Raises ``Failure``."""
    with _lock_file().open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().strip() or "an unknown address"
            raise Failure(
                "Start",
                f"this checkout already runs: {where}",
                "use that one, or end it first (Ctrl-C in its terminal, or SIGTERM)",
            ) from None
        lock.truncate(0)
        lock.write(said)
        lock.flush()
        yield
        lock.truncate(0)


def running_since() -> float | None:
    """When the platform of this checkout was started; None while none runs."""
    file = _lock_file()
    try:
        with file.open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (FileNotFoundError, PermissionError):
        return None
    except BlockingIOError:
        return file.stat().st_mtime  # it was written at the start
    return None


def runs_old_code() -> bool:
    """Whether code or templates were pulled under a running platform: what is loaded is old, what is not yet loaded is new."""
    started = running_since()
    if started is None:
        return False
    source = (file for kind in ("*.py", "*.html", "*.txt") for file in places.SOURCE.rglob(kind))
    return max(file.stat().st_mtime for file in source) > started


@contextmanager
def stopped() -> Iterator[None]:
    """For what must not happen under a running platform, and keeps one from starting meanwhile."""
    places.prepare()
    with _lock_file().open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(
                "Start", "the platform is running", "end it first (Ctrl-C in its terminal, or SIGTERM)"
            ) from None
        yield
