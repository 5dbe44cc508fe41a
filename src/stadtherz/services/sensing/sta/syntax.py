# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What ``$filter`` and ``$orderby`` say, as a tree. Every node knows its position in the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

Node = "Literal | Path | Call | Binary | Logic | Negation | Member | Quantified"


@dataclass(frozen=True, slots=True)
class Span:
    """A time interval, half open: its end is not part of it (section 9.3.3.5.1)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry as EWKB, in hexadecimal digits."""

    ewkb: str


Constant = None | bool | int | float | str | datetime | date | time | timedelta | Span | Shape


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written out."""

    value: Constant
    position: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a path, with the places in an array that follow it: ``values[0][1]``."""

    name: str
    position: int
    indexes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A property, perhaps of a related entity: ``Datastream/Thing/name``."""

    segments: tuple[Segment, ...]

    @property
    def position(self) -> int:
        return self.segments[0].position


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Any, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Two sides and what stands between them: arithmetic and comparison."""

    operator: str
    left: Any
    right: Any
    position: int


@dataclass(frozen=True, slots=True)
class Logic:
    """Several conditions: all (``and``) or one (``or``)."""

    operator: str
    items: tuple[Any, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Negation:
    """``not``."""

    item: Any
    position: int


@dataclass(frozen=True, slots=True)
class Member:
    """``x in (1, 2)``, or ``x in properties/list`` (OData 4.01)."""

    item: Any
    choices: tuple[Any, ...] | Path
    position: int


@dataclass(frozen=True, slots=True)
class Quantified:
    """``Datastreams/any(d: d/name eq 'x')``; ``body`` None asks whether there is any at all."""

    path: Path
    variable: str
    body: Any
    every: bool
    position: int


@dataclass(frozen=True, slots=True)
class Order:
    """One key of ``$orderby``."""

    key: Any
    descending: bool
    position: int
