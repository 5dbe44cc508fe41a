# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happened in participation, for other services. A service declares a ``Handler`` for what it wants to know."""

from __future__ import annotations

from dataclasses import dataclass

IDEA_TOPIC = "participation.idea:*"


def idea_topic(idea_id: int) -> str:
    """The live topic of one idea's public page: ``answered`` by the town, ``discussed`` when public comments change."""
    return IDEA_TOPIC.replace("*", str(idea_id))


@dataclass(frozen=True, slots=True)
class IdeaReleased:
    """An idea became public for the first time."""

    idea_id: int


@dataclass(frozen=True, slots=True)
class IdeaAnswered:
    """The town answered an idea. ``status`` is a value of ``states.Status``."""

    idea_id: int
    answer_id: int
    status: str
