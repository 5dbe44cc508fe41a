# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Jobs that exist for the tests only: they write into the record of decisions, which counts how often they ran."""

from __future__ import annotations

import time
from pathlib import Path

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.jobs import job, periodic


@job("sample.write")
def write(*, number: int) -> None:
    """One entry."""
    record(action="sample.write", actor=None, subject=f"sample:{number}")


@job("sample.slow", attempts=3)
def slow(*, number: int, until: str) -> None:
    """One entry, then work until the file ``until`` is there; so that the worker can be killed in the middle."""
    record(action="sample.slow", actor=None, subject=f"sample:{number}")
    while not Path(until).exists():
        time.sleep(0.02)


@job("sample.fail", attempts=2)
def fail(*, number: int) -> None:
    """Writes, and then fails with a message that must not be kept."""
    record(action="sample.fail", actor=None, subject=f"sample:{number}")
    raise ValueError("geheim@example.org")


REGULAR_MINUTES = 5


@periodic(f"*/{REGULAR_MINUTES} * * * *")
@job("sample.regular")
def regular() -> None:
    """One entry per municipality."""
    record(action="sample.regular", actor=None, subject="sample:0")
