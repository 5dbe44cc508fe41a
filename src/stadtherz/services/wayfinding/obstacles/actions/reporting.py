# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What residents do: report what is in the way, and say of others' reports whether it is still there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone

from stadtherz.kernel.geo.queries import whereabouts
from stadtherz.kernel.moderation.actions import submit
from stadtherz.kernel.moderation.queries import open_case
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding.models import Obstacle, ObstacleVoice
from stadtherz.services.wayfinding.models.obstacles import TEXT_LENGTH
from stadtherz.services.wayfinding.obstacles.actions.change import locked, moved_to_a_way, plain, room_for, write
from stadtherz.services.wayfinding.obstacles.contents import KIND, content_of_report
from stadtherz.services.wayfinding.obstacles.errors import (
    AccountNeeded,
    NotOpen,
    OwnReport,
    ReportedAlready,
    SeenLongAgo,
    TextTooLong,
)
from stadtherz.services.wayfinding.obstacles.queries import twin_of
from stadtherz.services.wayfinding.obstacles.rules import checked_place, may_speak
from stadtherz.services.wayfinding.obstacles.vocabulary import (
    ASSUMED,
    VOICES_CONFIRM,
    VOICES_END,
    Kind,
    Source,
    State,
)

if TYPE_CHECKING:
    from stadtherz.kernel.files.models import Picture


@transaction.atomic
def report_obstacle(
    *, kind: Kind, place: Point, reporter: Person, text: str = "", picture: Picture | None = None,
    submission_key: UUID | None = None, seen_ago: timedelta = timedelta(),
) -> Obstacle:  # fmt: skip
    """Report an obstacle. Kind, place and period show at once, as reported and not confirmed; ways name it and are not
    closed by it. Words and picture wait for a moderator.

    A report without words and picture that says what somebody has reported within 25 m is a voice for that one; the same
    form sent twice is one report, and so is what the same person reports twice: words and picture that come later
    are added. ``seen_ago``: how long a device without network has kept the report; it counts from when it was seen, and what
    would be over by now is refused. The place in words comes from the map; a place
    beside a way is moved onto it. Side effects: a moderation case if there are words or a picture, open pages, kept ways.
    Raises ``AccountNeeded``, ``NoPlace``, ``PlaceOutside``, ``NoWayThere``, ``TextTooLong``, ``TooMany``, ``ReportedAlready``,
    ``SeenLongAgo``.
    """
    if not may_speak(reporter):
        raise AccountNeeded
    if submission_key and (sent := Obstacle.objects.filter(reporter=reporter, submission_key=submission_key).first()):
        return sent
    text, assumed = plain(text), ASSUMED[kind]
    if len(text) > TEXT_LENGTH:
        raise TextTooLong
    if seen_ago >= assumed.lasts:
        raise SeenLongAgo
    spot = checked_place(place, assumed.effect)
    if (own := twin_of(kind=kind, place=place, reporter=reporter)) is not None:
        return _said_more(own, reporter, text, picture)
    twin = None if text or picture else twin_of(kind=kind, place=place)
    if twin is not None:
        return say(obstacle=twin, person=reporter, still_there=True)
    spot = moved_to_a_way(spot, kind, assumed.reach)
    room_for()
    begins = timezone.now() - seen_ago
    obstacle = Obstacle(
        kind=kind, effect=assumed.effect, source=Source.RESIDENT, state=State.REPORTED, geometry=spot,
        reach_m=assumed.reach, place_label=whereabouts(place).label[:200], begins=begins, ends=begins + assumed.lasts,
        reporter=reporter, submission_key=submission_key,
    )  # fmt: skip
    try:
        with transaction.atomic():
            write(obstacle)
    except IntegrityError:  # the double click of the same form arrived at the same moment
        return Obstacle.objects.get(reporter=reporter, submission_key=submission_key)
    if text or picture:
        submit(kind=KIND, object_id=obstacle.pk, author=reporter, content=content_of_report(obstacle, text, picture))
    return obstacle


def _said_more(own: Obstacle, reporter: Person, text: str, picture: Picture | None) -> Obstacle:
    """The same report again, perhaps with the words or the picture that it did not have."""
    if not (text or picture):
        return own
    if own.text or own.picture_id or open_case(kind=KIND, object_id=own.pk) is not None:
        raise ReportedAlready
    submit(kind=KIND, object_id=own.pk, author=reporter, content=content_of_report(own, text, picture))
    return own


@transaction.atomic
def say(*, obstacle: Obstacle, person: Person, still_there: bool) -> Obstacle:
    """Say "still there" or "gone"; one voice a person, the last word counts.

    Two others confirm a report; each "still there" prolongs it. Who reported it may say "gone", which ends it while
    nobody has confirmed it. Two who say "gone", if they are more than those who see it, end what residents reported, and
    ask a clerk to look at what the town or a feed said. Side effects: open pages and kept ways if anything changed.
    Raises ``AccountNeeded``, ``NotOpen``, ``OwnReport``.
    """
    if not may_speak(person):
        raise AccountNeeded
    obstacle = locked(obstacle)
    if not obstacle.is_current():
        raise NotOpen
    own = obstacle.reporter_id == person.pk
    if own and still_there:
        raise OwnReport
    _count(obstacle, person, still_there)
    if own and obstacle.state == State.REPORTED:
        return write(obstacle, state=State.ENDED, ends=_now_after(obstacle))
    return _seen(obstacle) if still_there else _gone(obstacle)


def _count(obstacle: Obstacle, person: Person, still_there: bool) -> None:
    ObstacleVoice.objects.update_or_create(
        obstacle=obstacle, person=person, defaults={"still_there": still_there, "at": timezone.now()}
    )
    voices = list(ObstacleVoice.objects.filter(obstacle=obstacle).values_list("still_there", flat=True))
    # voices whose persons are forgotten stay in the counts: they only exist for obstacles that are long over
    obstacle.still_there, obstacle.gone = voices.count(True), voices.count(False)


def _seen(obstacle: Obstacle) -> Obstacle:
    ends = obstacle.ends
    if obstacle.source == Source.RESIDENT:
        ends = max(ends, timezone.now() + ASSUMED[Kind(obstacle.kind)].prolonged)
    confirms = obstacle.state == State.REPORTED and obstacle.still_there >= VOICES_CONFIRM
    return write(obstacle, ends=ends, **({"state": State.CONFIRMED} if confirms else {}))


def _gone(obstacle: Obstacle) -> Obstacle:
    if obstacle.gone < VOICES_END or obstacle.gone <= obstacle.still_there:
        obstacle.save(update_fields=["still_there", "gone"])
        return obstacle
    if obstacle.source == Source.RESIDENT:
        return write(obstacle, state=State.ENDED, ends=_now_after(obstacle))
    return write(obstacle, doubted_at=obstacle.doubted_at or timezone.now())


def _now_after(obstacle: Obstacle) -> datetime:
    """Now; a moment after the beginning at least, because an end lies after it."""
    return max(timezone.now(), obstacle.begins + timedelta(milliseconds=1))
