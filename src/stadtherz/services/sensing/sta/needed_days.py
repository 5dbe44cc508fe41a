# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which packed days a page of observations needs: they are unpacked into the statement, so as few as possible are asked for.

A page in the order of time needs no more days than hold its rows, and none at all where enough rows lie behind the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from stadtherz.services.sensing.sta.observations import Bounds
from stadtherz.services.sensing.sta.schema import BY_NAME
from stadtherz.services.sensing.sta.statement import Statement
from stadtherz.services.sensing.store.cold import Place, places
from stadtherz.services.sensing.store.moments import DAY, MICROSECOND, moment
from stadtherz.services.sensing.store.relations import MOST_DAYS

ENOUGH_HOT = """
SELECT NOT EXISTS (
    SELECT 1 FROM sensing_datastream d, LATERAL (
        SELECT max(p.day) AS day FROM sensing_packed_day p WHERE p.datastream_id = d.id
        AND (%(until)s::timestamptz IS NULL OR p.day <= (%(until)s AT TIME ZONE 'UTC')::date)) AS packed
    WHERE (%(all)s OR d.id = ANY(%(ids)s)) AND packed.day IS NOT NULL
    AND (SELECT count(*) FROM (SELECT 1 FROM sensing_observation o WHERE o.datastream_id = d.id
         AND o.phenomenon_time >= (packed.day + 1)::timestamp AT TIME ZONE 'UTC'
         AND (%(until)s::timestamptz IS NULL OR o.phenomenon_time < %(until)s) LIMIT %(n)s) AS x) < %(n)s)
"""
FIRST_STREAMS = """
SELECT l.datastream_id, (SELECT coalesce(sum(p.n), 0) FROM sensing_packed_day p WHERE p.datastream_id = l.datastream_id)
FROM sensing_latest l WHERE l.datastream_id >= %s ORDER BY 1 LIMIT 500
"""


EDGE = """
SELECT (SELECT {last}(t) FROM (
    SELECT o.phenomenon_time AS t FROM sensing_observation o WHERE {hot} ORDER BY 1 {direction} LIMIT {need:d}) AS h
    HAVING count(*) >= {need:d}),
(SELECT x.day - date '1970-01-01' FROM (
    SELECT o.day, sum(sum(o.n)) OVER (ORDER BY o.day {direction}) AS held FROM sensing_packed_day o WHERE {packed} GROUP BY 1
) AS x WHERE held >= {need:d} ORDER BY x.day {direction} LIMIT 1)
"""
FIRST_PACKED = """
SELECT datastream, day - date '1970-01-01', n FROM (
    SELECT d.id AS datastream, p.day, p.n, sum(p.n) OVER (PARTITION BY d.id ORDER BY p.day {direction}) - p.n AS before
    FROM (SELECT DISTINCT id FROM ({streams}) AS s) AS d, LATERAL (
        SELECT p.day, p.n FROM sensing_packed_day p WHERE p.datastream_id = d.id ORDER BY p.day {direction} LIMIT {need:d}
    ) AS p) AS x
WHERE before < {need:d} ORDER BY 2, 1 LIMIT {most:d}
"""
UNNESTED = "SELECT unnest(%(ids)s::int4[]) AS id"
ALL_PACKED = """
SELECT p.datastream_id, p.day - date '1970-01-01', p.n FROM sensing_packed_day p WHERE p.datastream_id IN ({streams})
    AND ({since} IS NULL OR p.day >= ({since} AT TIME ZONE 'UTC')::date)
    AND ({until} IS NULL OR p.day <= ({until} AT TIME ZONE 'UTC')::date)
ORDER BY 2, 1 LIMIT {most:d}
"""
STREAMS_ABOUT = (  # that have one of these features as their own, or packed days about one of them
    "SELECT id FROM sensing_datastream WHERE feature_id IN ({ids})"
    " UNION SELECT datastream_id FROM sensing_packed_day WHERE features && ARRAY(SELECT * FROM ({ids}) AS f(id))::bigint[]"
)
NUMBER_OF = """
((SELECT count(*) FROM sensing_observation c WHERE c.datastream_id = {a}.id)
 + (SELECT coalesce(sum(p.n), 0) FROM sensing_packed_day p WHERE p.datastream_id = {a}.id))
"""


@dataclass(frozen=True, slots=True)
class Page:
    """The rows that a page needs: how many, in which order, behind which datastream and time.

    Not ``by_time``: by datastream, then by time.
    """

    need: int
    newest_first: bool
    by_time: bool
    start: tuple[int, datetime] | None


def narrowed(statement: Statement, bounds: Bounds, page: Page) -> Bounds:
    """Bounds that hold the rows of a page. Only for questions without further conditions."""
    start, need = page.start, page.need
    if page.newest_first or (page.by_time and bounds.datastreams is None):
        if page.newest_first and _enough_hot(bounds.datastreams, need, start[1] if start else None):
            return replace(bounds, hot=True)
        return _edged(statement, bounds, page)
    if bounds.datastreams is None:
        bounds = replace(bounds, datastreams=_first_streams(need, start[0] if start else 0))
    if not bounds.datastreams:
        return bounds
    if len(bounds.datastreams) > 1:
        return replace(bounds, places=_first_of_each(bounds.datastreams, need, start))
    if start and start[0] == bounds.datastreams[0]:
        bounds = replace(bounds, since=start[1] if bounds.since is None else max(start[1], bounds.since))
    return _first_days(bounds, need)


def _edged(statement: Statement, bounds: Bounds, page: Page) -> Bounds:
    """Between the start of the page and the moment or the packed day that holds enough rows, counted from there."""
    start = page.start[1] if page.start else None
    mine = [statement.visible(BY_NAME["Observation"], "o")]
    if bounds.datastreams is not None:
        mine.append(f"o.datastream_id = ANY({statement.bind(list(bounds.datastreams))}::int4[])")
    hot, packed = list(mine), list(mine)
    if start is not None:
        since, sign = f"{statement.bind(start)}::timestamptz", "<" if page.newest_first else ">"
        hot.append(f"o.phenomenon_time {sign} {since}")  # of those at this very moment some were shown
        packed.append(f"o.day {sign} ({since} AT TIME ZONE 'UTC')::date")
    direction, last = ("DESC", "min") if page.newest_first else ("ASC", "max")
    sql = EDGE.format(
        hot=" AND ".join(hot), packed=" AND ".join(packed), direction=direction, last=last, need=page.need
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, statement.parameters)
        at, day = cursor.fetchone()
    if page.newest_first:
        found = [each for each in (at, None if day is None else moment(day * DAY)) if each is not None]
        return replace(bounds, since=max(found, default=None), until=start)
    found = [each for each in (at, None if day is None else moment((day + 1) * DAY) - MICROSECOND) if each is not None]
    return replace(bounds, since=start, until=min(found, default=None))


def beside(statement: Statement, streams: str, bounds: Bounds, *, need: int | None, newest_first: bool) -> Bounds:
    """For observations beside the datastreams that the SQL ``streams`` finds, with the parameters of ``statement``.

    ``need``: only so many of each are wanted, in the order of time and without further conditions.
    """
    if need is not None and newest_first and _enough_hot(None, need, None):
        return Bounds(hot=True)
    if need is not None:  # every packed day holds at least one
        direction = "DESC" if newest_first else "ASC"
        sql = FIRST_PACKED.format(direction=direction, streams=streams, need=need, most=MOST_DAYS + 1)
    else:
        since, until = (f"{statement.bind(bound)}::timestamptz" for bound in (bounds.since, bounds.until))
        sql = ALL_PACKED.format(streams=streams, since=since, until=until, most=MOST_DAYS + 1)
    with connection.cursor() as cursor:
        cursor.execute(sql, statement.parameters)
        return replace(bounds, places=tuple(Place(*row) for row in cursor.fetchall()), beside=True)


def streams_about(feature: int) -> tuple[int, ...]:
    """The datastreams that may have packed observations about a feature of interest, or have it as their own."""
    with connection.cursor() as cursor:
        cursor.execute(STREAMS_ABOUT.replace("{ids}", "SELECT %(id)s::bigint"), {"id": feature})
        return tuple(row[0] for row in cursor.fetchall())


def number_packed(statement: Statement, datastreams: Sequence[int] | None) -> str:
    """How many packed observations these datastreams (None: all of the town) have, as SQL."""
    own = statement.visible(BY_NAME["Observation"], "p")
    if datastreams is not None:
        own += f" AND p.datastream_id = ANY({statement.bind(list(datastreams))}::int4[])"
    return f"(SELECT coalesce(sum(p.n), 0) FROM sensing_packed_day p WHERE {own})"  # noqa: S608


def number_of(alias: str) -> str:
    """How many observations the datastream in this row has, packed or not, as SQL."""
    return NUMBER_OF.replace("{a}", alias)


def _first_streams(need: int, start: int) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(FIRST_STREAMS, [start])
        rows = cursor.fetchall()
    chosen, held = [], 0
    for datastream, packed in rows:
        chosen.append(datastream)
        held += max(int(packed), 1) if datastream != start else 0  # of the first a part was shown already
        if held >= need:
            break
    return tuple(chosen)


def _first_days(bounds: Bounds, need: int) -> Bounds:
    held = 0
    packed = places(bounds.datastreams, bounds.since, bounds.until, most=MOST_DAYS + 1)
    for place in packed[1:]:  # of the first day a part may lie before
        held += place.n
        if held >= need:
            end = moment((place.day + 1) * DAY) - MICROSECOND
            return replace(bounds, until=end if bounds.until is None else min(end, bounds.until))
    return bounds


def _first_of_each(datastreams: Sequence[int], need: int, start: tuple[int, datetime] | None) -> tuple[Place, ...]:
    """The packed days with the first ``need`` observations of each datastream, of that of ``start`` behind it."""
    found: list[Place] = []
    if start and start[0] in datastreams:
        begun = _first_days(Bounds((start[0],), since=start[1]), need)
        found = places(begun.datastreams, begun.since, begun.until, most=MOST_DAYS + 1)
    others = [each for each in datastreams if not start or each != start[0]]
    sql = FIRST_PACKED.format(direction="ASC", streams=UNNESTED, need=need, most=MOST_DAYS + 1)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"ids": others})
        return (*found, *(Place(*row) for row in cursor.fetchall()))


def _enough_hot(datastreams: Sequence[int] | None, need: int, until: datetime | None) -> bool:
    """Whether each datastream has so many rows behind its last packed day: then the newest ones need no packed day.

    Rows beside or before a packed day came late, and say nothing about what is newest.
    """
    given: dict[str, Any] = {"all": datastreams is None, "ids": list(datastreams or ()), "n": need, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(ENOUGH_HOT, given)
        return bool(cursor.fetchone()[0])
