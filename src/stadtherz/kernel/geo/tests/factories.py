# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes small extracts for tests."""

from __future__ import annotations

from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

LON, LAT = 7.769, 49.444
HOUSES = (("Eisenbahnstraße", "12"), ("Eisenbahnstraße", "12a"), ("Eisenbahnstraße", "14"), ("Müllergasse", "3"))


def write_hamlet(path: Path, *, streets: tuple[str, ...] = ("Eisenbahnstraße", "Müllergasse"), at: tuple[float, float] = (LON, LAT)) -> Path:  # fmt: skip
    """Streets 200 metres apart from west to east; houses on them if they are among the streets."""
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        number = 0
        for row, _street in enumerate(streets):
            for column in range(3):
                number += 1
                writer.add_node(Node(id=number, location=(at[0] + column * 0.002, at[1] + row * 0.002)))
        for index, (street, house) in enumerate(HOUSES):
            if street in streets:
                number += 1
                tags = {"addr:street": street, "addr:housenumber": house, "addr:postcode": "67655"}
                tags |= {"addr:city": "Kaiserslautern", "building": "house"}
                row = streets.index(street)
                place = (at[0] + 0.0004 * index, at[1] + row * 0.002 + 0.0001)
                writer.add_node(Node(id=number, location=place, tags=tags))
        number += 1
        hall = {"amenity": "townhall", "name": "Rathaus"}
        if "Müllergasse" in streets:
            hall |= {"addr:street": "Müllergasse", "addr:housenumber": "3"}
        writer.add_node(Node(id=number, location=(at[0] + 0.001, at[1] + 0.001), tags=hall))
        for row, street in enumerate(streets):
            nodes = [row * 3 + column for column in (1, 2, 3)]
            writer.add_way(Way(id=row + 1, nodes=nodes, tags={"highway": "residential", "name": street}))
    return path
