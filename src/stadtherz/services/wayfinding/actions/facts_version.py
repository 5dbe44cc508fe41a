# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The number by which every process notices that surveyed facts, or photos of them, have changed."""

from __future__ import annotations

from django.db import connection

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.wayfinding.models import FactsVersion


def new_version() -> None:
    """The next number, in one statement, so that two decisions at once both count."""
    table = connection.ops.quote_name(FactsVersion._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (municipality_id, number) VALUES (%s, 1)"  # noqa: S608  a constant
            f" ON CONFLICT (municipality_id) DO UPDATE SET number = {table}.number + 1",
            [active().pk],
        )
