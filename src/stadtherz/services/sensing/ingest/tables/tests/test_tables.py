# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables as offices and loggers write them, good and bad."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtherz.services.sensing.connectors.tests.recorded import test_data
from stadtherz.services.sensing.ingest.tables.opening import layout_of
from stadtherz.services.sensing.ingest.tables.profile import Profile, UnreadableTable
from stadtherz.services.sensing.ingest.tables.reading import Gap, RefusedLine, Value, number, read

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def rows(path: Path, profile: Profile | None = None) -> list[Value | RefusedLine | Gap]:
    return list(read(path, layout_of(path, profile or Profile()), default_zone="Europe/Berlin"))


def values(path: Path, profile: Profile | None = None) -> list[tuple[str, str, float]]:
    found = rows(path, profile)
    assert not [each for each in found if isinstance(each, RefusedLine)]
    return [(f"{v.time:%Y-%m-%dT%H:%M}", v.field, v.result) for v in found if isinstance(v, Value)]


@pytest.mark.parametrize(
    "content",
    [
        "Datum;Pegel\n31.12.2025 14:15;1.234,5\n",
        "Datum;Pegel [cm]\n31.12.25 14:15 Uhr;1234,5\n",
        "﻿Zeitpunkt\tPegel\n2025-12-31T14:15\t1234,5\n",
        "Pegel,time\n1234.5,2025-12-31T13:15:00Z\n",
        'Pegel,time\n"1,234.5",2025-12-31 14:15+01:00\n',
        "Datum;Uhrzeit;Pegel\n31.12.2025;14:15;1234,5\n",
        "Zeit;Sensor;Wert\n31.12.2025 14:15;Pegel;1234,5\n",
    ],
)
def test_german_and_international_say_the_same(write: Write, content: str) -> None:
    profile = Profile(series="Sensor") if "Sensor" in content else None
    assert values(write(content), profile) == [("2025-12-31T13:15", "Pegel", 1234.5)]


def test_older_software_writes_cp1252(write: Write) -> None:
    path = write("Zeit;Straße Süd\n01.07.2025 12:00;5\n".encode("cp1252"))
    assert values(path) == [("2025-07-01T10:00", "Straße Süd", 5)]
    at_the_end = write("Zeit;W\n01.07.2025 12:00;5\n01.07.2025 12:15;°\n".encode("cp1252"))
    assert [each.reason for each in rows(at_the_end) if isinstance(each, RefusedLine)] != []


@pytest.mark.parametrize(
    ("content", "profile"),
    [
        (b"Zeit;W\x81\xfc\n01.07.2025 12:00;5\n", Profile()),  # of cp1252 there are five bytes that stand for nothing
        (b"Zeit;W\n01.07.2025 12:00;\x81\xfc\n", Profile()),
        ("Zeit;Süd\n01.07.2025 12:00;5\n".encode("cp1252"), Profile(encoding="utf-8")),
        ("Zeit;Süd\n".encode("utf-16")[:-1], Profile()),
    ],
)
def test_what_is_not_written_in_its_encoding_is_refused(write: Write, content: bytes, profile: Profile) -> None:
    with pytest.raises(UnreadableTable, match=r"1252|utf"):
        rows(write(content), profile)


def test_the_end_of_a_day_may_be_24_o_clock(write: Write) -> None:
    assert values(write("Zeit;W\n31.12.2025 24:00;5\n")) == [("2025-12-31T23:00", "W", 5)]


def test_the_nights_of_the_changing_clock(write: Write) -> None:
    """In autumn the second 02:00 is winter time; in spring 02:30 did not happen."""
    autumn = "Zeit;W\n" + "".join(
        f"26.10.2025 {clock};{n}\n" for n, clock in enumerate(["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"])
    )
    assert [time for time, _field, _value in values(write(autumn))] == [
        "2025-10-25T23:30", "2025-10-26T00:00", "2025-10-26T00:30", "2025-10-26T01:00", "2025-10-26T01:30", "2025-10-26T02:00",
    ]  # fmt: skip
    (refused,) = rows(write("Zeit;W\n30.03.2025 02:30;5\n"))
    assert isinstance(refused, RefusedLine)
    assert refused.line == 2


def test_states_become_flags(write: Write) -> None:
    path = write("Zeit;A;A-status;B\n01.07.2025 12:00;1;0;7\n01.07.2025 12:15;2;wartung;8\n01.07.2025 12:30;3;99;\n")
    found = [(v.field, v.result, v.quality) for v in rows(path) if isinstance(v, Value)]
    assert found == [
        ("A", 1, None), ("B", 7, None), ("A", 2, {"flag": "maintenance", "status": "wartung"}), ("B", 8, None),
        ("A", 3, {"flag": "suspect", "status": "99"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("gestern;5", "gestern"),
        ("01.07.2025 12:00;NaN", "NaN"),
        ("01.07.2025 12:00;inf", "inf"),
        ("01.07.2025 12:00;1.5", "1.5"),
        ("01.07.2025 12:00;5;6", "3"),
        ("31.02.2025 12:00;5", "31.02.2025"),
        ("01.07.2025 12:00;=1+1", "=1+1"),
        ("01.07.2025 12:00;" + "9" * 400, "999"),
    ],
)
def test_a_bad_line_says_which_and_why(write: Write, line: str, reason: str) -> None:
    found = rows(write(f"Zeit;W\n01.07.2025 11:45;1,5\n{line}\n01.07.2025 12:15;2,5\n"))
    (refused,) = [each for each in found if isinstance(each, RefusedLine)]
    assert refused.line == 3
    assert reason in refused.reason
    assert len(found) == 3


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n",
        "Zeit\n01.07.2025 12:00\n",
        "A;B\n1;2\n",
        "Zeit;A;A\n01.07.2025 12:00;1;2\n",
        b"Zeit;A\x00\n",
        'Zeit;A\n"01.07.2025 12:00;1\n',
    ],
)
def test_a_file_that_is_no_table_is_refused(write: Write, content: str | bytes) -> None:
    with pytest.raises(UnreadableTable):
        rows(write(content))


def test_blanks_inside_a_heading_cost_no_more_than_letters(write: Write) -> None:
    """A pattern that looked for the blanks before a bracket took a second for each of these columns."""
    names = [f"{n}{' ' * 9000}m" for n in range(20)]
    path = write(f"time;{';'.join(names)}\n2025-07-01T00:00:00Z;{';'.join('1' for _ in names)}\n")
    assert list(layout_of(path, Profile()).values.values()) == names


def test_a_named_column_must_be_there(write: Write) -> None:
    with pytest.raises(UnreadableTable, match="Wann"):
        rows(write("Zeit;A\n01.07.2025 12:00;1\n"), Profile(time="Wann"))


@given(st.sampled_from([",", "."]), st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_survives_its_way_through_text(decimal: str, value: float) -> None:
    text = f"{value:.6f}".replace(".", decimal)
    assert number(text, decimal) == float(f"{value:.6f}")


@given(st.text(max_size=30), st.sampled_from([",", "."]))
def test_no_text_breaks_the_numbers(text: str, decimal: str) -> None:
    try:
        assert isinstance(number(text, decimal), int | float)
    except ValueError as refused:
        assert str(refused)  # noqa: PT017 - both ends are right


def test_the_hostile_table_is_refused_with_the_reason() -> None:
    with pytest.raises(UnreadableTable):
        rows(test_data("sensors", "datex2", "ladesaulen-invalid-sql-example.csv"))


def test_the_counts_of_muenster_are_read_whole() -> None:
    """A month with gaps, in both spellings of the columns; figures counted in the file by hand."""
    january = rows(test_data("sensors", "muenster-counters", "300037926", "2025-01.csv"))
    assert {v.field for v in january if isinstance(v, Value)} == {"300037926", "353413831", "353413832"}
    assert sum(isinstance(v, Value) for v in january) == 8640
    assert sum(isinstance(v, Gap) for v in january) == 40320
    june = rows(test_data("sensors", "muenster-counters", "300037926", "2025-06.csv"))
    assert {v.field for v in june if isinstance(v, Value)} == {"300037926", "353413831", "353413832"}
    march = [
        v for v in rows(test_data("sensors", "muenster-counters", "100034978", "2025-03.csv")) if isinstance(v, Value)
    ]
    night = [
        f"{v.time:%H:%M}"
        for v in march
        if v.field == "100034978"
        and datetime(2025, 3, 30, 0, 30, tzinfo=UTC) <= v.time < datetime(2025, 3, 30, 1, 30, tzinfo=UTC)
    ]
    assert night == ["00:30", "00:45", "01:00", "01:15"]  # no hole and no double hour in UTC
