# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forgets visitors whose limit is full again."""

from __future__ import annotations

from django.db import connection

from stadtherz.kernel.jobs.queue import job, periodic


@periodic("23 * * * *")
@job("api.forget_visitors", of_installation=True)
def forget_visitors() -> None:
    """Remove rows of the limits that say no more than a missing row."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_limit WHERE full_at < clock_timestamp()")
