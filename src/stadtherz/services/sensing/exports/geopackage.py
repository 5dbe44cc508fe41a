# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sites as GeoPackage (OGC 12-128r18), which QGIS and others open: one table of points with their latest values.

A GeoPackage is an SQLite database with a few fixed tables (clause 1.1, 2.1); ADR 57 says why it is written here.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from stadtherz.services.sensing.queries.stations import Station

APPLICATION = 0x47504B47  # "GPKG", clause 1.1.1.1.1
VERSION = 10300
LAYER = "messstellen"
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name),
  UNIQUE (table_name), FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE messstellen (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POINT, datastream INTEGER, station TEXT,
  district TEXT, quantity TEXT, unit TEXT, value DOUBLE, time DATETIME, address TEXT);
"""


def point(longitude: float, latitude: float) -> bytes:
    """A GeoPackage point (clause 2.1.3): header, little endian, no envelope, then well-known binary."""
    return b"GP\x00\x01" + struct.pack("<i", 4326) + struct.pack("<BIdd", 1, 1, longitude, latitude)


def write(path: Path, stations: Sequence[Station], address: str) -> None:
    """Write the file: a point for each quantity of each station that has a place. ``address`` is that of the pages."""
    places = [station for station in stations if station.longitude is not None and station.latitude is not None]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with sqlite3.connect(path) as base:
        base.execute(f"PRAGMA application_id = {APPLICATION}")
        base.execute(f"PRAGMA user_version = {VERSION}")
        base.executescript(_TABLES)
        base.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, "longitude/latitude in decimal degrees"),
                ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", "undefined cartesian"),
                ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic"),
            ],
        )
        longitudes = [s.longitude for s in places if s.longitude is not None]
        latitudes = [s.latitude for s in places if s.latitude is not None]
        edges = [min(longitudes), min(latitudes), max(longitudes), max(latitudes)] if places else [None] * 4
        base.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, 4326)", (LAYER, LAYER, now, *edges)
        )
        base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', 4326, 0, 0)", (LAYER,))
        base.executemany(
            "INSERT INTO messstellen (geom, datastream, station, district, quantity, unit, value, time, address)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    point(station.longitude or 0.0, station.latitude or 0.0), value.datastream, station.name,
                    station.district_name, value.title, value.symbol, value.number,
                    value.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z") if value.time else None,
                    f"{address}{value.datastream}/",
                )
                for station in places
                for value in station.values
            ],
        )  # fmt: skip
    base.close()
