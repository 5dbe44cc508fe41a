# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is measured right now, for the whole town at a glance, and beside it what is usual at this hour of the week."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from stadtherz.kernel.municipalities.active import active, active_id
from stadtherz.services.sensing import limits, units
from stadtherz.services.sensing.limits import Level
from stadtherz.services.sensing.quantities import QUANTITIES, Aggregation
from stadtherz.services.sensing.queries.one_unit import newest_told
from stadtherz.services.sensing.queries.stations import silent_after
from stadtherz.services.sensing.store.moments import AHEAD
from stadtherz.services.sensing.store.newest import BY_NOW
from stadtherz.services.sensing.store.validity import counts_in, number_in

WEEKS, ENOUGH = 8, 2
"""Over how many weeks the usual is a mean, and how many of them must have been measured."""
MOST = 2000


def _newest(latest: str) -> str:
    return f"""
SELECT s.unit_of_measurement->>'name', s.unit_of_measurement->>'symbol', s.unit_of_measurement->>'definition',
       s.id, s.quantity, t.name, s.expected_seconds, least(greatest(l.phenomenon_time, '0002-01-01Z'), '9998-12-31Z'),
       {number_in("l")},
       CASE WHEN jsonb_typeof(t.properties->'capacity') = 'number' THEN (t.properties->>'capacity')::float8 END,
       CASE WHEN usual.hours >= %(enough)s THEN CASE WHEN s.quantity = ANY(%(added)s) THEN usual.sum / usual.hours
            ELSE usual.sum / usual.count END END,
       CASE WHEN s.earlier_units <> '[]' THEN s.earlier_units::text END
FROM sensing_datastream s JOIN sensing_thing t ON t.id = s.thing_id JOIN {latest}
LEFT JOIN LATERAL (
  SELECT sum(h.sum) AS sum, sum(h.count) AS count, count(*) AS hours FROM sensing_hour h
  WHERE h.datastream_id = s.id AND h.hour = ANY(%(hours)s) AND h.count > 0
    AND (s.earlier_units = '[]' OR h.hour >= (s.earlier_units->-1->>'until')::timestamptz)
) usual ON s.quantity = ANY(%(usual)s)
WHERE s.municipality_id = %(town)s AND s.is_open AND s.quantity = ANY(%(quantities)s)
  AND (%(only)s::int[] IS NULL OR s.id = ANY(%(only)s)) AND ({counts_in("l")} OR l.phenomenon_time > %(soon)s)
ORDER BY t.name, s.id LIMIT %(most)s
"""  # noqa: S608  the store's rule of what is valid


_NOW, _BY_NOW = _newest("sensing_latest l ON l.datastream_id = s.id"), _newest(BY_NOW)


@dataclass(frozen=True, slots=True)
class Reported:
    """The latest number of an open series that counts. ``usual``: the mean of this hour in the weeks before, for what is
    counted its sum, since its unit changed last; None where too little was measured. ``capacity``: how many parking spaces there are."""

    datastream: int
    quantity: str
    station: str
    expected_seconds: int | None
    time: datetime
    number: float
    capacity: float | None
    usual: float | None

    def is_silent(self, now: datetime) -> bool:
        """No value for three times as long as usual."""
        return now - self.time > silent_after(self.expected_seconds)

    @property
    def level(self) -> Level:
        """How it stands to its guideline."""
        return limits.level(self.quantity, self.number, limits.is_night(self.time))

    @property
    def share(self) -> float:
        """Which part of the guideline it reaches; nothing where there is none."""
        edges = limits.bounds(self.quantity, limits.is_night(self.time))
        return self.number / edges[1] if edges else 0.0


def reported(quantities: Collection[str], *, usual: Collection[str], now: datetime) -> list[Reported]:
    """The latest of each open series of these quantities that does not lie ahead of now. One query, and a second one where something
    lies ahead; ``usual`` names those that are held against their weeks."""
    soon = now + AHEAD
    asked = {
        "town": active_id(), "quantities": list(quantities), "usual": list(usual), "enough": ENOUGH, "most": MOST,
        "added": [key for key, each in QUANTITIES.items() if each.aggregation is Aggregation.SUM],
        "hours": same_hours(now, ZoneInfo(active().timezone)), "only": None, "soon": soon,
    }  # fmt: skip
    rows = _rows(_NOW, asked)
    ahead = [row[3] for row in rows if row[7] > soon]
    by_now = {row[3]: row for row in _rows(_BY_NOW, asked | {"only": ahead})} if ahead else {}
    rows = [by_now.get(row[3], row) for row in rows if row[7] <= soon or row[3] in by_now]
    rows = [row for row in rows if row[8] is not None]
    made = [_in_present_unit(Reported(*row[3:-1]), row[:3], row[-1]) for row in rows]
    told = [_in_catalogue_unit(units.code(*row[:3]), found) for row, found in zip(rows, made, strict=True) if found]
    return [each for each in told if each is not None]


def _rows(statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())


def _in_present_unit(found: Reported, unit: Sequence[str], earlier: str | None) -> Reported | None:
    """The same where the unit changed after the latest number; None where that cannot be told in the present one."""
    if earlier is None:
        return found
    present = dict(zip(("name", "symbol", "definition"), unit, strict=True))
    number, _era = newest_told(found.number, found.time, present, json.loads(earlier))
    return None if number is None else replace(found, number=number)


def _in_catalogue_unit(told: str, found: Reported) -> Reported | None:
    """As the catalogue tells it, in whose unit the board speaks and guidelines stand; None where that is not known exactly."""
    known = QUANTITIES[found.quantity]
    if units.fits(told, known):
        return found
    change = units.conversion(told, known.unit)
    if change is None:
        return None
    return replace(found, number=change.of(found.number), usual=None if found.usual is None else change.of(found.usual))


def same_hours(now: datetime, zone: ZoneInfo) -> list[datetime]:
    """This hour of the town's clock on the same weekday of the weeks before."""
    here = now.astimezone(zone).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    return [(here - timedelta(weeks=n)).replace(tzinfo=zone).astimezone(UTC) for n in range(1, WEEKS + 1)]
