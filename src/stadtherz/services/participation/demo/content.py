# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The shapes in which demonstration content is written down."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """A step of the town's answer, so many days after the idea came."""

    after_days: int
    status: str
    text: str
    office: str


@dataclass(frozen=True, slots=True)
class DemoComment:
    """A comment under a pseudonym; ``replies`` answer it."""

    pseudonym: str
    text: str
    replies: tuple[DemoComment, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoIdea:
    """An idea; ``east`` and ``north`` are metres from the centre of the municipality's map."""

    title: str
    text: str
    category: str
    pseudonym: str
    days_ago: int
    supports: int
    paper_supports: int = 0
    east: float | None = None
    north: float | None = None
    place_label: str = ""
    answers: tuple[DemoAnswer, ...] = ()
    comments: tuple[DemoComment, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoProcess:
    """A participation with its categories (key, German, English, icon) and ideas. Days count from today; None: open."""

    key: str
    title: dict[str, str]
    summary: dict[str, str]
    description: dict[str, str]
    categories: tuple[tuple[str, str, str, str], ...]
    opened_days_ago: int
    closes_in_days: int | None
    ideas: tuple[DemoIdea, ...]
    waiting: tuple[DemoIdea, ...] = field(default=())
