# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stations as people see them: a thing with its place, its district and the latest value of each quantity.

Two queries, however many stations: places and districts are answered by the database in words and numbers, not as geometries.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from stadtherz.kernel.municipalities.active import active_id
from stadtherz.services.sensing import limits, units
from stadtherz.services.sensing.limits import Level
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.quantities import QUANTITIES, Quantity
from stadtherz.services.sensing.queries import one_unit
from stadtherz.services.sensing.store.moments import AHEAD
from stadtherz.services.sensing.store.newest import BY_NOW
from stadtherz.services.sensing.store.validity import number_in, value_in, word_in

LONGEST_QUESTION = 100
QUIET = timedelta(hours=3)
"""After this time a datastream counts as silent that does not say how often it reports."""


@dataclass(frozen=True, slots=True)
class Value:
    """The latest value of a datastream. ``text`` is a result that is no number."""

    datastream: int
    name: str
    quantity: str
    symbol: str
    time: datetime | None
    number: float | None
    text: str
    flag: str
    expected_seconds: int | None
    is_open: bool
    part: str = ""
    """What tells it from others of its quantity at the same station, such as "into town"."""
    unit: str = ""
    """The code of its unit; empty: nothing told."""
    before: tuple[float, int, str] | None = None
    """Number, digits after the comma and unit of a value that was measured before the unit changed and cannot be told in the present one."""

    @property
    def known(self) -> Quantity | None:
        """The entry of the catalogue, if the clerk chose one."""
        return QUANTITIES.get(self.quantity)

    @property
    def title(self) -> str:
        """What is measured, in the town's words where the catalogue has them."""
        if self.known is None:
            return self.name
        return f"{self.known.title}, {self.part}" if self.part else str(self.known.title)

    @property
    def decimals(self) -> int:
        return units.decimals(self.unit, self.known)

    @property
    def judged_as(self) -> str:
        """The key of its quantity, where limits and guidelines fit its unit; else nothing."""
        return self.quantity if units.fits(self.unit, self.known) else ""

    def is_silent(self, now: datetime) -> bool:
        """No value for three times as long as usual."""
        if self.time is None:
            return True
        return now - self.time > silent_after(self.expected_seconds)

    def level(self, now: datetime) -> Level:
        """Silent, or how the value stands to its guideline."""
        if self.time is None or self.is_silent(now):
            return Level.SILENT
        return limits.level(self.judged_as, self.number, limits.is_night(self.time))


def silent_after(expected_seconds: int | None) -> timedelta:
    """How long a datastream may say nothing before it counts as silent."""
    return max(timedelta(seconds=3 * expected_seconds), timedelta(minutes=15)) if expected_seconds else QUIET


@dataclass(frozen=True, slots=True)
class Station:
    """A thing that measures, where it stands, and what it says."""

    pk: int
    name: str
    description: str
    longitude: float | None
    latitude: float | None
    district: int | None
    district_name: str
    values: tuple[Value, ...] = ()

    def main(self, quantity: str = "") -> Value | None:
        """The value to show first: of the wanted quantity, else a judged one, else the first."""
        wanted = [v for v in self.values if v.quantity == quantity] if quantity else []
        judged = [v for v in self.values if limits.guideline(v.judged_as)]
        known = [v for v in self.values if v.known and not v.quantity.startswith("battery")]
        return next(iter([*wanted, *judged, *known, *self.values]), None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; nothing narrows nothing."""

    text: str = ""
    quantity: str = ""
    district: int | None = None
    closed: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.quantity or self.district)


@dataclass(frozen=True, slots=True)
class Found:
    """Stations of one page, and how many there are in all."""

    stations: tuple[Station, ...]
    total: int


_STATIONS = """
WITH place AS (
  SELECT DISTINCT ON (tl.thing_id) tl.thing_id, ST_PointOnSurface(l.geometry) AS p
  FROM sensing_thinglocation tl JOIN sensing_location l ON l.id = tl.location_id
  WHERE tl.municipality_id = %(town)s AND l.geometry IS NOT NULL ORDER BY tl.thing_id, tl.id
)
SELECT t.id, t.name, t.description, ST_X(place.p), ST_Y(place.p), d.id, coalesce(d.name, ''), count(*) OVER ()
FROM sensing_thing t LEFT JOIN place ON place.thing_id = t.id
LEFT JOIN LATERAL (
  SELECT id, name FROM geo_district g WHERE g.municipality_id = %(town)s AND ST_Covers(g.geometry, place.p)
  ORDER BY name LIMIT 1
) d ON true
WHERE t.municipality_id = %(town)s
  AND EXISTS (SELECT 1 FROM sensing_datastream s WHERE s.thing_id = t.id AND (s.is_open OR %(closed)s)
              AND (%(quantity)s = '' OR s.quantity = %(quantity)s))
  AND (%(district)s::bigint IS NULL OR d.id = %(district)s)
  AND (%(like)s = '' OR t.name ILIKE %(like)s OR t.description ILIKE %(like)s OR d.name ILIKE %(like)s)
  AND (%(things)s::bigint[] IS NULL OR t.id = ANY(%(things)s))
ORDER BY t.name, t.id LIMIT %(limit)s OFFSET %(offset)s
"""


def _values(latest: str) -> str:
    # A clock may be wrong by thousands of years: at the ends of the calendar no page could reckon with local time.
    return f"""
SELECT s.thing_id, s.id, s.name, s.quantity, s.unit_of_measurement->>'name', s.unit_of_measurement->>'symbol', s.unit_of_measurement->>'definition', s.expected_seconds, s.is_open,
       CASE WHEN l.phenomenon_time IS NOT NULL THEN least(greatest(l.phenomenon_time, '0002-01-01Z'), '9998-12-31Z') END, {number_in("l")},
       coalesce(({value_in("l")}) #>> '{{}}', ''), {word_in("l")},
       CASE WHEN s.earlier_units <> '[]' THEN s.earlier_units::text END
FROM sensing_datastream s {latest}
WHERE s.municipality_id = %(town)s AND (%(only)s::int[] IS NULL OR s.id = ANY(%(only)s)) AND s.thing_id = ANY(%(things)s) AND (s.is_open OR %(closed)s)
ORDER BY s.thing_id, s.id
"""  # noqa: S608  the store's rule of what is valid


_VALUES, _VALUES_BY_NOW = _values("LEFT JOIN sensing_latest l ON l.datastream_id = s.id"), _values(f"JOIN {BY_NOW}")


def find(wanted: Wanted, *, limit: int, offset: int = 0, things: Sequence[int] | None = None) -> Found:
    """The stations that fit, by name. Two queries."""
    escaped = wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked: dict[str, Any] = {
        "town": active_id(), "closed": wanted.closed, "quantity": wanted.quantity, "district": wanted.district,
        "like": f"%{escaped}%" if escaped else "", "things": None if things is None else list(things),
        "limit": limit, "offset": offset,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STATIONS, asked)
        rows = cursor.fetchall()
    stations = [Station(*row[:7]) for row in rows]
    values = latest_of([station.pk for station in stations], closed=wanted.closed) if stations else {}
    whole = tuple(replace(station, values=tuple(values.get(station.pk, ()))) for station in stations)
    return Found(whole, rows[0][7] if rows else 0)


def latest_of(things: Sequence[int], *, closed: bool) -> dict[int, list[Value]]:
    """The latest value of each datastream of these things that does not lie ahead of now, if it has one; else what lies ahead. One query,
    and a second one where something lies ahead."""
    soon = timezone.now() + AHEAD
    asked = {"town": active_id(), "things": list(things), "closed": closed, "only": None, "soon": soon}
    found = _read(_VALUES, asked)
    ahead = [value.datastream for values in found.values() for value in values if value.time and value.time > soon]
    if ahead:
        by_now = _read(_VALUES_BY_NOW, asked | {"only": ahead})
        known = {value.datastream: value for values in by_now.values() for value in values}
        found = {thing: [known.get(value.datastream, value) for value in values] for thing, values in found.items()}
    return {thing: _told_apart(values) for thing, values in found.items()}


def _read(statement: str, asked: dict[str, Any]) -> dict[int, list[Value]]:
    found: dict[int, list[Value]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        for thing, pk, name, quantity, *unit, expected, is_open, time, number, text, flag, earlier in cursor.fetchall():
            told, symbol = units.code(*unit), units.symbol(units.code(*unit), unit[1] or "", QUANTITIES.get(quantity))
            value = Value(pk, name, quantity, symbol, time, number, text, flag, expected, is_open, unit=told)
            if earlier is not None:
                value = _in_present_unit(
                    value, dict(zip(("name", "symbol", "definition"), unit, strict=True)), json.loads(earlier)
                )
            found.setdefault(thing, []).append(value)
    return found


def _in_present_unit(value: Value, unit: dict[str, str], earlier: list[dict[str, Any]]) -> Value:
    """A value from before the unit changed: converted, or as it was measured and no number that is held against others."""
    if value.number is None or value.time is None:
        return value
    number, era = one_unit.newest_told(value.number, value.time, unit, earlier)
    if number is not None:
        return replace(value, number=number)
    symbol = units.symbol(era.code, units.shown(era.unit), value.known)
    return replace(value, number=None, text="", before=(value.number, units.decimals(era.code, value.known), symbol))


def _told_apart(values: list[Value]) -> list[Value]:
    """Several series of one quantity each with the part of its name that the others do not have."""
    quantities = [value.quantity for value in values if value.quantity]
    if len(set(quantities)) == len(quantities):
        return values
    return [
        replace(value, part=own_part(value.name)) if quantities.count(value.quantity) > 1 else value for value in values
    ]


def own_part(name: str) -> str:
    """The name of a series without its station's."""
    return name.partition(": ")[2] or name


def station(thing: int, *, closed: bool) -> Station | None:
    """One station, or None if there is none that may be seen. Two queries."""
    return next(iter(find(Wanted(closed=closed), limit=1, things=[thing]).stations), None)


def how_many() -> int:
    """How many stations have something open. One query."""
    return Datastream.objects.filter(is_open=True).values("thing_id").distinct().count()


def quantities_in_use(*, closed: bool) -> list[str]:
    """Keys of the quantities that are measured in town, in the catalogue's order. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT quantity FROM sensing_datastream WHERE municipality_id = %s AND (is_open OR %s) AND quantity <> ''",
            [active_id(), closed],
        )
        used = {row[0] for row in cursor.fetchall()}
    return [key for key in QUANTITIES if key in used]


def features(stations: Iterable[Station], quantity: str, address: Any, words: Any) -> list[dict[str, Any]]:
    """The stations that have a place, as GeoJSON features for the map. ``words``: function(value) → figure, sentence."""
    now = timezone.now()
    found = []
    for each in stations:
        value = each.main(quantity)
        if each.longitude is None or value is None:
            continue
        figure, sentence = words(value)
        found.append({
            "type": "Feature", "id": each.pk,
            "geometry": {"type": "Point", "coordinates": [round(each.longitude, 5), round(each.latitude or 0.0, 5)]},
            "properties": {
                "id": each.pk, "title": each.name, "url": address(value.datastream), "status": sentence,
                "meta": each.district_name, "figure": figure, "level": value.level(now).value, "stream": value.datastream,
            },
        })  # fmt: skip
    return found
