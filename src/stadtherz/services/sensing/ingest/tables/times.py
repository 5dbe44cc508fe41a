# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times as they stand in files: ISO 8601, or day before month as in Germany, with or without a zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from stadtherz.services.sensing.ingest.local_times import LocalClock, LocalTimeRefused

GERMAN = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4})[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?(?: Uhr)?\Z"
)
MIDNIGHT = re.compile(r"(.*[ T])24:00(:00)?(Z|[+-]\d\d:?\d\d)?\Z")
FIRST = datetime(1, 1, 2, tzinfo=UTC)


class TimeRefused(ValueError):
    """This cell is no time, or one that did not happen."""


def parsed(text: str, form: str = "") -> datetime:
    """The time in a cell, with its zone if it says one. ``form``: as for ``strptime``. Raises ``TimeRefused``."""
    text = text.strip()
    late = MIDNIGHT.match(text)
    if late:  # 24:00 is the end of the day (ISO 8601-1:2019, section 4.3.8)
        text = f"{late[1]}00:00{late[2] or ''}{late[3] or ''}"
    try:
        found = _parsed(text, form)
        return found + timedelta(days=1) if late else found
    except (ValueError, OverflowError):
        raise TimeRefused(_("“%(text)s” is not a time.") % {"text": text[:40]}) from None


def _parsed(text: str, form: str) -> datetime:
    if form:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the file's, and follows
    german = GERMAN.match(text)
    if german:
        day, month, year, hour, minute, second, fraction = german.groups()
        year = int(year) + (2000 if len(year) == 2 else 0)
        return datetime(  # noqa: DTZ001 - the zone is the file's, and follows
            year, int(month), int(day), int(hour), int(minute), int(second or 0), int((fraction or "0").ljust(6, "0"))
        )
    if len(text) < 12:  # a day without an hour
        raise ValueError
    return datetime.fromisoformat(text)


def looks_like_time(text: str, form: str) -> bool:
    """Whether the cell of a sample is a time."""
    try:
        parsed(text, form)
    except TimeRefused:
        return False
    return True


def clock(zone: ZoneInfo, form: str = "") -> Callable[[str, str], datetime]:
    """A function(text, series) → time in UTC, which follows each series through the nights of the changing clock."""
    clocks: dict[str, LocalClock] = {}

    def moment(text: str, series: str = "") -> datetime:
        found = parsed(text, form)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
        try:
            return clocks.setdefault(series, LocalClock(zone)).moment(found)
        except LocalTimeRefused as refused:
            raise TimeRefused(str(refused)) from None
        except OverflowError:
            raise TimeRefused(_("“%(text)s” is not a time.") % {"text": text[:40]}) from None

    return moment
