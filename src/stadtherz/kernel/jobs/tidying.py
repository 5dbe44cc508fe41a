# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The queue's own housekeeping: what failed for good is listed for thirty days, then removed."""

from __future__ import annotations

from django.db import connection

from stadtherz.kernel.jobs.queue import job, periodic

KEEP_FAILED_DAYS = 30


@periodic("17 3 * * *")
@job("jobs.remove_old", of_installation=True)
def remove_old() -> None:
    """Remove failed and cancelled jobs whose last event is older than ``KEEP_FAILED_DAYS``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE status IN ('failed', 'cancelled', 'aborted', 'succeeded')"
            " AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id"
            " AND e.at > now() - make_interval(days => %s))",
            [KEEP_FAILED_DAYS],
        )
