# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Observations as rows of a statement: where they come from, and their identifiers, made inside the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stadtherz.services.sensing.sta.sources import Bounds, Statement

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST_DIGITS = 11  # enough for the year 6000


def source(statement: Statement, alias: str, bounds: Bounds) -> str:
    """What stands in FROM for observations."""
    return f"sensing_observation AS {alias}"


def identifier(alias: str) -> str:
    """The text that ``store.identifiers`` writes, as SQL."""
    micros = f"abs((extract(epoch FROM {alias}.phenomenon_time) * 1000000)::bigint)"
    digits = " || ".join(
        f"substr('{DIGITS}', ((m.i / {36**power}) %% 36)::int + 1, 1)" for power in reversed(range(MOST_DIGITS))
    )
    sign = f"CASE WHEN {alias}.phenomenon_time < '1970-01-01T00:00:00Z'::timestamptz THEN 'n' ELSE '' END"
    behind = f"CASE WHEN {alias}.sequence > 0 THEN '-' || {alias}.sequence ELSE '' END"
    base36 = f"(SELECT CASE WHEN m.i = 0 THEN '0' ELSE ltrim({digits}, '0') END FROM (SELECT {micros} AS i) AS m)"  # noqa: S608
    return f"({alias}.datastream_id || '-' || {sign} || {base36} || {behind})"
