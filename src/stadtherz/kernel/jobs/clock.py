# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Regular jobs under a clock that was set: what a wrong clock wrote into the future must not silence what is due now.

A clock set forward makes up for ten minutes at most, as after a night without a worker. A clock set back finds times in the
queue that have not come yet; they are moved to where they would lie had the clock always been right.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from procrastinate.contrib.django import app
from procrastinate.periodic import PeriodicDeferrer, TaskAtTime

TOLERATED = 60
"""Seconds: clocks of two machines differ a little, and a leap is no reason to move anything."""

FORGET = """
WITH forgotten AS (
    DELETE FROM procrastinate_periodic_defers WHERE defer_timestamp > %(now)s + %(tolerated)s RETURNING defer_timestamp
), jump AS (SELECT make_interval(secs => max(defer_timestamp) - %(now)s) AS seconds FROM forgotten)
UPDATE procrastinate_jobs SET scheduled_at = greatest(clock_timestamp(), scheduled_at - jump.seconds)
  FROM jump WHERE jump.seconds IS NOT NULL AND status = 'todo' AND scheduled_at IS NOT NULL
"""
FORGET_WORKERS = """
DELETE FROM procrastinate_workers WHERE id = ANY(%(known)s) AND last_heartbeat > now() + make_interval(secs => %(tolerated)s)
"""
AHEAD = "SELECT id FROM procrastinate_workers WHERE last_heartbeat > now() + make_interval(secs => %(tolerated)s)"


class Regular(PeriodicDeferrer):
    """Queues regular jobs at their times, by the clock as it is now."""

    def get_previous_tasks(self, at: float) -> Iterable[TaskAtTime]:
        for key, last in list(self.last_defers.items()):
            if last > at or at - last > self.max_delay:
                del self.last_defers[key]
        return super().get_previous_tasks(at)

    async def defer_jobs(self, jobs_to_defer: Iterable[TaskAtTime]) -> None:
        await app.connector.execute_query_async(FORGET, now=int(time.time()), tolerated=TOLERATED)
        await super().defer_jobs(jobs_to_defer)


async def forget_workers(known: list[int]) -> list[int]:
    """Remove workers that are gone and whose last sign of life lies in the future; those of ``known`` had time to give a new one.

    Returns whom to ask about next time.
    """
    if known:
        await app.connector.execute_query_async(FORGET_WORKERS, known=known, tolerated=TOLERATED)
    rows = await app.connector.execute_query_all_async(AHEAD, tolerated=TOLERATED)
    return [row["id"] for row in rows]
