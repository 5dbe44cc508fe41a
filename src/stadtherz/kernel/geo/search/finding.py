# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds streets, addresses, places and districts: the database fetches candidates by trigrams and beginnings, ``ranking``
puts them in order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection

from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.geo.models import District, Extract
from stadtherz.kernel.geo.search.query import Reading, readings
from stadtherz.kernel.geo.search.ranking import fit
from stadtherz.kernel.geo.search.spelling import compact, spelling
from stadtherz.kernel.municipalities.active import active

LEAST = 26.0
CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Found:
    """One answer. ``kind`` is address, street, district or the kind of place (school, townhall …)."""

    kind: str
    name: str
    detail: str
    lon: float
    lat: float
    score: float

    @property
    def label(self) -> str:
        """One line: name and, if it helps, where."""
        return f"{self.name}, {self.detail}" if self.detail else self.name


def search_places(text: str, *, near: Point | None = None, limit: int = 10) -> list[Found]:
    """What somebody may mean by ``text``, the likeliest first. Any text is safe; one without letters finds nothing.

    ``near`` (default: the centre of the active municipality's map) prefers what is close by when names fit equally.
    """
    town = active()
    extract = current_extract(town)
    near = near or town.map_centre
    understood = readings(text, _localities(extract.pk, extract.version) if extract else frozenset())
    if not understood:
        return []
    found = _districts(understood)
    if extract is not None:
        rows = _candidates(extract, understood, near)
        found += _streets_and_places(rows, understood)
        found += _addresses(rows, understood)
    found = [replace(one, score=round(one.score - _far(one, near), 2)) for one in found]
    best: dict[tuple[str, str], Found] = {}
    for one in sorted(found, key=lambda one: (-one.score, one.name, one.detail, one.lon)):
        if one.score >= LEAST:
            best.setdefault((one.name.lower(), one.detail), one)
    return list(best.values())[: max(1, min(limit, 50))]


def _far(one: Found, near: Point) -> float:
    """Up to four points for being far away: two kilometres cost one."""
    east = (one.lon - near.x) * math.cos(math.radians(near.y))
    return min(4.0, math.hypot(east, one.lat - near.y) * 111.3 / 2)


@lru_cache(maxsize=64)
def _localities(extract_id: int, version: str) -> frozenset[str]:
    """Names of towns and quarters, so that "Rathaus Kaiserslautern" is understood. Fixed for a version of an extract."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT city FROM geo_extract_address WHERE extract_id = %(e)s AND city <> '' UNION
               SELECT name FROM geo_extract_place WHERE extract_id = %(e)s
               AND kind IN ('city', 'town', 'village', 'suburb', 'borough', 'quarter', 'hamlet')""",
            {"e": extract_id},
        )
        return frozenset(spelling(row[0]) for row in cursor.fetchall())


@dataclass(frozen=True, slots=True)
class _Row:
    table: str
    id: int
    name: str
    spelling: str
    kind: str
    weight: int
    detail: str
    lon: float
    lat: float


_FETCH = """
SELECT 'street', id, name, spelling, 'street', 2, locality, ST_X(location), ST_Y(location),
       compact LIKE ANY(%(starts)s) AS begins, {likeness} AS alike, location <-> %(near)s::geometry AS far
FROM geo_extract_street WHERE extract_id = %(e)s AND ({condition})
UNION ALL
SELECT 'place', id, name, spelling, kind, weight, address, ST_X(location), ST_Y(location),
       compact LIKE ANY(%(starts)s), {likeness}, location <-> %(near)s::geometry
FROM geo_extract_place WHERE extract_id = %(e)s AND ({condition})
ORDER BY begins DESC, alike DESC, far LIMIT %(limit)s
"""


def _candidates(extract: Extract, understood: Sequence[Reading], near: Point) -> list[_Row]:
    """Names that begin so or hold all the words; only if there are none, names that are spelt alike.

    To measure likeness costs the database twenty times as much as to compare beginnings.
    """
    forms = list(dict.fromkeys(form for reading in understood for form in reading.forms))[:6]
    values: dict[str, Any] = {
        "e": extract.pk,
        "near": near.hexewkb.decode(),
        "limit": CANDIDATES,
        "starts": [form.replace(" ", "") + "%" for form in forms],  # folded text holds neither % nor _
    }
    conditions = ["compact LIKE ANY(%(starts)s)"]
    for i, form in enumerate(forms):
        for k, word in enumerate(form.split()[:8]):
            values |= {f"w{i}_{k}": f"{word}%", f"v{i}_{k}": f"% {word}%"}
        tests = [f"(spelling LIKE %(w{i}_{k})s OR spelling LIKE %(v{i}_{k})s)" for k in range(len(form.split()[:8]))]
        conditions.append(f"({' AND '.join(tests)})")
    with connection.cursor() as cursor:
        cursor.execute(_FETCH.format(likeness="1.0 / length(spelling)", condition=" OR ".join(conditions)), values)
        rows = cursor.fetchall()
        long = [i for i, form in enumerate(forms) if len(form) > 3]
        if not rows and long:
            likeness = ", ".join(f"word_similarity(%(f{i})s, spelling)" for i in long)
            alike = " OR ".join(f"%(f{i})s <%% spelling" for i in long)
            values |= {f"f{i}": forms[i] for i in long}
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.5', true)")  # this transaction
            cursor.execute(_FETCH.format(likeness=f"greatest({likeness})", condition=alike), values)
            rows = cursor.fetchall()
    return [_Row(*row[:9]) for row in rows]


def _streets_and_places(rows: Sequence[_Row], understood: Sequence[Reading]) -> list[Found]:
    """Streets fit every reading (the house number may not be known to the map), other places only those without one."""
    found = []
    for row in rows:
        fitting = [
            fit(reading, row.spelling, spelling(row.detail)) - (1.5 if reading.number else 0.0)
            for reading in understood
            if row.table == "street" or not reading.number
        ]
        if fitting:
            found.append(Found(row.kind, row.name, row.detail, row.lon, row.lat, max(fitting) - row.weight * 2.2))
    return found


def _addresses(rows: Sequence[_Row], understood: Sequence[Reading]) -> list[Found]:
    streets = {row.id: row for row in rows if row.table == "street"}
    numbers = [reading.number for reading in understood if reading.number]
    if not streets or not numbers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT street_id, number, number_key, trim(postcode || ' ' || city), ST_X(location), ST_Y(location)
               FROM geo_extract_address WHERE street_id = ANY(%s) AND number_key = ANY(%s)""",
            [list(streets), numbers],
        )
        houses = cursor.fetchall()
    found = []
    for street_id, number, key, said, lon, lat in houses:
        street = streets[street_id]
        detail = said if said and not said.isdigit() else street.detail or said  # many give the postcode only
        fitting = [fit(reading, street.spelling, spelling(detail)) for reading in understood if reading.number == key]
        found.append(Found("address", f"{street.name} {number}", detail, lon, lat, max(fitting)))
    return found


def _districts(understood: Sequence[Reading]) -> list[Found]:
    found = []
    for district in District.objects.only("name", "middle"):
        fitting = [fit(reading, spelling(district.name), "") for reading in understood if not reading.number]
        # whole beginnings and words only: a likeness to a district's name is seldom what is meant
        if fitting and max(fitting) > 60 and compact(district.name):
            found.append(Found("district", district.name, "", district.middle.x, district.middle.y, max(fitting) - 2.0))
    return found
