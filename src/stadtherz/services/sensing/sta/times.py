# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times as ISO 8601 writes them: instants, intervals, durations. A time without a zone is refused (section 8.2, TM_Object)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.syntax import Span

INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?([Zz]|[+\- ](\d\d)(?::?(\d\d))?)?",
    re.ASCII,
)
DURATION = re.compile(
    r"([+-])?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.IGNORECASE,
)


def instant(text: str, **where: object) -> datetime:
    """A moment, in UTC; digits beyond microseconds are dropped. Raises 400 with a reason; ``where`` goes into the error."""
    match = INSTANT.fullmatch(text.strip())
    if match is None:
        raise _refused(f"{text[:60]!r} is not a time such as 2026-01-31T13:00:00Z.", where)
    year, month, day, hour, minute, second, fraction, zone, hours, minutes = match.groups()
    if zone is None:
        raise _refused(f"{text!r} has no time zone; write Z for UTC or an offset such as +01:00.", where)
    extra = timedelta(seconds=1) if second == "60" else timedelta()  # a leap second is the next one
    try:
        found = datetime(
            int(year), int(month), int(day), int(hour), int(minute), 59 if extra else int(second or 0),
            int(((fraction or "") + "000000")[:6]), tzinfo=UTC,
        )  # fmt: skip
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        if offset > timedelta(hours=18):
            raise ValueError
        return found + extra + (offset if zone[0] == "-" else -offset)
    except (ValueError, OverflowError):
        raise _refused(f"{text!r} is a time that does not exist.", where) from None


def span(text: str, **where: object) -> Span:
    """An interval ``start/end``, also ``start/duration`` and ``duration/end``."""
    first, slash, second = text.partition("/")
    if not slash:
        raise _refused(f"{text[:60]!r} is not an interval such as 2026-01-31T13:00:00Z/2026-01-31T14:00:00Z.", where)
    try:
        if first.lstrip("+-").upper().startswith("P"):
            end = instant(second, **where)
            return Span(end - duration(first, **where), end)
        start = instant(first, **where)
        end = start + duration(second, **where) if second.upper().startswith("P") else instant(second, **where)
    except OverflowError:
        raise _refused(f"{text!r} leads to a time that does not exist.", where) from None
    if end < start:
        raise _refused(f"The interval {text!r} ends before it begins.", where)
    return Span(start, end)


def instant_or_span(text: str, **where: object) -> datetime | Span:
    """What ``phenomenonTime`` may be."""
    return span(text, **where) if "/" in text else instant(text, **where)


def duration(text: str, **where: object) -> timedelta:
    """A duration; a month counts as 30 days and a year as 365 (documented), because there is no start to count from."""
    match = DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()[1:]):
        raise _refused(f"{text[:60]!r} is not a duration such as PT1H.", where)
    sign, *parts = match.groups()
    years, months, weeks, days, hours, minutes, seconds = (float(part or 0) for part in parts)
    try:
        found = timedelta(
            days=years * 365 + months * 30 + weeks * 7 + days, hours=hours, minutes=minutes, seconds=seconds
        )
    except OverflowError:
        raise _refused(f"{text!r} is longer than time itself.", where) from None
    return -found if sign == "-" else found


def day(text: str, **where: object) -> date:
    """A date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _refused(f"{text!r} is a date that does not exist.", where) from None


def clock(text: str, **where: object) -> time:
    """A time of day."""
    try:
        head, _dot, fraction = text.partition(".")
        return time.fromisoformat(head).replace(microsecond=int((fraction + "000000")[:6]))
    except ValueError:
        raise _refused(f"{text!r} is a time of day that does not exist.", where) from None


def written(moment: datetime) -> str:
    """As the interface writes moments: UTC, with a fraction only if there is one."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def _refused(message: str, where: dict[str, object]) -> StaError:
    position = where.get("position")
    return bad(
        message,
        position if isinstance(position, int) else None,
        option=str(where.get("option", "")),
        field=str(where.get("field", "")),
    )
