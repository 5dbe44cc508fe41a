# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the store keeps of a datastream, in one unit: its present one, or another that it had. The only place that reckons between them.

The store keeps values as they came, and hourly figures of those. What was measured in another unit is converted where that is exact
(``units``), and counts as not there where it is not. A datastream that always had one unit costs nothing more: no query, no copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np

from stadtherz.services.sensing import store, units
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.store.moments import HOUR, moment
from stadtherz.services.sensing.store.rollups import figures
from stadtherz.services.sensing.units import Era, Linear, code_of, conversion, eras

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A time in which another unit held, and how its values become those in the wanted one (None: they cannot)."""

    era: Era
    change: Linear | None


def eras_of(datastream: Datastream) -> tuple[Era, ...]:
    """The units that a datastream had, in the order of time."""
    return eras(datastream.unit_of_measurement or {}, datastream.earlier_units)


def era_at(datastream: Datastream, seconds: float) -> Era:
    """The time, and so the unit, in which something was measured."""
    return units.era_at(datastream.unit_of_measurement or {}, datastream.earlier_units, seconds)


def newest_told(
    number: float, time: datetime, unit: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]
) -> tuple[float | None, Era]:
    """The latest number in the present unit, None where that is not known exactly; and the unit in which it was measured."""
    era = units.era_at(unit, earlier, time.timestamp())
    change = conversion(era.code, code_of(unit))
    return None if change is None else change.of(number), era


def others(datastream: Datastream, unit: str | None = None) -> list[Earlier]:
    """The times of all other units than the wanted one (its code; None: the present one)."""
    if not datastream.earlier_units and unit is None:
        return []
    wanted = code_of(datastream.unit_of_measurement) if unit is None else unit
    return [Earlier(each, conversion(each.code, wanted)) for each in eras_of(datastream) if each.code != wanted]


def comparable_since(datastream: Datastream) -> float:
    """From when on values can be told in the present unit (seconds since 1970; minus infinity: always)."""
    since = -np.inf
    for each in others(datastream):
        if each.change is None and each.era.since <= since:
            since = each.era.until
    return float(since)


def series(datastream: Datastream, since: datetime, until: datetime, unit: str | None = None) -> store.Series:
    """All values in that time in one unit; NaN what cannot be told in it."""
    found = store.series(datastream.pk, since, until)
    away = others(datastream, unit)
    return replace(found, values=_told(found.times, found.values, away)) if away else found


def series_of_hours(datastream: Datastream, starts: Array) -> store.Series:
    """All values of these hours (microseconds of their beginnings, each once) in the present unit; NaN what cannot be told in it."""
    rows = store.columns_of_hours(np.full(len(starts), datastream.pk), starts)
    found, away = store.Series(rows.micros, rows.numbers, rows.flags.astype(np.uint8)), others(datastream)
    return replace(found, values=_told(found.times, found.values, away)) if away else found


def hours(datastream: Datastream, since: datetime, until: datetime, unit: str | None = None) -> store.Hours:
    """Figures of all hours in that time in one unit. An hour in which it changed is put together anew from its values."""
    found = store.hours([datastream.pk], since, until)
    away = others(datastream, unit)
    if not away:
        return found
    factors, addends = _changes(found.hours, away)
    split = _split_hours(datastream, since, until)
    kept = np.isfinite(factors) & ~np.isin(found.hours, split)
    whole = _picked(replace(
        found, sum=np.round(found.sum * factors + found.count * addends, 9),
        min=np.round(found.min * factors + addends, 12), max=np.round(found.max * factors + addends, 12),
    ), kept)  # fmt: skip
    pieces = [whole, *(_anew(datastream, hour, away) for hour in split)]
    joined = store.Hours(*(np.concatenate(columns) for columns in zip(*map(_columns, pieces), strict=True)))
    return _picked(joined, np.argsort(joined.hours, kind="stable"))


def _split_hours(datastream: Datastream, since: datetime, until: datetime) -> list[int]:
    """Beginnings (microseconds) of the hours in which the unit changed."""
    borders = [round(before.until * 1_000_000) for before, _after in pairwise(eras_of(datastream))]
    inside = {border // HOUR * HOUR for border in borders if border % HOUR}
    return sorted(hour for hour in inside if since.timestamp() <= hour / 1_000_000 < until.timestamp())


def _anew(datastream: Datastream, hour: int, away: list[Earlier]) -> store.Hours:
    rows = store.columns([datastream.pk], moment(hour), moment(hour + HOUR))
    return figures(replace(rows, numbers=_told(rows.micros, rows.numbers, away)), HOUR)


def _told(micros: Array, values: Array, away: list[Earlier]) -> Array:
    factors, addends = _changes(micros, away)
    changed = (factors != 1.0) | (addends != 0.0)
    return np.where(changed, np.round(values * factors + addends, 12), values)


def _changes(micros: Array, away: list[Earlier]) -> tuple[Array, Array]:
    """Factor and addend at each time; NaN where nothing exact is known."""
    factors, addends = np.ones(len(micros)), np.zeros(len(micros))
    for each in away:
        inside = (micros >= each.era.since * 1_000_000) & (micros < each.era.until * 1_000_000)
        factors[inside] = np.nan if each.change is None else each.change.factor
        addends[inside] = 0.0 if each.change is None else each.change.addend
    return factors, addends


def _columns(found: store.Hours) -> tuple[Array, ...]:
    return (found.ids, found.hours, found.count, found.sum, found.min, found.max, found.filled, found.left_out)


def _picked(found: store.Hours, which: Array) -> store.Hours:
    return store.Hours(*(column[which] for column in _columns(found)))
