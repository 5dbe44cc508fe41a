# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the town says about values: another result, or a flag (suspect, filled, maintenance, withdrawn, valid), with author and reason.

It stands beside the delivered result, which is never overwritten, and can be taken back. Works wherever the values lie.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.people.models import Person
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.store import Flag, Key, changing, identifier
from stadtherz.services.sensing.store.changing import MOST_DAYS
from stadtherz.services.sensing.store.contents import as_json, as_text


class NotCorrectable(ValueError):
    """The correction cannot be made; the message says why."""


@transaction.atomic
def correct_value(*, key: Key, by: Person, reason: str, result: float | None = None, flag: Flag = Flag.VALID) -> None:
    """Say that another number is right (``result``), or what is to be thought of the delivered one (``flag``).

    Raises ``NotCorrectable`` if there is no such value. Recorded in the audit chain.
    """
    if result is not None and not isfinite(result):
        raise NotCorrectable(_("The corrected value must be a finite number."))
    after = key.time + timedelta(microseconds=1)
    said = _said(by, reason, flag) | ({} if result is None else {"result": result})
    if not _change(key.datastream, key.time, after, key.sequence, said):
        raise NotCorrectable(_("There is no such value."))
    subject = f"sensing.observation:{identifier(key.datastream, key.time, key.sequence)}"
    record(
        action="sensing.correct_value",
        actor=by,
        subject=subject,
        detail={"result": None if result is None else repr(result), "flag": flag.name.lower(), "reason": reason},
    )


@transaction.atomic
def flag_values(
    *, datastream: Datastream, since: datetime, until: datetime, flag: Flag, by: Person, reason: str
) -> int:
    """Say what is to be thought of all values with since <= time < until, at most a year; returns how many.

    An earlier correction of one of them is replaced. Recorded in the audit chain.
    """
    if until <= since:
        raise NotCorrectable(_("The end must lie behind the beginning."))
    if until - since > timedelta(days=MOST_DAYS):
        raise NotCorrectable(_("Choose a time of at most a year."))
    changed = _change(datastream.pk, since, until, None, _said(by, reason, flag))
    detail = {
        "since": as_text(since),
        "until": as_text(until),
        "flag": flag.name.lower(),
        "reason": reason,
        "values": changed,
    }
    record(action="sensing.flag_values", actor=by, subject=f"sensing.datastream:{datastream.pk}", detail=detail)
    return changed


@transaction.atomic
def take_back_correction(*, key: Key, by: Person) -> None:
    """The delivered value is valid again. Raises ``NotCorrectable`` if there is no such value."""
    if not _change(key.datastream, key.time, key.time + timedelta(microseconds=1), key.sequence, None):
        raise NotCorrectable(_("There is no such value."))
    subject = f"sensing.observation:{identifier(key.datastream, key.time, key.sequence)}"
    record(action="sensing.take_back_correction", actor=by, subject=subject)


def _said(by: Person, reason: str, flag: Flag) -> dict[str, Any]:
    return {"flag": flag.name.lower(), "by": by.pk, "at": as_text(timezone.now()), "reason": reason}


def _change(
    datastream: int, since: datetime, until: datetime, sequence: int | None, said: dict[str, Any] | None
) -> int:
    correction = None if said is None else as_json(said, "correction")
    return changing.correct(datastream, since, until, sequence=sequence, correction=correction)
