# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the rows of a table: each value with its time, field and flag, each bad line with the reason."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from stadtherz.services.sensing.ingest.tables.opening import Layout, opened
from stadtherz.services.sensing.ingest.tables.times import TimeRefused, clock

GROUPED = {",": re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?\Z"), ".": re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?\Z")}
PLAIN = {
    ",": re.compile(r"[+-]?\d+(,\d*)?([eE][+-]?\d+)?\Z"),
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the file. ``quality`` is the flag that its state means, None: valid."""

    line: int
    field: str
    time: datetime
    result: float | int
    quality: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that cannot be taken in, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell that says that there is no value."""

    line: int
    field: str


def read(path: Path, layout: Layout, *, default_zone: str) -> Iterator[Value | RefusedLine | Gap]:
    """Everything in the file, line by line, without holding it in memory. Raises ``UnreadableTable``."""
    profile = layout.profile
    moment = clock(ZoneInfo(profile.zone or default_zone), profile.time_format)
    with opened(path, profile) as rows:
        next(rows)
        for line, cells in enumerate(rows, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(layout.header):
                reason = _("The line has %(n)d cells, the header %(m)d.") % {"n": len(cells), "m": len(layout.header)}
                yield RefusedLine(line, reason)
                continue
            series = cells[layout.series].strip() if layout.series is not None else ""
            try:
                time = moment(" ".join(cells[column].strip() for column in layout.times), series)
            except TimeRefused as refused:
                yield RefusedLine(line, str(refused))
                continue
            yield from _cells(line, cells, layout, time, series)


def _cells(
    line: int, cells: list[str], layout: Layout, time: datetime, series: str
) -> Iterator[Value | RefusedLine | Gap]:
    single = len(layout.values) == 1
    for column, name in layout.values.items():
        text = cells[column].strip()
        field = name if layout.series is None else series if single else f"{series}.{name}"
        if text in layout.profile.no_value:
            yield Gap(line, field)
            continue
        try:
            result = number(text, layout.profile.decimal)
        except ValueError as refused:
            yield RefusedLine(line, f"{layout.header[column]}: {refused}")
            continue
        state = cells[layout.states[column]].strip() if column in layout.states else ""
        yield Value(line, field, time, result, _quality(state, layout))


def _quality(state: str, layout: Layout) -> dict[str, Any] | None:
    """A state that nobody explained is not known to be good: suspect, with the word as it stood there."""
    flag = layout.profile.flags.get(state, layout.profile.flags.get(state.lower()))
    if flag == "":
        return None
    return {"flag": flag or "suspect", "status": state[:40]}


def number(text: str, decimal: str) -> float | int:
    """A number as the file writes it. Raises ``ValueError`` with the reason for anything that could be read in two ways."""
    if PLAIN[decimal].match(text):
        plain = text.replace(",", ".") if decimal == "," else text
    elif GROUPED[decimal].match(text):
        plain = text.replace(".", "").replace(",", ".") if decimal == "," else text.replace(",", "")
    elif text.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        raise ValueError(
            _("“%(text)s” is not a number. If it means “no value”, say so in the settings.") % {"text": text}
        )
    else:
        raise ValueError(
            _("“%(text)s” is not a number with the decimal sign “%(sign)s”.") % {"text": text[:40], "sign": decimal}
        )
    if re.fullmatch(r"[+-]?\d+", plain) and len(plain) < 16:
        return int(plain)
    found = float(plain)
    if not math.isfinite(found):
        raise ValueError(_("“%(text)s” is too large.") % {"text": text[:40]})
    return found
