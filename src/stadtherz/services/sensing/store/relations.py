# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Observations as a FROM-fragment, wherever they lie: the rows of the table united with those of packed days.

Whoever asks (the standard's interface, exports) writes SQL over the columns of ``COLUMNS`` and need not know what is packed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.store import cold
from stadtherz.services.sensing.store.moments import DAY, LEAST, MOST, microseconds, moment
from stadtherz.services.sensing.store.validity import number_in, value_in

MOST_ROWS = 200_000  # of packed days in one statement
MOST_DAYS = 20_000
COLUMNS = (
    "phenomenon_time", "number", "datastream_id", "municipality_id", "sequence", "feature_id", "value", "details",
    "raw_number", "raw_value",
)  # fmt: skip
JUDGED = f"""SELECT o.phenomenon_time, {number_in("o")} AS number, o.datastream_id, o.municipality_id, o.sequence, o.feature_id,
    {value_in("o")} AS value, o.details, o.number AS raw_number, o.value AS raw_value FROM """
MOMENT = "timestamptz 'epoch' + r.micros * interval '1 microsecond'"
PLAIN = f"""SELECT {MOMENT}, r.number, r.datastream, {{town}}, 0::int2, NULL::bigint, NULL::jsonb, NULL::jsonb,
    r.number, NULL::jsonb FROM unnest(%s::bigint[], %s::float8[], %s::int4[]) AS r(micros, number, datastream)"""
# Numbers of each datastream by themselves: beside a row of another table only those of its own are unpacked.
BESIDE = f"""SELECT {MOMENT}, r.number, d.datastream, {{town}}, 0::int2, NULL::bigint, NULL::jsonb, NULL::jsonb,
    r.number, NULL::jsonb FROM unnest(%s::text[], %s::text[], %s::int4[]) AS d(micros, numbers, datastream),
    unnest(d.micros::bigint[], d.numbers::float8[]) AS r(micros, number)"""
SPECIAL = f"""{JUDGED}(SELECT {MOMENT} AS phenomenon_time, r.number, r.datastream AS datastream_id, {{town}} AS municipality_id,
    r.sequence::int2 AS sequence, r.feature AS feature_id, r.value::jsonb AS value, r.details::jsonb AS details
    FROM unnest(%s::bigint[], %s::float8[], %s::int4[], %s::int4[], %s::bigint[], %s::text[], %s::text[])
    AS r(micros, number, datastream, sequence, feature, value, details)) AS o"""


@dataclass(frozen=True, slots=True)
class Relation:
    """``sql`` is a table expression in brackets without an alias, ``params`` belong to its placeholders (``%s``).

    If not ``is_whole``, more packed days lie in the bounds than one statement takes, and none of them is in it: walk through
    ``windows`` instead.
    """

    sql: str
    params: list[Any]
    is_whole: bool = True


def relation(
    *,
    datastreams: Sequence[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    also: Sequence[str] = ("TRUE",),
    places: Sequence[cold.Place] | None = None,
    beside: bool = False,
) -> Relation:
    """Observations of these datastreams (None: all of the town) with since <= phenomenon time < until.

    ``places`` are the packed days that are wanted, if they are known. ``beside``: rows stand beside those of another table and are
    asked for one datastream at a time.

    ``also`` are further conditions on rows ``o`` that exclude each other: rows that are not packed fulfil one of them, each by its
    own index. Packed ones are not asked.
    """
    where, params = _bounds(datastreams, since, until)
    arms = [f"{JUDGED}sensing_observation AS o{where or ' WHERE TRUE'} AND {each}" for each in also]
    hot, params = " UNION ALL ".join(arms), params * len(arms)
    packed = cold.places(datastreams, since, until, most=MOST_DAYS + 1) if places is None else list(places)
    if not packed:
        return Relation(f"({hot})", params)
    if len(packed) > MOST_DAYS or sum(place.n for place in packed) > MOST_ROWS:
        return Relation(f"({hot})", params, is_whole=False)
    plain, special = _unpacked(packed, since, until, beside=beside)
    town = active_id()
    united = [hot, (BESIDE if beside else PLAIN).replace("{town}", str(town))]
    if special[0]:
        united.append(SPECIAL.replace("{town}", str(town)))
        plain += special
    return Relation("(" + " UNION ALL ".join(united) + ")", params + plain)


def windows(
    *,
    datastreams: Sequence[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    newest_first: bool = True,
) -> Iterator[tuple[datetime | None, datetime | None]]:
    """Bounds that follow each other, together cover [since, until), and hold few enough packed days each for ``relation``."""
    packed = cold.places(datastreams, since, until, most=10_000_000)
    cuts, rows, count, before = [], 0, 0, None
    for place in packed:
        if place.day != before and (rows > MOST_ROWS // 2 or count > MOST_DAYS // 2):
            cuts.append(moment(place.day * DAY))
            rows = count = 0
        before = place.day
        rows, count = rows + place.n, count + 1
    edges = [since, *cuts, until]
    pairs = list(pairwise(edges))
    yield from reversed(pairs) if newest_first else pairs


def _bounds(datastreams: Sequence[int] | None, since: datetime | None, until: datetime | None) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    params: list[Any] = []
    if datastreams is not None and len(datastreams) == 1:
        conditions.append("o.datastream_id = %s")
        params.append(datastreams[0])
    elif datastreams is not None:
        conditions.append("o.datastream_id = ANY(%s::int4[])")
        params.append(list(datastreams))
    for sign, bound in ((">=", since), ("<", until)):
        if bound is not None:
            conditions.append(f"o.phenomenon_time {sign} %s")
            params.append(bound)
    return (" WHERE " + " AND ".join(conditions) if conditions else ""), params


def _unpacked(
    packed: list[cold.Place], since: datetime | None, until: datetime | None, *, beside: bool
) -> tuple[list[Any], list[list[Any]]]:
    """Parameters of ``PLAIN`` or ``BESIDE`` as literals of arrays, which cost no object a value, and of ``SPECIAL``."""
    low = LEAST if since is None else microseconds(since)
    high = MOST if until is None else microseconds(until)
    micros, numbers, ids = [], [], []
    streams: list[int] = []
    special: list[list[Any]] = [[] for _ in range(7)]
    for datastream, _number, day in cold.days((place.datastream, place.day) for place in packed):
        inside = (day.micros >= low) & (day.micros < high)
        micros.append(day.micros[inside])
        numbers.append(day.numbers[inside])
        ids.append(np.full(int(inside.sum()), datastream))
        streams.append(datastream)
        for row in day.special:
            if low <= row.micros < high:
                number, value, details, feature = row.content
                columns = (row.micros, number, datastream, row.sequence, feature, value, details)
                for column, each in zip(special, columns, strict=True):
                    column.append(each)
    if not beside:
        return [_literal(micros), _literal(numbers), _literal(ids)], special
    cuts = [place for place in range(len(streams)) if not place or streams[place] != streams[place - 1]]
    pieces = [slice(*cut) for cut in pairwise([*cuts, len(streams)])]
    literals = [[_literal(column[piece]) for piece in pieces] for column in (micros, numbers)]
    return [*literals, [streams[cut] for cut in cuts]], special


def _literal(pieces: list[Any]) -> str:
    """A one-dimensional array as PostgreSQL reads it; ``repr`` of a double gives back the same double."""
    return "{" + ",".join(map(repr, np.concatenate(pieces).tolist() if pieces else [])) + "}"
