# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Jobs that exist for the tests only: they write into the record of decisions, which counts how often they ran."""

from __future__ import annotations

import time

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.jobs import job, periodic


@job("sample.write")
def write(*, number: int) -> None:
    """One entry."""
    record(action="sample.write", actor=None, subject=f"sample:{number}")


@job("sample.slow", attempts=3)
def slow(*, number: int, seconds: int) -> None:
    """One entry, then a long time in which the worker can be killed."""
    record(action="sample.slow", actor=None, subject=f"sample:{number}")
    time.sleep(seconds)


@job("sample.fail", attempts=2)
def fail(*, number: int) -> None:
    """Writes, and then fails with a message that must not be kept."""
    record(action="sample.fail", actor=None, subject=f"sample:{number}")
    raise ValueError("geheim@example.org")


@periodic("*/5 * * * *")
@job("sample.regular")
def regular() -> None:
    """One entry per municipality."""
    record(action="sample.regular", actor=None, subject="sample:0")
