# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What moderators' decisions do to words and pictures of reports. The obstacle itself does not wait for them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.actions.change import locked, write
from stadtherz.services.wayfinding.obstacles.vocabulary import State

#: reasons that say nothing against the obstacle itself
ONLY_THE_WORDS = frozenset({"unclear", "personal_data", "picture_people", "picture_rights", "several"})


def release_report(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Show words and picture."""
    pictures = content.get("pictures") or [None]
    write(locked(Obstacle(pk=object_id)), text=content.get("text", ""), picture_id=pictures[0])


def decline_report(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Words and picture stay hidden. An unconfirmed report goes with them, unless only its words or picture were wrong."""
    _hide(object_id, *_consequence(case))


def take_down_report(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Hide words and picture again; an unconfirmed report goes with them as when it is declined."""
    _hide(object_id, *_consequence(case))


def _consequence(case: Any) -> tuple[State, State]:
    return State.REPORTED, State.REPORTED if case.reason in ONLY_THE_WORDS else State.DISMISSED


def report_waits(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """A decision was undone: words and picture wait again, and the report stands again."""
    _hide(object_id, State.DISMISSED, State.REPORTED)


def _hide(object_id: int, before: State, after: State) -> None:
    obstacle = locked(Obstacle(pk=object_id))
    write(obstacle, text="", picture=None, state=after if obstacle.state == before else obstacle.state)


def report_url(object_id: int) -> str:
    """Where the obstacle is seen."""
    return reverse("wayfinding:obstacle", args=[object_id])
