# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage jobs``: what waits, what failed and where; ``--retry`` puts failed ones back into the queue."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import connection

COUNTS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status ORDER BY status"
FAILED = """SELECT j.id, j.task_name, m.key, j.attempts, j.args ->> 'arguments', j.args ->> 'failure',
    (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id)
    FROM procrastinate_jobs j LEFT JOIN municipalities_municipality m ON m.id = (j.args ->> 'municipality')::bigint
    WHERE status = 'failed' ORDER BY j.id"""
RETRY = """UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL
    WHERE status = 'failed' AND (%(job)s::bigint IS NULL OR id = %(job)s)"""
WAKE = 'SELECT pg_notify(\'procrastinate_any_queue_v1\', \'{"type": "job_inserted", "job_id": 0}\')'


class Command(BaseCommand):
    help = "List waiting and failed jobs, or put failed ones back into the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--retry", nargs="?", const="all", metavar="JOB", help="a job's number; without it all failed"
        )

    @no_translations
    def handle(self, *args: Any, retry: str | None, **options: Any) -> None:
        with connection.cursor() as cursor:
            if retry is not None:
                self._retry(cursor, retry)
                return
            cursor.execute(COUNTS)
            for status, count in cursor.fetchall():
                self.stdout.write(f"{count:>8} {status}")
            cursor.execute(FAILED)
            for number, name, town, attempts, arguments, failure, at in cursor.fetchall():
                self.stdout.write(
                    f"{number} {name} {arguments} in {town or 'the installation'}, {attempts} attempts,"
                    f" last {at:%Y-%m-%d %H:%M}: {failure or 'its worker was killed'}"
                )

    def _retry(self, cursor: Any, which: str) -> None:
        if which != "all" and not which.isdigit():
            raise CommandError(f"{which} is not a job's number.")
        cursor.execute(RETRY, {"job": None if which == "all" else int(which)})
        if which != "all" and cursor.rowcount == 0:
            raise CommandError(f"There is no failed job {which}.")
        self.stdout.write(f"{cursor.rowcount} jobs wait again.")
        cursor.execute(WAKE)
