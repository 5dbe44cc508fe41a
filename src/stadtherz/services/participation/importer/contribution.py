# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one imported contribution says, whatever file it came from, and why a line is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

TITLE_LENGTH = 250
TEXT_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution ready to be stored. ``key`` is its name at the source: importing it again changes nothing."""

    line: int
    key: str
    title: str
    text: str
    url: str = ""
    category: str = ""
    place: tuple[float, float] | None = None  # longitude, latitude in degrees, WGS 84
    place_label: str = ""
    created_at: datetime | None = None
    status: str = ""
    answer: str = ""
    supports: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that cannot be taken over, with the reason in words."""

    line: int
    key: str
    reason: str


@dataclass(slots=True)
class Reading:
    """What was read from a file: contributions and refusals, both in the order of the file."""

    contributions: list[Contribution] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""
