# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What clerks do: draw obstacles with a period, confirm reports, change, end, dismiss, and undo the last of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.actions.change import Drawn, locked, on_a_way, recurring, room_for, write
from stadtherz.services.wayfinding.obstacles.errors import (
    AlreadyOver,
    ChangedMeanwhile,
    LastTime,
    NeverCounts,
    NotAllowed,
    NothingToUndo,
)
from stadtherz.services.wayfinding.obstacles.rules import may_decide, moments_of, state_may_become
from stadtherz.services.wayfinding.obstacles.vocabulary import ASSUMED, Kind, Source, State
from stadtherz.services.wayfinding.obstacles.weekly import from_mapping

#: columns that a clerk's change may touch, as they are kept for undoing it
KEPT: Final = ("kind", "effect", "state", "reach_m", "title", "place_label", "text", "weekly")
TIMES: Final = ("begins", "ends", "doubted_at")


@transaction.atomic
def draw_obstacle(*, drawn: Drawn, clerk: Person) -> Obstacle:
    """Enter an obstacle for the town: confirmed at once, counting from its beginning to its end, or whenever its rule says.

    Side effects: an entry in the record, open pages, kept ways. Raises ``NotAllowed``, ``NoPlace``, ``PlaceOutside``,
    ``NoWayThere``, ``TooLarge``, ``WrongPeriod``, ``AlreadyOver``, ``TooLong``, ``TooFarAhead``, ``SameHours``,
    ``NeverCounts``, ``TextTooLong``, ``TooMany``.
    """
    _allowed(clerk)
    fields = drawn.fields()
    on_a_way(fields["geometry"], drawn.kind, drawn.reach_m)
    room_for()
    obstacle = write(Obstacle(source=Source.CLERK, state=State.CONFIRMED, **fields))
    _record("draw", obstacle, clerk)
    return obstacle


@transaction.atomic
def change_obstacle(*, obstacle: Obstacle, drawn: Drawn, clerk: Person, seen: int) -> Obstacle:
    """Change place, period, meaning or words. ``seen`` is the version that the clerk had before their eyes.

    Side effects: an entry in the record, open pages, kept ways. Raises ``ChangedMeanwhile`` and as ``draw_obstacle``.
    """
    _allowed(clerk)
    obstacle = locked(obstacle)
    if obstacle.version != seen:
        raise ChangedMeanwhile
    fields = drawn.fields()
    on_a_way(fields["geometry"], drawn.kind, drawn.reach_m)
    write(obstacle, before=_as_it_is(obstacle), doubted_at=None, **fields)
    _record("change", obstacle, clerk)
    return obstacle


@transaction.atomic
def confirm_obstacle(*, obstacle: Obstacle, clerk: Person) -> Obstacle:
    """Say for the town that it is there: ways keep clear of it. Clears a doubt; a period that is over begins anew, what recurs
    does so by its rule.

    Side effects: an entry in the record, open pages, kept ways. Raises ``NotAllowed``, ``ChangedMeanwhile`` if somebody
    has done that already, ``AlreadyOver`` where the rule has no time left.
    """
    _allowed(clerk)
    obstacle = locked(obstacle)
    if obstacle.state == State.CONFIRMED and obstacle.doubted_at is None and obstacle.ends > timezone.now():
        raise ChangedMeanwhile
    ends = (obstacle.moments or [max(obstacle.ends, timezone.now() + ASSUMED[Kind(obstacle.kind)].prolonged)])[-1]
    if ends <= timezone.now():
        raise AlreadyOver
    write(obstacle, before=_as_it_is(obstacle), state=State.CONFIRMED, doubted_at=None, ends=ends)
    _record("confirm", obstacle, clerk)
    return obstacle


@transaction.atomic
def skip_time(*, obstacle: Obstacle, clerk: Person) -> Obstacle:
    """What recurs does not take place this time, or the next time: its day is left out.

    Side effects: an entry in the record, open pages, kept ways. Raises ``NotAllowed``, ``ChangedMeanwhile`` if it does not recur
    (any more), ``LastTime`` if no time would be left.
    """
    _allowed(clerk)
    obstacle = locked(obstacle)
    if obstacle.weekly is None or not obstacle.is_open():
        raise ChangedMeanwhile
    day = timezone.localdate(obstacle.time_at(timezone.now())[0], ZoneInfo(active().timezone))
    try:
        fields = recurring(from_mapping(obstacle.weekly).but(day))
    except (NeverCounts, AlreadyOver) as error:
        raise LastTime from error
    write(obstacle, before=_as_it_is(obstacle), **fields)
    _record("skip", obstacle, clerk)
    return obstacle


@transaction.atomic
def end_obstacle(*, obstacle: Obstacle, clerk: Person) -> Obstacle:
    """It is over, earlier than was thought. Side effects and refusals as ``confirm_obstacle``."""
    return _close(obstacle, clerk, State.ENDED, "end")


@transaction.atomic
def dismiss_obstacle(*, obstacle: Obstacle, clerk: Person) -> Obstacle:
    """It was never there. Side effects and refusals as ``confirm_obstacle``."""
    return _close(obstacle, clerk, State.DISMISSED, "dismiss")


def _close(obstacle: Obstacle, clerk: Person, state: State, action: str) -> Obstacle:
    _allowed(clerk)
    obstacle = locked(obstacle)
    now = timezone.now()
    if not state_may_become(obstacle.state, state) or obstacle.ends <= now:
        raise ChangedMeanwhile
    before = _as_it_is(obstacle)
    # what has not begun yet keeps its period; its state says that it does not count
    ends = obstacle.ends if obstacle.begins >= now - timedelta(milliseconds=1) else now
    write(obstacle, before=before, state=state, ends=ends, doubted_at=None)
    _record(action, obstacle, clerk)
    return obstacle


@transaction.atomic
def undo_change(*, obstacle: Obstacle, clerk: Person) -> Obstacle:
    """Take the last change by staff back, unless something happened to the obstacle since.

    Side effects: an entry in the record, open pages, kept ways. Raises ``NotAllowed``, ``NothingToUndo``.
    """
    _allowed(clerk)
    obstacle = locked(obstacle)
    before: dict[str, Any] | None = obstacle.before
    if not before or before["next"] != obstacle.version:
        raise NothingToUndo
    times = {name: parse_datetime(before[name]) if before[name] else None for name in TIMES}
    kept = {name: before.get(name) for name in KEPT}
    rule = kept["weekly"]
    moments = moments_of(from_mapping(rule)) if rule else None
    write(obstacle, before=None, geometry=GEOSGeometry(before["geometry"]), moments=moments, **kept, **times)
    _record("undo", obstacle, clerk)
    return obstacle


def can_be_undone(obstacle: Obstacle) -> bool:
    """Whether the last thing that happened was a change by staff."""
    return obstacle.before is not None and obstacle.before["next"] == obstacle.version


def _allowed(clerk: Person) -> None:
    if not may_decide(clerk):
        raise NotAllowed


def _as_it_is(obstacle: Obstacle) -> dict[str, Any]:
    """What undoing needs. ``next`` is the number of the change itself, which ``write`` fills in."""
    times = {name: value.isoformat() if (value := getattr(obstacle, name)) else None for name in TIMES}
    kept = {name: getattr(obstacle, name) for name in KEPT}
    return {**kept, **times, "geometry": obstacle.geometry.ewkt, "next": 0}


def _record(action: str, obstacle: Obstacle, clerk: Person) -> None:
    detail: dict[str, Any] = {"kind": obstacle.kind, "state": str(obstacle.state), "effect": obstacle.effect,
              "begins": obstacle.begins.isoformat(), "ends": obstacle.ends.isoformat()}  # fmt: skip
    if obstacle.weekly:
        rule = obstacle.weekly
        detail |= {"days": rule["days"], "hours": f"{rule['from']}–{rule['until']}", "without": rule["without"]}
    record(
        action=f"wayfinding.obstacle_{action}", actor=clerk, subject=f"wayfinding.obstacle:{obstacle.pk}", detail=detail
    )
