# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Feeds: enter one, change it, and take over what it tells. What it tells no more is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.outside.client import fetch
from stadtherz.kernel.outside.refusals import OutsideError
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding.models import Obstacle, ObstacleFeed
from stadtherz.services.wayfinding.obstacles.actions.change import next_number, room_for, tell
from stadtherz.services.wayfinding.obstacles.errors import FeedTwice, NotAllowed, Refused
from stadtherz.services.wayfinding.obstacles.feed_format import NotUnderstood, Reading, Told, read
from stadtherz.services.wayfinding.obstacles.feed_problems import SKIPPED, mark
from stadtherz.services.wayfinding.obstacles.rules import may_decide
from stadtherz.services.wayfinding.obstacles.vocabulary import OPEN, Source, State

MOST_BYTES = 5_000_000
SECONDS = 20.0
FIELDS = ("name", "url", "kind", "effect", "is_active")


@transaction.atomic
def add_feed(*, clerk: Person, **fields: Any) -> ObstacleFeed:
    """Enter a feed. Side effect: an entry in the record. Raises ``NotAllowed``, ``FeedTwice``."""
    if not may_decide(clerk):
        raise NotAllowed
    if ObstacleFeed.objects.filter(url=fields["url"]).exists():
        raise FeedTwice
    feed = ObstacleFeed.objects.create(**fields)
    record(action="wayfinding.feed_add", actor=clerk, subject=f"wayfinding.feed:{feed.pk}")
    return feed


@transaction.atomic
def change_feed(*, feed: ObstacleFeed, clerk: Person, **fields: Any) -> ObstacleFeed:
    """Change a feed; one that is asked no more loses its obstacles. Side effects: an entry in the record, open pages and
    kept ways. Raises ``NotAllowed``, ``FeedTwice``."""
    if not may_decide(clerk):
        raise NotAllowed
    feed = ObstacleFeed.objects.select_for_update().get(pk=feed.pk)
    if ObstacleFeed.objects.filter(url=fields["url"]).exclude(pk=feed.pk).exists():
        raise FeedTwice
    for name in FIELDS:
        setattr(feed, name, fields[name])
    feed.save()
    if not feed.is_active:
        take_over(feed=feed, reading=Reading([], 0))
    record(action="wayfinding.feed_change", actor=clerk, subject=f"wayfinding.feed:{feed.pk}")
    return feed


def read_feed(*, feed: ObstacleFeed) -> None:
    """Ask the feed and take over what it tells; what went wrong stands in ``problem`` (``feed_problems``), and what was told last still
    counts until its end."""
    now = timezone.now()
    try:
        reading = read(fetch(feed.url, attempts=1, max_bytes=MOST_BYTES, seconds=SECONDS).body, feed)
        take_over(feed=feed, reading=reading)
        feed.problem, feed.worked_at = (f"{SKIPPED}:{reading.skipped}" if reading.skipped else ""), now
    except (OutsideError, NotUnderstood, Refused) as error:
        feed.problem = mark(error)
    feed.asked_at = now
    feed.save(update_fields=["asked_at", "worked_at", "problem"])


@transaction.atomic
def take_over(*, feed: ObstacleFeed, reading: Reading) -> int:
    """Make the feed's obstacles those that it tells now; returns how many changed. One number for all of them.

    An obstacle that a clerk has ended or dismissed stays so while the feed tells it unchanged. Side effects: open pages
    and kept ways, if anything changed. Raises ``TooMany``.
    """
    known = {o.feed_key: o for o in Obstacle.objects.select_for_update(of=("self",)).filter(feed=feed).order_by("pk")}
    room_for(sum(told.key not in known for told in reading.told))
    changed = [o for told in reading.told if (o := _changed(feed, told, known.get(told.key))) is not None]
    told_now = {told.key for told in reading.told}
    now = timezone.now()
    for key, obstacle in known.items():
        if key in told_now:
            continue
        if obstacle.is_open(now):
            obstacle.state, obstacle.ends = State.ENDED, max(now, obstacle.begins + timedelta(milliseconds=1))
            changed.append(obstacle)
        elif obstacle.before is not None:  # what a clerk had ended is really over: when it is told again, it is new
            Obstacle.objects.filter(pk=obstacle.pk).update(before=None)
    if changed:
        number = next_number()
        for obstacle in changed:
            obstacle.version, obstacle.changed_at = number, now
            obstacle.save()
        tell()
    return len(changed)


def _changed(feed: ObstacleFeed, told: Told, known: Obstacle | None) -> Obstacle | None:
    """The row with what the feed tells, if that differs; what the rules refuse is left out."""
    try:
        fields = told.drawn.fields()
    except Refused:
        return None
    if known is None:
        return Obstacle(source=Source.FEED, state=State.CONFIRMED, feed=feed, feed_key=told.key, **fields)
    cleared = known.state not in OPEN and known.before is not None
    if cleared:
        return None
    # an entry without times is told anew each time: its beginning stays, its end moves on
    fields["begins"] = min(fields["begins"], known.begins) if known.is_open() else fields["begins"]
    same = all(getattr(known, name) == value for name, value in fields.items() if name != "ends")
    near = abs((fields["ends"] - known.ends).total_seconds()) < 1800
    if same and near and known.is_open():
        return None
    for name, value in fields.items():
        setattr(known, name, value)
    known.state = State.CONFIRMED
    return known
