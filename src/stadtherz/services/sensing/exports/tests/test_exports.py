# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each file is read back by somebody else: Python's csv, openable XML, DuckDB, GDAL."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.gdal import DataSource

from stadtherz.services.sensing.exports import geopackage, parquet, text, workbook
from stadtherz.services.sensing.exports.table import Row
from stadtherz.services.sensing.queries.stations import Station, Value

BERLIN = ZoneInfo("Europe/Berlin")
EVIL = "=HYPERLINK(1)"


def _row(hour: int, value: float | None, *, missing: int | None = None, quality: str = "valid") -> Row:
    """The night of 26 October 2025, in which the hour from 2 to 3 comes twice."""
    time = datetime(2025, 10, 25, 23 + hour, tzinfo=UTC) if hour < 1 else datetime(2025, 10, 26, hour - 1, tzinfo=UTC)
    return Row(7, EVIL, "Feinstaub", "µg/m³", time, None, value, None, None, quality, missing, None)


ROWS = [_row(0, 1234.5), _row(1, None, quality="missing"), _row(2, 0.1, missing=3), _row(3, -4.0)]


def test_german_csv() -> None:
    into = io.BytesIO()
    text.write(into, ROWS, german=True, zone=BERLIN)
    assert into.getvalue().startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(into.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert [row[4:7] for row in read[1:]] == [
        ["26.10.2025 01:00:00", "UTC+02:00", "1234,5"], ["26.10.2025 02:00:00", "UTC+02:00", ""],
        ["26.10.2025 02:00:00", "UTC+01:00", "0,1"], ["26.10.2025 03:00:00", "UTC+01:00", "-4"],
    ]  # fmt: skip
    assert read[1][1] == f"'{EVIL}"
    assert [row[9:11] for row in read[1:4]] == [["gültig", ""], ["fehlt", ""], ["gültig", "3"]]


def test_international_csv() -> None:
    into = io.BytesIO()
    text.write(into, ROWS, german=False, zone=BERLIN)
    read = list(csv.DictReader(io.StringIO(into.getvalue().decode())))
    assert [(row["time"], row["value"]) for row in read[:3]] == [
        ("2025-10-26T01:00:00+02:00", "1234.5"), ("2025-10-26T02:00:00+02:00", ""), ("2025-10-26T02:00:00+01:00", "0.1"),
    ]  # fmt: skip


def test_workbook_has_numbers_and_no_formula() -> None:
    into = io.BytesIO()
    workbook.write(into, ROWS, BERLIN, german=True)
    with zipfile.ZipFile(into) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>1234.5</v>" in sheet
    assert EVIL in sheet


def test_parquet_is_read_by_duckdb(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb reads the file back; it is one of the tests' own packages")
    path = tmp_path / "t.parquet"
    many = [_row(n % 4, None if n % 7 == 0 else n / 3, missing=n if n % 2 else None) for n in range(120_001)]
    with path.open("wb") as into:
        parquet.write(into, many)
    found = (
        duckdb.connect()
        .execute(
            f"SELECT count(*), count(value), sum(value), count(missing_before), min(station), epoch_us(min(time)) FROM '{path}'"
        )
        .fetchone()
    )
    values = [row.value for row in many if row.value is not None]
    assert found[:2] == (120_001, len(values))
    assert found[2] == pytest.approx(sum(values))
    assert found[3:] == (60_000, EVIL, round(ROWS[0].time.timestamp() * 1e6))
    assert duckdb.connect().execute(f"SELECT typeof(time) FROM '{path}' LIMIT 1").fetchone() == (
        "TIMESTAMP WITH TIME ZONE",
    )


def test_parquet_without_a_row(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb reads the file back; it is one of the tests' own packages")
    path = tmp_path / "t.parquet"
    with path.open("wb") as into:
        parquet.write(into, [])
    assert duckdb.connect().execute(f"SELECT count(*) FROM '{path}'").fetchone() == (0,)


def test_geopackage_is_read_by_gdal(tmp_path: Path) -> None:
    time = datetime(2025, 10, 26, 1, tzinfo=UTC)
    value = Value(3, "PM10", "pm10", "µg/m³", time, 12.5, "", "", 600, True)
    somewhere = Station(1, "Messfeld Einsiedlerhof", "", 7.68, 49.44, 4, "Einsiedlerhof", (value,))
    nowhere = Station(2, "Ohne Ort", "", None, None, None, "", (value,))
    path = tmp_path / "s.gpkg"
    geopackage.write(path, [somewhere, nowhere], "https://example.org/wissen/messwerte/")
    layer = DataSource(str(path))["messstellen"]
    assert (layer.num_feat, layer.geom_type.name, layer.srs.srid) == (1, "Point", 4326)
    feature = next(iter(layer))
    assert (feature.geom.x, feature.geom.y) == (7.68, 49.44)
    assert (feature.get("station"), feature.get("value")) == ("Messfeld Einsiedlerhof", 12.5)
    assert layer.extent.tuple == (7.68, 49.44, 7.68, 49.44)
