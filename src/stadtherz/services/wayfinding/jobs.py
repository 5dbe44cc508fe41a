# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work: a new map gets its walking graph, begun within a minute; studies are carried out when they are ordered;
kept ways are looked at when obstacles change, and feeds of obstacles are asked."""

from __future__ import annotations

from contextlib import suppress

from django.utils import timezone

from stadtherz.kernel.geo.extracts import current_extract, extract_path
from stadtherz.kernel.jobs.queue import enqueue, job, periodic
from stadtherz.services.wayfinding.actions.graph import build_graph, prepare_again
from stadtherz.services.wayfinding.actions.studies import count_trips
from stadtherz.services.wayfinding.engine.importing.mapfile import MapFileError
from stadtherz.services.wayfinding.graph_files import graph_path
from stadtherz.services.wayfinding.models import ObstacleFeed
from stadtherz.services.wayfinding.obstacles.actions.feeding import read_feed
from stadtherz.services.wayfinding.obstacles.demonstration import renew_obstacles
from stadtherz.services.wayfinding.obstacles.feed_problems import may_be_asked
from stadtherz.services.wayfinding.preparation import Stopped, is_due, take
from stadtherz.services.wayfinding.saved_ways.looking import look_at_kept_ways

__all__ = [
    "ask_feed",
    "ask_feeds",
    "count_trips",
    "look_at_kept_ways",
    "look_now_and_then",
    "prepare",
    "prepare_again",
    "renew_demonstration",
]


@periodic("* * * * *")
@job("wayfinding.prepare", attempts=2)
def prepare() -> None:
    """Prepare the graph of the municipality's current map if it is missing, and nobody else is about it.

    What goes wrong is noted (``preparation``), not tried again by the queue: a job that waited for its turn for up to an hour
    would keep out a better map that was loaded meanwhile. The second attempt is for a worker that was killed.
    """
    extract = current_extract()
    if extract is None or graph_path(extract.slug).exists() or not is_due(extract.slug):
        return
    if extract_path(extract.slug).exists() and take(extract.slug):  # not after a restore: an archive holds no maps
        with suppress(MapFileError, OSError, Stopped):
            build_graph(extract=extract)


@periodic("*/5 * * * *")
@job("wayfinding.kept_ways_now_and_then")
def look_now_and_then() -> None:
    """Begin and end of obstacles are told by nobody."""
    look_at_kept_ways()


@periodic("12 * * * *")
@job("wayfinding.renew_demonstration")
def renew_demonstration() -> None:
    """A demonstration that has run for a week still shows obstacles of today."""
    extract = current_extract()
    if extract is not None and graph_path(extract.slug).exists():
        renew_obstacles(extract)


@periodic("*/2 * * * *")
@job("wayfinding.feeds")
def ask_feeds() -> None:
    """Queue a question to each feed, so that a slow one keeps none of the others waiting; one that fails is asked ever
    more rarely."""
    now = timezone.now()
    for feed in ObstacleFeed.objects.filter(is_active=True):
        if may_be_asked(feed, now):
            enqueue(ask_feed, once=str(feed.pk), feed=feed.pk)


@job("wayfinding.feed", attempts=1)
def ask_feed(*, feed: int) -> None:
    """Ask one feed and take over what it tells."""
    found = ObstacleFeed.objects.filter(pk=feed, is_active=True).first()
    if found is not None:
        read_feed(feed=found)
