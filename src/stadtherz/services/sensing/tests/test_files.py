# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files of values: all or nothing, repeatable, with flags and gaps, and the real counts of Münster."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db.models import Sum

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions import folders
from stadtherz.services.sensing.actions.adoption import Measured
from stadtherz.services.sensing.actions.files import FileRefused, adopt_columns, import_file, look_at
from stadtherz.services.sensing.actions.places import feature_for
from stadtherz.services.sensing.actions.sources import SourceRefused, create_source
from stadtherz.services.sensing.actions.stations import move_station
from stadtherz.services.sensing.connectors.tests.recorded import test_data
from stadtherz.services.sensing.models import Datastream, Observation, Source, SourceKind, Thing
from stadtherz.services.sensing.store.contents import COUNT_TYPE

TABLE = "Zeit;Pegel;Pegel-status;Regen\n01.07.2025 12:00;58,5;0;\n01.07.2025 12:15;59,0;wartung;0,2\n01.07.2025 12:30;;;0,4\n"


@pytest.fixture
def source(town: Municipality) -> Source:
    made, key = create_source(name="Logger", kind=SourceKind.CSV, by=None)
    assert key == ""
    columns = {"Pegel": Measured("water_level", "cm"), "Regen": Measured("rain", "mm")}
    adopt_columns(source=made, station="Lauter", columns=columns, place=None, by=None)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "werte.csv"


def stored(quantity: str) -> list[tuple[str, float | None, str | None]]:
    rows = Observation.objects.filter(datastream__quantity=quantity).order_by("phenomenon_time")
    return [(f"{r.phenomenon_time:%H:%M}", r.number, (r.details or {}).get("quality", {}).get("flag")) for r in rows]


def test_a_file_comes_in_whole_with_flags_and_gaps(source: Source, path: Path) -> None:
    path.write_text(TABLE)
    _layout, dry = look_at(source=source, path=path)
    assert (dry.values, dry.gaps, dry.flagged, dry.new, Observation.objects.count()) == (4, 2, 1, 0, 0)
    report = import_file(source=source, path=path, by=None)
    assert (report.new, report.repeated, report.unassigned) == (4, 0, [])
    assert stored("water_level") == [("10:00", 58.5, None), ("10:15", 59.0, "maintenance")]
    assert stored("rain") == [("10:15", 0.2, None), ("10:30", 0.4, None)]
    again = import_file(source=source, path=path, by=None)
    assert (again.new, again.repeated) == (0, 4)


def test_values_of_a_file_belong_to_where_the_station_stood(source: Source, path: Path) -> None:
    station = Thing.objects.get(name="Lauter")
    for hour, place in ((0, Point(7.77, 49.44, srid=4326)), (12, Point(7.8, 49.5, srid=4326))):
        move_station(station=station, place=place, by=None)
        moved = station.history.latest("pk")
        moved.time = datetime(2025, 7, 1, 10, hour, tzinfo=UTC)
        moved.save()
        for series in Datastream.objects.filter(thing=station):
            feature_for(datastream=series)
    path.write_text(TABLE)
    assert import_file(source=source, path=path, by=None).new == 4
    rows = Observation.objects.filter(datastream__quantity="water_level").order_by("phenomenon_time")
    assert [row.feature_id is None for row in rows] == [True, False]
    assert import_file(source=source, path=path, by=None).repeated == 4


def test_one_bad_line_and_nothing_is_taken(source: Source, path: Path) -> None:
    path.write_text(TABLE + "01.07.2025 12:45;viel;0;1\n30.03.2025 02:30;1;0;1\n")
    with pytest.raises(FileRefused) as refused:
        import_file(source=source, path=path, by=None)
    assert [each.line for each in refused.value.report.refusals] == [5, 6]
    assert not Observation.objects.exists()
    Datastream.objects.filter(quantity="rain").update(observation_type=COUNT_TYPE)  # 0,2 is no count (18-088, table 12)
    path.write_text(TABLE)
    assert [each.line for each in look_at(source=source, path=path)[1].refusals] == [3, 4]


def test_a_column_without_a_series_is_named(source: Source, path: Path) -> None:
    path.write_text("Zeit;Pegel;Neu\n01.07.2025 12:00;1,5;2,5\n")
    assert import_file(source=source, path=path, by=None).unassigned == ["Neu"]
    path.write_text("Zeit;Neu\n01.07.2025 12:00;2,5\n")
    with pytest.raises(FileRefused):
        import_file(source=source, path=path, by=None)
    with pytest.raises(SourceRefused):
        adopt_columns(source=source, station="Zweite", columns={"Pegel": Measured("water_level")}, place=None, by=None)


def test_times_that_cannot_be_meant_are_marked(source: Source, path: Path) -> None:
    path.write_text("Zeit;Pegel\n01.01.1970 12:00;1,5\n01.01.2100 12:00;2,5\n")
    import_file(source=source, path=path, by=None)
    assert [flag for _time, _number, flag in stored("water_level")] == ["suspect", "suspect"]


def test_a_hundred_thousand_rows(source: Source, path: Path) -> None:
    """In one set: the time goes into reading, not into storing; ten times as many rows are ten times the columns."""
    path.write_text(
        "time;Pegel\n"
        + "".join(
            f"2025-01-{1 + n // 3600:02}T{n // 150 % 24:02}:{n // 3 % 50:02}:{n % 3 * 20:02}Z;{n},5\n"
            for n in range(100_000)
        )
    )
    report = import_file(source=source, path=path, by=None)
    assert report.values == 100_000
    assert report.new + report.repeated == 100_000


def test_files_in_the_folder_are_taken_in_or_refused_with_a_report(
    source: Source, settings: Any, tmp_path: Path
) -> None:
    settings.OPTION = {**settings.OPTION, "data_dir": tmp_path}
    folder = folders.folder_of(source)
    folder.mkdir(parents=True)
    (folder / "gut.csv").write_text(TABLE)
    (folder / "schlecht.csv").write_text("Zeit;Pegel\n01.07.2025 12:00;viel\n")
    (folder / "bild.png").write_bytes(b"x")
    assert folders.waiting_sources() == []  # they may still be growing
    assert folders.read_folder(source, now=time.time() + 60) == 1
    assert sorted(each.name for each in folder.iterdir()) == ["bild.png", "done", "refused"]
    (report,) = (folder / "refused").glob("*.report")
    assert "Zeile 2: Pegel: „viel“" in report.read_text()
    (report,) = (folder / "done").glob("*.report")
    assert report.read_text().startswith("4 Werte gespeichert, 0 waren schon da.")
    assert Observation.objects.count() == 4
    source.refresh_from_db()
    assert "schlecht.csv" in source.last_error


def test_the_command_makes_source_and_station(town: Municipality, path: Path) -> None:
    path.write_text(TABLE)
    out = StringIO()
    call_command("sensing_import", str(path), source="Neu", dry_run=True, stdout=out)
    assert "nothing was stored" in out.getvalue()
    call_command(
        "sensing_import", str(path), source="Neu", adopt="water_level", station="Lauter", place="7.77,49.44", stdout=out
    )
    assert "4 stored" in out.getvalue()
    with pytest.raises(CommandError, match=r"There was no source “Nue” before\. Those that take files: Neu"):
        call_command("sensing_import", str(path), source="Nue", stdout=out)
    path.write_text("kaputt")
    with pytest.raises(CommandError, match=r"werte\.csv"):
        call_command("sensing_import", str(path), source="Neu", stdout=out)


def test_the_counts_of_muenster_load_with_their_gaps(town: Municipality) -> None:
    """Sums as a spreadsheet gives them for the columns of the file."""
    file = test_data("sensors", "muenster-counters", "100034978", "2025-02.csv")
    call_command(
        "sensing_import", str(file), source="Münster", adopt="bicycles", station="Gartenstraße", stdout=StringIO()
    )
    rows = [line.split(",") for line in file.read_text().splitlines()[1:]]
    for column, name in ((1, "Gartenstraße"), (2, "Gartenstraße einwärts"), (3, "Gartenstraße auswärts")):
        stream = Datastream.objects.get(name=f"Gartenstraße: {name}")
        assert stream.expected_seconds == 900, "so that it can be told what is missing"
        found = Observation.objects.filter(datastream=stream)
        assert found.aggregate(sum=Sum("number"))["sum"] == sum(int(row[column]) for row in rows if row[column])
        assert found.count() == sum(1 for row in rows if row[column])
