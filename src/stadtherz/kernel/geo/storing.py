# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes an extract's streets, addresses and places with COPY: a row at a time would take minutes for a region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from django.db import connection

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.geo.osm.reading import AddressPoint, Contents
from stadtherz.kernel.geo.osm.streets import StreetLine, cell
from stadtherz.kernel.geo.search.spelling import compact, number_key, spelling

LonLat = tuple[float, float]


def store(extract: Extract, contents: Contents) -> int:
    """Replace all rows of the extract and return the number of addresses. To be called inside a transaction."""
    with connection.cursor() as cursor:
        for table in ("geo_extract_address", "geo_extract_street", "geo_extract_place"):
            cursor.execute(f"DELETE FROM {table} WHERE extract_id = %s", [extract.pk])  # noqa: S608 - names from above
        numbers = _take_numbers(cursor, "geo_extract_street", len(contents.streets))
        _copy(
            cursor,
            "geo_extract_street (id, extract_id, name, spelling, compact, locality, location, geometry)",
            (_street_row(number, extract.pk, s) for number, s in zip(numbers, contents.streets, strict=True)),
        )
        addresses = list(
            _address_rows(extract.pk, contents.addresses, dict(zip(numbers, contents.streets, strict=True)))
        )
        _copy(
            cursor,
            "geo_extract_address (extract_id, street_id, number, number_key, postcode, city, location)",
            addresses,
        )
        _copy(
            cursor,
            "geo_extract_place (extract_id, name, spelling, compact, kind, weight, address, location)",
            (
                (extract.pk, p.name, spelling(p.name), compact(p.name), p.kind, p.weight, p.address, _point(p.location))
                for p in contents.places
            ),
        )
        for table in ("geo_extract_street", "geo_extract_address", "geo_extract_place"):
            if _owns(cursor, table):  # else the server does it by itself, some time later
                cursor.execute(f"ANALYZE {table}")
    return len(addresses)


def _owns(cursor: Any, table: str) -> bool:
    cursor.execute(
        "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(%s)", [table]
    )
    return bool(cursor.fetchone()[0])


def _take_numbers(cursor: Any, table: str, count: int) -> list[int]:
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
    )  # addresses name their street by it
    return [row[0] for row in cursor.fetchall()]


def _copy(cursor: Any, into: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_clean(value) for value in row])


def _clean(value: Any) -> Any:
    """PostgreSQL's text holds no NUL."""
    return value.replace("\0", "") if isinstance(value, str) else value


def _point(location: LonLat) -> str:
    return f"SRID=4326;POINT({location[0]:.7f} {location[1]:.7f})"


def _street_row(number: int, extract: int, street: StreetLine) -> tuple[Any, ...]:
    if street.lines:
        geometry = shapely.set_srid(shapely.MultiLineString([list(line) for line in street.lines]), 4326)
    else:
        geometry = shapely.set_srid(shapely.Point(street.location), 4326)
    return (
        number, extract, street.name, spelling(street.name), compact(street.name), street.locality, _point(street.location),
        shapely.to_wkb(geometry, hex=True, include_srid=True),
    )  # fmt: skip


def _address_rows(
    extract: int, addresses: Sequence[AddressPoint], streets: dict[int, StreetLine]
) -> Iterable[tuple[Any, ...]]:
    """Each address with the number of its street: of those with its name the one that it was gathered with.

    A shop repeats the address of its house: each number of a street is kept once, as it was read first.
    """
    seen: set[tuple[int, str]] = set()
    by_name: dict[str, list[tuple[int, StreetLine]]] = defaultdict(list)
    for number, street in streets.items():
        by_name[street.name].append((number, street))
    for a in addresses:
        place = cell(a.location)
        owner = next(number for number, street in by_name[a.street] if place in street.cells)
        key = number_key(a.number)
        if (owner, key) not in seen:
            seen.add((owner, key))
            yield (extract, owner, a.number, key, a.postcode, a.city, _point(a.location))
