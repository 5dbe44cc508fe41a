# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is asked of a way through town and what is answered: words, steps and lines, or why there is nothing to draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from stadtherz.services.wayfinding.engine.metric import Options
from stadtherz.services.wayfinding.engine.profiles import Limit, Profile
from stadtherz.services.wayfinding.planning.ground import Kerb, Slope

Point = tuple[float, float]
#: the way that fits best, and the others that may be asked for by name (engine/alternatives.py)
BEST: Final = "best"
KINDS: Final = (BEST, "less_steep", "better_known", "shorter")


class NoPlan(Exception):
    """There is nothing to draw."""


class SamePlace(NoPlan):
    """Start and destination are the same."""


class OutsideMap(NoPlan):
    """A place lies outside the town's map. ``index``: 0 start, 1 destination."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class NoWayNearby(NoPlan):
    """The map knows no way near a place. ``index``: 0 start, 1 destination."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class NotAcross(NoPlan):
    """The maps of both towns are not connected: not even without limits does a way lead over the border."""


class NotConnected(NoPlan):
    """Not even without limits does a way lead there."""


@dataclass(frozen=True, slots=True)
class Named:
    """An obstacle of today in words, and where to read about it. ``key``: its number; of opening hours, none. ``until``: when
    it is over."""

    text: str
    url: str
    key: str
    until: str = ""

    @property
    def id(self) -> str:
        """The same in the list and on the map."""
        return f"o{self.key}"


@dataclass(frozen=True, slots=True)
class Told:
    """One step in words, with its part of the line (longitude, latitude)."""

    id: str
    text: str
    line: list[list[float]]
    #: what is in the way today on this step, in walking order
    met: list[Named] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A limit that is broken, and where."""

    id: str
    limit: Limit
    unknown: bool
    text: str
    lon: float
    lat: float
    #: address of a photo, or the page of an obstacle that has one
    photo: str = ""
    #: the question at this spot whose answer would tell; nothing where there is none
    question: str = ""
    #: the step of the way at which it is met, counted from one
    step: int = 0
    #: what closes the place today
    closed_by: Named | None = None


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A way that was not chosen, in one line."""

    kind: str
    summary: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way. With ``broken`` it keeps the limits everywhere but there, and is the one that comes closest to them."""

    summary: str
    #: the parts of the summary: "12 Minuten", "640 m", and what the way asks of somebody (may be empty)
    duration: str
    length: str
    conditions: str
    steps: list[Told]
    start: Point
    goal: Point
    metres: float
    unverified: float
    kerbs_unknown: int
    longest_without_rest: float
    #: metres between the places and the ways of the map
    start_gap: float
    goal_gap: float
    broken: list[InTheWay] = field(default_factory=list)
    #: what would help, as a sentence ("with kerbs up to 4 cm you would arrive"); empty where no figure helps
    help: str = ""
    #: what the detour avoids; empty where the way is as short as possible
    detour: str = ""
    others: list[OtherWay] = field(default_factory=list)
    #: today's obstacles on the way, and those because of which it goes another way than usual
    passed: list[Named] = field(default_factory=list)
    avoided: list[Named] = field(default_factory=list)
    #: sentences about places whose usual way is closed today, by index: 0 start, 1 destination
    moved: dict[int, str] = field(default_factory=dict)
    #: what the map draws beside the line
    slopes: list[Slope] = field(default_factory=list)
    kerbs: list[Kerb] = field(default_factory=list)
    #: (metres walked, metres above the start) along the way; empty where no slope is known
    heights: list[tuple[float, float]] = field(default_factory=list)

    @property
    def keeps_limits(self) -> bool:
        """Whether the person can go this way as their limits are."""
        return not self.broken

    @property
    def unverified_percent(self) -> int:
        """Share of the way of which something that matters is not known."""
        return round(100 * self.unverified / self.metres) if self.metres else 0


@dataclass(frozen=True, slots=True)
class Question:
    """From where, where to (longitude, latitude), how, in which language, and which of the ways."""

    start: Point
    goal: Point
    profile: Profile
    language: str
    both_ways: bool = False
    kind: str = BEST

    @property
    def options(self) -> Options:
        return Options(both_ways=self.both_ways)
