# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Observations on their way into the table, as columns; and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from stadtherz.services.sensing.store.contents import content
from stadtherz.services.sensing.store.identifiers import written
from stadtherz.services.sensing.store.moments import microseconds
from stadtherz.services.sensing.store.readings import Content, Outcome, Reading, Refused, State, Written

Array = np.ndarray[Any, Any]
NAN = float("nan")


@dataclass(slots=True)
class Batch:
    """Rows as columns; times in microseconds since 1970, NaN where there is no number.

    ``special`` has the whole content of rows that are more than a number; ``refused`` the rows that are not to be written.
    ``at_place``: the rows are about where the datastream's thing is now; they are refused if nobody knows where that is.
    """

    ids: Array
    micros: Array
    numbers: Array
    special: dict[int, Content] = field(default_factory=dict)
    refused: dict[int, Refused] = field(default_factory=dict)
    at_place: bool | Array = False

    def __len__(self) -> int:
        return len(self.ids)

    def content(self, row: int) -> Content:
        """Number, value, details, feature of one row."""
        return self.special.get(row) or (float(self.numbers[row]), None, None, None)


class Number(NamedTuple):
    """One number of a datastream at the place of its thing: a row that is no batch yet, because hundreds come at a time."""

    datastream: int
    micros: int
    number: float


class Landed(NamedTuple):
    """What became of a single ``Number``."""

    sequence: int
    repeated: bool
    refused: Refused | None


NEW = Landed(0, False, None)


@dataclass(frozen=True, slots=True)
class Result:
    """For each row of a batch its sequence and whether it was there before; ``refused`` as in the batch, completed.

    ``all_new`` says that none is refused or repeated, and each is the first of its time.
    """

    sequences: Array
    repeated: Array
    refused: dict[int, Refused]
    all_new: bool = False


def from_readings(readings: Sequence[Reading]) -> Batch:
    """The columns of readings; what cannot be stored is refused here already."""
    ids, micros, numbers = [], [], []
    special: dict[int, Content] = {}
    refused: dict[int, Refused] = {}
    for row, reading in enumerate(readings):
        try:
            columns = content(reading)
            moment = microseconds(reading.time)
        except Refused as reason:
            refused[row] = reason
            columns, moment = (NAN, None, None, None), 0
        ids.append(reading.datastream if 0 < reading.datastream < 2**31 else 0)
        micros.append(moment)
        number = columns[0]
        numbers.append(NAN if number is None else number)
        if number is None or columns[1] is not None or columns[2] is not None or columns[3] is not None:
            special[row] = columns
    return Batch(np.array(ids, np.int32), np.array(micros, np.int64), np.array(numbers), special, refused)


def of_series(datastream: int, micros: Array, numbers: Array) -> Batch:
    """Finite numbers of one datastream and nothing else: the form of a DataArray and of imports."""
    return Batch(np.full(len(micros), datastream, np.int32), micros, numbers)


def joined(parts: Sequence[Batch | Number]) -> Batch:
    """One batch of several, in order."""
    batches: list[Batch] = []
    for _kind, group in groupby(parts, key=type):
        same = list(group)
        batches += [_of_numbers(same)] if isinstance(same[0], Number) else same  # type: ignore[arg-type]
    if len(batches) == 1:
        return batches[0]
    whole = Batch(
        np.concatenate([each.ids for each in batches]),
        np.concatenate([each.micros for each in batches]),
        np.concatenate([each.numbers for each in batches]),
    )
    if all(each.at_place is True for each in batches):
        whole.at_place = True
    elif any(each.at_place is True for each in batches):
        whole.at_place = np.concatenate([np.full(len(each), each.at_place is True) for each in batches])
    start = 0
    for each in batches:
        if each.special:
            whole.special |= {start + row: columns for row, columns in each.special.items()}
        if each.refused:
            whole.refused |= {start + row: reason for row, reason in each.refused.items()}
        start += len(each)
    return whole


def _of_numbers(numbers: list[Number]) -> Batch:
    ids, micros, values = zip(*numbers, strict=True)
    return Batch(np.array(ids, np.int32), np.array(micros, np.int64), np.array(values, np.float64), at_place=True)


def parted(parts: Sequence[Batch | Number], result: Result) -> list[Result | Landed]:
    """The result of ``joined(parts)`` for each of them."""
    if result.all_new and len(parts) == len(result.sequences) and all(type(each) is Number for each in parts):
        return [NEW] * len(parts)
    found: list[Result | Landed] = []
    start = 0
    for each in parts:
        if isinstance(each, Number):
            found.append(NEW if result.all_new else _landed(result, start))
            start += 1
            continue
        end = start + len(each.ids)
        refused = (
            {row - start: why for row, why in result.refused.items() if start <= row < end} if result.refused else {}
        )
        found.append(Result(result.sequences[start:end], result.repeated[start:end], refused, result.all_new))
        start = end
    return found


def _landed(result: Result, row: int) -> Landed:
    return Landed(int(result.sequences[row]), bool(result.repeated[row]), result.refused.get(row))


def outcomes(batch: Batch, result: Result) -> list[Outcome]:
    """What each sender hears."""
    ids, micros = batch.ids.tolist(), batch.micros.tolist()
    sequences, repeated = result.sequences.tolist(), result.repeated.tolist()
    heard: list[Outcome] = []
    for row, datastream in enumerate(ids):
        if row in result.refused:
            heard.append(result.refused[row])
        else:
            state = State.REPEATED if repeated[row] else State.NEW
            heard.append(Written(written(datastream, micros[row], sequences[row]), state))
    return heard
