# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rows of an export: several sensors one after the other, each value with its unit, its quality and what is missing before it.

Single values come as they were measured; hours, days and months as the pages show them, empty ones too, with the percentage
that is there. Values are read month by month, so that an export needs no memory of its own size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.figures import Bucket, buckets, quantity_of
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


def _titles(stream: Datastream) -> tuple[str, str, str]:
    known = quantity_of(stream)
    unit = str((stream.unit_of_measurement or {}).get("symbol") or "")
    title = str(known.title) if known else stream.name
    if stream.description and stream.name == f"{stream.thing.name}: {stream.description}":
        title = f"{title}, {stream.description}"  # one of several of this quantity
    return stream.thing.name, title, known.symbol if known else unit


def _single(stream: Datastream, span: Span) -> Iterator[Row]:
    station, quantity, unit = _titles(stream)
    expected = stream.expected_seconds
    start, before = span.since.astimezone(UTC), None
    while start < span.until:
        end = min(start + WINDOW, span.until.astimezone(UTC))
        found = reading.series(stream.pk, start, end)
        for time, value, flag in zip(found.times.tolist(), found.values.tolist(), found.flags.tolist(), strict=True):
            missing = max(0, round((time - before) / expected) - 1) if expected and before is not None else None
            before = time
            kept = value if np.isfinite(value) and flag != reading.WITHDRAWN else None
            moment = datetime.fromtimestamp(time, UTC)
            yield Row(stream.pk, station, quantity, unit, moment, None, kept, None, None, WORDS[flag], missing, None)
        start = end


def _together(stream: Datastream, span: Span, grain: Grain, now: datetime) -> Iterator[Row]:
    station, quantity, unit = _titles(stream)
    for each in buckets(stream, span, grain, now):
        if each.start > now:
            return
        percent = None if each.complete is None else round(100 * each.complete)
        yield Row(
            stream.pk, station, quantity, unit, each.start, each.end, each.value, each.low, each.high, _quality(each),
            None, percent,
        )  # fmt: skip


def _quality(each: Bucket) -> str:
    if each.value is None:
        return "missing"
    parts = ["filled" if each.filled else "", "partly left out" if each.left_out else ""]
    return ", ".join(part for part in parts if part) or "valid"
