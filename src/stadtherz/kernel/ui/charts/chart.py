# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a chart shows, as values. Times are seconds since 1970; days are the town's, so the chart knows its time zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from zoneinfo import ZoneInfo

MOST_BESIDE = 100
"""So many bars of several rows can be told apart side by side."""


class Form(Enum):
    """How values are drawn: a line for what is measured, bars for what is counted in a time."""

    LINE = "line"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class Part:
    """A time and which share (0 to 1) of the values came that were due in it."""

    start: float
    end: float
    share: float


@dataclass(frozen=True, slots=True)
class Line:
    """One row of values. A value of None breaks the line; ``lows`` and ``highs`` make a band around it.

    A value of a moment has its time. One of an hour, a day or a month has its beginning, by which it is named, and ``ends`` says
    where each ends: a bar fills that time, a line passes through its middle. ``doubtful`` are the places of values that
    stand under doubt: open circles, joined with nothing. ``filled`` are those that were filled in (open squares), ``reduced``
    figures from which something was left out (small open circles), ``partial`` bars that are not whole (pale). ``parts``
    say how whole the values are; they are drawn as a strip below the picture. From ``until`` on there can be no value yet.
    """

    name: str
    times: Sequence[float]
    values: Sequence[float | None]
    lows: Sequence[float | None] = ()
    highs: Sequence[float | None] = ()
    ends: Sequence[float] = ()
    doubtful: Sequence[int] = ()
    filled: Sequence[int] = ()
    reduced: Sequence[int] = ()
    partial: Sequence[int] = ()
    parts: Sequence[Part] = ()
    until: float | None = None

    def spot(self, place: int) -> float:
        """Where on the axis of time a value stands."""
        return (self.times[place] + self.ends[place]) / 2 if self.ends else self.times[place]


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without values, and why. ``is_left_out``: there were some, which do not count; hatched the other way."""

    start: float
    end: float
    name: str = ""
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that should not be passed, and who says so."""

    value: float
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment worth a mark, such as an alert, with its length if it has one. ``is_border``: from here on something else holds."""

    time: float
    name: str
    end: float | None = None
    is_border: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of values between ``start`` and ``end``. ``key`` is unique on the page. ``said`` names a time as the table does."""

    key: str
    title: str
    sentence: str
    lines: Sequence[Line]
    start: float
    end: float
    zone: ZoneInfo
    unit: str = ""
    form: Form = Form.LINE
    decimals: int = 1
    from_zero: bool = False
    gaps: Sequence[Gap] = ()
    limits: Sequence[Limit] = ()
    marks: Sequence[Mark] = ()
    source: str = ""
    band_name: str = ""
    doubtful_name: str = ""
    filled_name: str = ""
    columns: Sequence[dict[str, object]] = ()
    rows: Sequence[Sequence[object]] = ()
    height: int = field(default=260)
    said: Callable[[float], str] | None = None

    @property
    def is_overlaid(self) -> bool:
        """Whether bars are too many to stand side by side: the first row stays bars, the others are steps above them."""
        many = sum(len(line.values) for line in self.lines) > MOST_BESIDE
        return self.form is Form.BARS and len(self.lines) > 1 and many
