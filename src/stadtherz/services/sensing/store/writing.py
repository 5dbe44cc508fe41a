# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one writer of observations: set by set, never row by row, in the caller's transaction.

Rows are sorted by (datastream, time), which the index likes and which keeps two processes from waiting for each other in a
circle: observations, then marks of changed hours, then latest values, each in the order of their keys. The plain case (numbers
that are not there yet) is one statement that also checks (``plain``, ADR 50). Only when that fails, datastreams are looked up,
and rows that are there already are compared one by one (``comparing``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.sensing.models import ResultKind
from stadtherz.services.sensing.store import comparing, locks, months, plain, wire
from stadtherz.services.sensing.store.announcing import announcer
from stadtherz.services.sensing.store.batches import Array, Batch, Result, from_readings, outcomes
from stadtherz.services.sensing.store.cold import first_never_packed
from stadtherz.services.sensing.store.contents import COUNT, FORM, fits, reason_of
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.readings import Outcome, Reading, Refused

DATASTREAMS = f"SELECT id, {FORM}, feature_id, current_feature_id FROM sensing_datastream WHERE id = ANY(%b)"


def write_now(readings: Sequence[Reading]) -> list[Outcome]:
    """Write in the caller's transaction, for the active municipality; what each reading became, in order.

    For imports, jobs, connectors. Nothing is acknowledged before the caller's commit. One call a transaction: a second one may
    wait for another process that waits for the first (PostgreSQL then ends one of the two with an error).
    """
    batch = from_readings(readings)
    return outcomes(batch, write_batch(batch))


def write_alone(batch: Batch) -> Result | None:
    """Write a batch of nothing but new numbers as a transaction of its own, outside any other; committed when it returns.

    None, and nothing written, if it holds anything else, or something speaks against one of its rows.
    """
    rows = plain.order(batch)
    if not len(batch) or not _is_plain(batch, rows) or months.to_ask(batch.micros):
        return None
    if not plain.insert_alone(batch, rows, ahead=[locks.beginning()]):
        return None
    result = _all_new(batch)
    _announce(batch, rows, result)
    return result


def write_batch(batch: Batch) -> Result:
    """Write the rows of ``batch`` that nothing speaks against; tells the database of the active municipality itself."""
    if not len(batch):
        return _untouched(batch, {})
    rows = plain.order(batch)
    is_plain = _is_plain(batch, rows)
    if is_plain:
        months.make(batch.micros)
        if plain.insert(batch, rows, ahead=[locks.beginning()]):
            result = _all_new(batch)
            _announce(batch, rows, result)
            return result
    execute(*locks.beginning())
    refused = dict(batch.refused)
    _refuse_strangers(batch, refused)
    result = _untouched(batch, refused)
    if refused:
        rows = rows[~np.isin(rows, list(refused))]
    if not len(rows):
        return result
    if is_plain and not refused and not batch.special:
        slow = np.ones(len(rows), bool)  # one of the times is taken
    else:
        months.make(batch.micros[rows])
        slow = comparing.must_compare(batch, rows, first_never_packed())
        if not slow.all() and not plain.insert(batch, rows[~slow]):
            slow[:] = True
    if slow.any():
        comparing.write(batch, rows[slow], result)
    _announce(batch, rows, result)
    return result


def _is_plain(batch: Batch, rows: Array) -> bool:
    return plain.are_plain(batch, rows, since=first_never_packed()) and _moved.isdisjoint(batch.ids.tolist())


def _all_new(batch: Batch) -> Result:
    return Result(np.zeros(len(batch), np.int16), np.zeros(len(batch), bool), {}, all_new=True)


def _untouched(batch: Batch, refused: dict[int, Refused]) -> Result:
    return Result(np.zeros(len(batch), np.int16), np.zeros(len(batch), bool), refused)


def _refuse_strangers(batch: Batch, refused: dict[int, Refused]) -> None:
    """Refuse rows whose datastream is not ours, whose feature is not, or whose result it does not take."""
    asked = [wire.integers(np.unique(batch.ids))]
    found = execute(DATASTREAMS, asked, prepare=True)
    kinds: dict[int, str] = {row[0]: row[1] for row in found}
    if batch.at_place is not False:
        _settle_place(batch, refused, {row[0]: (row[2], row[3]) for row in found})
    numeric = {ResultKind.NUMBER, ResultKind.ANY, COUNT}
    _refuse_fractions(batch, refused, [each for each, kind in kinds.items() if kind == COUNT])
    if len(kinds) < len(np.unique(batch.ids)) or not numeric.issuperset(kinds.values()):
        for row, datastream in enumerate(batch.ids.tolist()):
            if row not in refused and datastream not in kinds:
                refused[row] = Refused(_("There is no such datastream here."), "Datastream")
            elif row not in refused and row not in batch.special and kinds[datastream] not in numeric:
                refused[row] = Refused(reason_of(kinds[datastream]), "result")
    if not batch.special:
        return
    features = {columns[3] for columns in batch.special.values() if columns[3] is not None}
    known = {row[0] for row in execute("SELECT id FROM sensing_featureofinterest WHERE id = ANY(%s)", [list(features)])} if features else set()  # fmt: skip
    for row, (number, value, _details, feature) in batch.special.items():
        if row in refused:
            continue
        unfit = fits(kinds[int(batch.ids[row])], number, value)
        if unfit is not None:
            refused[row] = unfit
        elif feature is not None and feature not in known:
            refused[row] = Refused(_("There is no such feature of interest here."), "FeatureOfInterest")


def _refuse_fractions(batch: Batch, refused: dict[int, Refused], counting: list[int]) -> None:
    """Refuse plain numbers that are not whole, of datastreams that count."""
    if counting:
        for row in np.flatnonzero(plain.fractional(batch.numbers) & np.isin(batch.ids, counting)).tolist():
            if row not in batch.special:
                refused.setdefault(row, Refused(reason_of(COUNT), "result"))


_moved: set[int] = set()
"""Datastreams that this process knows to have a thing that has moved: their rows are not tried as plain ones, which would be in vain."""


def _settle_place(batch: Batch, refused: dict[int, Refused], known: dict[int, tuple[int | None, int | None]]) -> None:
    """Rows about the place of the thing: none is known, it is the datastream's first one (no column), or a later one."""
    moved = {each: current for each, (first, current) in known.items() if current is not None and current != first}
    _moved.update(moved)
    placeless = {each for each, (first, _current) in known.items() if first is None}
    if not moved and not placeless:
        return
    for row, datastream in enumerate(batch.ids.tolist()):
        if batch.at_place is not True and not batch.at_place[row]:  # type: ignore[index]
            continue
        if datastream in placeless:
            refused[row] = Refused(_("The thing has no place yet."), "FeatureOfInterest")
        elif datastream in moved and row not in batch.special:
            batch.special[row] = (float(batch.numbers[row]), None, None, moved[datastream])


def _announce(batch: Batch, rows: Array, result: Result) -> None:
    """Have open pages told of the datastreams with new rows, after the commit."""
    if not result.all_new:
        rows = rows[~result.repeated[rows]]
        rows = rows[~np.isin(rows, list(result.refused))]
    ids = batch.ids[rows]
    if len(ids):
        last = np.ones(len(ids), bool)
        np.not_equal(ids[1:], ids[:-1], out=last[:-1])
        town, changed = active(), ids[last].tolist()
        transaction.on_commit(lambda: announcer.announce(town, changed))
