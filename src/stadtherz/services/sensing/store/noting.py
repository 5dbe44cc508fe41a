# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notes which observations are new or were changed, for those who tell subscribers of them (``mqtt``).

A note is written in the transaction that writes the observations, whichever process does that: one row for a whole batch and each
audience. Where nobody listens that is a look into an empty table. Who tells takes a note away after it was heard, so what was noted
while a broker was away, or between a kill and the next start, is told later. An audience that is silent for five minutes is gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.utils import timezone

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing.models import Audience, News
from stadtherz.services.sensing.store import wire
from stadtherz.services.sensing.store.batches import Array
from stadtherz.services.sensing.store.execution import execute

STAYS = timedelta(minutes=5)
MOST = 100_000  # observations that wait for an audience, and of one batch
MASS = 1000  # a note of more is heard after all others, so that an import does not hold back what is measured now

NOTE = """
INSERT INTO sensing_news (audience_id, municipality_id, datastreams, times, sequences, changed)
SELECT a.id, a.municipality_id, {ids}, {times}, {sequences}, {changed}
FROM sensing_audience a WHERE a.municipality_id = {town} AND a.until > now()
"""
NOTE_ROWS = NOTE.format(ids="%b", times="%b", sequences="%b", changed="%s", town="%s")
TRIM = """
DELETE FROM sensing_news WHERE id IN (
    SELECT id FROM (
        SELECT id, sum(cardinality(datastreams)) OVER (ORDER BY id DESC) AS waiting FROM sensing_news WHERE audience_id = %s
    ) AS n WHERE waiting > %s)
RETURNING cardinality(datastreams)
"""
READ = """
WITH k AS MATERIALIZED (
    SELECT n.id, n.changed, cardinality(n.datastreams) AS size, r.*
    FROM sensing_news n
    LEFT JOIN unnest(%(begun)s::bigint[], %(told)s::bigint[]) AS b(id, told) ON b.id = n.id
    CROSS JOIN LATERAL unnest(n.datastreams, n.times, n.sequences)
        WITH ORDINALITY AS r(datastream, moment, sequence, place)
    WHERE n.audience_id = %(audience)s AND r.place > coalesce(b.told, 0)
    ORDER BY cardinality(n.datastreams) > %(mass)s, n.id, r.place LIMIT %(most)s
)
SELECT k.id, k.place, k.size, k.changed, k.datastream, k.moment, coalesce(k.sequence, 0),
       coalesce(d.is_open, false), coalesce(o.feature_id, d.feature_id), o.datastream_id IS NOT NULL,
       o.number, o.value::text, o.details::text
FROM k
LEFT JOIN sensing_datastream d ON d.id = k.datastream
LEFT JOIN sensing_observation o
    ON o.datastream_id = k.datastream AND o.phenomenon_time = k.moment AND o.sequence = coalesce(k.sequence, 0)
ORDER BY k.moment, k.datastream, 7, k.id
"""


class Noted(NamedTuple):
    """An observation that was noted, as it is now. ``lies_open`` False: it was packed, or removed, and holds nothing here.

    ``note``, ``place`` and ``size``: the note, which of its observations this is (from 1), and how many it has.
    """

    note: int
    place: int
    size: int
    changed: bool
    datastream: int
    time: datetime
    sequence: int
    is_open: bool
    feature: int | None
    lies_open: bool
    number: float | None
    value: Any
    details: dict[str, Any]


def worth_noting(ids: Array) -> Array:
    """Which of the rows, sorted by datastream and time: all, or of a mass of them only the newest of each datastream."""
    chosen = np.ones(len(ids), bool)
    if len(ids) > MOST:
        np.not_equal(ids[1:], ids[:-1], out=chosen[:-1])
    return chosen


def note(ids: Array, micros: Array, sequences: Array, *, changed: bool) -> None:
    """Note observations for everybody who listens, in the caller's transaction; sorted by datastream and time."""
    chosen = worth_noting(ids)
    columns = wire.integers(ids[chosen]), wire.times(micros[chosen]), wire.smalls(sequences[chosen])
    execute(NOTE_ROWS, [*columns, changed, active_id()])


def listen(name: str, *, anew: bool = False) -> int:
    """Have new and changed observations of the active municipality noted for the next five minutes; returns the number of the audience.

    One of this name that is not gone yet goes on with what waits for it, unless ``anew``.
    """
    forget_gone()
    known, _is_new = Audience.objects.update_or_create(name=name, defaults={"until": timezone.now() + STAYS})
    if anew:
        News.objects.filter(audience=known).delete()
    return known.pk


def give_up(audience: int) -> int:
    """Leave at most ``MOST`` observations waiting; returns how many were given up, the earliest noted first."""
    return sum(row[0] for row in execute(TRIM, [audience, MOST]))


def leave(audience: int) -> None:
    """Listen no longer."""
    Audience.objects.filter(pk=audience).delete()


def forget_gone() -> None:
    """Remove audiences that are silent, and what waits for nobody: a writer may note while an audience leaves."""
    Audience.objects.filter(until__lt=timezone.now()).delete()
    News.objects.exclude(audience__in=Audience.objects.all()).delete()


def waiting(audience: int, begun: Mapping[int, int], most: int) -> list[Noted]:
    """At most ``most`` observations that wait, those of a note together, by time. ``begun``: how many of a note were told already."""
    given = {"audience": audience, "begun": list(begun), "told": list(begun.values()), "most": most, "mass": MASS}
    rows = execute(READ, given)
    return [Noted._make((*row[:11], _loaded(row[11]), _loaded(row[12]) or {})) for row in rows]


def heard(notes: Sequence[int]) -> None:
    """These notes were told to the end."""
    if notes:
        News.objects.filter(pk__in=notes).delete()


def _loaded(text: str | None) -> Any:
    return None if text is None else json.loads(text)
