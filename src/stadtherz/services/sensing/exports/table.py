# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rows of an export: several sensors one after the other, each value with its unit, its quality and what is missing before it.

Single values come as they were measured, each in the unit that it came in; hours, days and months as the pages show them, empty ones too, with the percentage
that is there; what was measured in a unit that cannot be converted to the present one, in that unit before it. Values are read month by month, so that an export needs no memory of its own size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from stadtherz.kernel.ui.charts.scales import whole_percent
from stadtherz.services.sensing import units
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.figures import Bucket, buckets, quantity_of, title_of
from stadtherz.services.sensing.queries.one_unit import comparable_since, eras_of, others
from stadtherz.services.sensing.queries.spans import Grain, Span

MOST_ROWS = 500_000
MOST_SENSORS = 20
WORDS = {value: key for key, value in reading.FLAGS.items()}
WINDOW = timedelta(days=31)


class TooMuchToExport(ValueError):
    """More rows than one file may have."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value. ``missing`` is how many values are missing before a single one; ``complete`` the percentage of an hour or day."""

    stream: int
    station: str
    quantity: str
    unit: str
    time: datetime
    end: datetime | None
    value: float | None
    low: float | None
    high: float | None
    quality: str
    missing: int | None
    complete: int | None


def rows(streams: Sequence[Datastream], span: Span, grain: Grain, now: datetime) -> Iterator[Row]:
    """All rows of the export. Raises ``TooMuchToExport`` when there are more than ``MOST_ROWS``."""
    written = 0
    for stream in streams:
        for row in _single(stream, span) if grain is Grain.RAW else _together(stream, span, grain, now):
            written += 1
            if written > MOST_ROWS:
                raise TooMuchToExport
            yield row


def _units(stream: Datastream) -> list[tuple[float, str, str]]:
    """Until when (seconds since 1970) which unit held: its code, and what people read."""
    known = quantity_of(stream)
    return [(e.until, e.code, units.symbol(e.code, units.shown(e.unit), known)) for e in eras_of(stream)]


def _single(stream: Datastream, span: Span) -> Iterator[Row]:
    station, quantity = stream.thing.name, title_of(stream)
    held = _units(stream)
    expected = stream.expected_seconds
    start, before = span.since.astimezone(UTC), None
    while start < span.until:
        end = min(start + WINDOW, span.until.astimezone(UTC))
        found = reading.received(stream, start, end)
        for time, value, flag in zip(found.times.tolist(), found.values.tolist(), found.flags.tolist(), strict=True):
            while time >= held[0][0]:
                del held[0]
            missing = max(0, round((time - before) / expected) - 1) if expected and before is not None else None
            before = time
            kept = value if np.isfinite(value) and flag != reading.WITHDRAWN else None
            moment = datetime.fromtimestamp(time, UTC)
            yield Row(
                stream.pk, station, quantity, held[0][2], moment, None, kept, None, None, WORDS[flag], missing, None
            )
        start = end


def _together(stream: Datastream, span: Span, grain: Grain, now: datetime) -> Iterator[Row]:
    present = _units(stream)[-1]
    yield from (
        row for unit in _apart(stream) for row in _in_unit(stream, span, grain, now, unit) if row.value is not None
    )
    since = comparable_since(stream)
    yield from (
        row for row in _in_unit(stream, span, grain, now, present)
        if row.value is not None or row.end is None or row.end.timestamp() > since
    )  # fmt: skip


def _apart(stream: Datastream) -> list[tuple[float, str, str]]:
    """Earlier units that are not convertible to the present one, and of several that are to each other the first."""
    found: list[tuple[float, str, str]] = []
    *earlier, present = _units(stream)
    for each in earlier:
        if all(units.conversion(each[1], known[1]) is None for known in (present, *found)):
            found.append(each)
    return found


def _in_unit(
    stream: Datastream, span: Span, grain: Grain, now: datetime, unit: tuple[float, str, str]
) -> Iterator[Row]:
    station, quantity = stream.thing.name, title_of(stream)
    away = [each.era for each in others(stream, unit[1]) if each.change is not None] if stream.earlier_units else []
    read = reading.Values(stream, unit=unit[1] if stream.earlier_units else None)
    for each in buckets(stream, span, grain, now, read):
        if each.start > now:
            return
        percent = None if each.complete is None else whole_percent(each.complete)
        converted = any(e.since < each.end.timestamp() and e.until > each.start.timestamp() for e in away)
        yield Row(
            stream.pk, station, quantity, unit[2], each.start, each.end, each.value, each.low, each.high,
            _quality(each, converted), None, percent,
        )  # fmt: skip


def _quality(each: Bucket, converted: bool) -> str:
    if each.value is None:
        return "missing"
    parts = [
        "filled" if each.filled else "",
        "partly left out" if each.left_out else "",
        "converted" if converted else "",
    ]
    return ", ".join(part for part in parts if part) or "valid"
