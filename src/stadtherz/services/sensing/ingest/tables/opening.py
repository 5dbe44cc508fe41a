# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Opens a table: encoding, separator, header, and which of its columns hold times, values and states."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from stadtherz.services.sensing.ingest.tables.profile import Profile, UnreadableTable
from stadtherz.services.sensing.ingest.tables.times import looks_like_time

LARGEST = 500 * 1024 * 1024
LONGEST_CELL = 10_000
HEAD = 1_000_000  # bytes by which the encoding is told
SAMPLE_ROWS = 200
MOST_COLUMNS = 500
TIME_NAMES = {
    "time",
    "datetime",
    "timestamp",
    "date",
    "datum",
    "zeit",
    "zeitpunkt",
    "zeitstempel",
    "datum/uhrzeit",
    "messzeit",
}
CLOCK_NAMES = {"uhrzeit", "time", "zeit", "hour", "stunde"}
STATUS_NAME = re.compile(r"^(?P<of>.*?)[ _-]?(status|flag|quality|qualität)$", re.IGNORECASE)
INSIDE = re.compile(r"\(([^()]{1,80})\)\s*\Z")
REMARK = re.compile(r"[(\[]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in a row. ``values``: column → field; ``states``: column of a value → column of its state."""

    profile: Profile
    header: tuple[str, ...]
    times: tuple[int, ...]
    values: dict[int, str]
    states: dict[int, int]
    series: int | None
    sample: tuple[tuple[str, ...], ...]


def layout_of(path: Path, profile: Profile) -> Layout:
    """Find out what the profile leaves open. Raises ``UnreadableTable``."""
    profile = replace(profile, encoding=profile.encoding or _encoding(path))
    with _text(path, profile) as file:
        first = file.readline()
        if not first.strip():
            raise UnreadableTable(_("The first line is empty; there the names of the columns must stand."))
        profile = replace(profile, separator=profile.separator or _separator(first))
    rows = []
    with opened(path, profile) as reader:
        header = tuple(name.strip() for name in next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(tuple(cells))
            if len(rows) >= SAMPLE_ROWS:
                break
    _check_header(header)
    times = _times(header, rows, profile)
    series = _named(header, profile.series) if profile.series else None
    rest = [column for column in range(len(header)) if column not in times and column != series]
    states, values = _states(header, rest, profile)
    if not values:
        raise UnreadableTable(_("The table has no column of values beside the time."))
    profile = replace(profile, decimal=profile.decimal or _decimal(rows, values, profile.separator))
    return Layout(profile, header, times, _fields(header, values), states, series, tuple(rows[:20]))


@contextmanager
def opened(path: Path, profile: Profile) -> Iterator[Iterator[list[str]]]:
    """The rows as cells, header included. Raises ``UnreadableTable`` for bytes or quotation marks that do not fit."""
    csv.field_size_limit(LONGEST_CELL)
    with _text(path, profile) as file:
        yield _rows(csv.reader(file, delimiter=profile.separator, strict=True))


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise UnreadableTable(_("The table is damaged: %(error)s.") % {"error": error}) from None


@contextmanager
def _text(path: Path, profile: Profile) -> Iterator[TextIO]:
    try:
        with path.open(encoding=profile.encoding, newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        raise UnreadableTable(
            _("The file is not written in %(encoding)s (byte %(byte)d).")
            % {"encoding": profile.encoding, "byte": error.start}
        ) from None
    except LookupError:
        raise UnreadableTable(_("There is no encoding named %(name)s.") % {"name": profile.encoding}) from None


def _encoding(path: Path) -> str:
    """UTF-8 with or without a mark, UTF-16 by its mark, else what older German software writes."""
    size = path.stat().st_size
    if size == 0:
        raise UnreadableTable(_("The file is empty."))
    if size > LARGEST:
        raise UnreadableTable(_("The file is larger than %(n)d MB. Split it by rows.") % {"n": LARGEST // 1024**2})
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in head:
        raise UnreadableTable(_("This is not a text file. Save the table as CSV."))
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) < HEAD or error.start < HEAD - 4:  # not merely cut in the middle of a letter
            return "cp1252"
    return "utf-8-sig"


def _separator(line: str) -> str:
    found = max(";\t,|", key=line.count)
    if not line.count(found):
        raise UnreadableTable(
            _("The first line has only one column; expected are a time and values, separated by ; or ,")
        )
    return found


def _check_header(header: tuple[str, ...]) -> None:
    if len(header) > MOST_COLUMNS:
        raise UnreadableTable(_("The table has more than %(n)d columns.") % {"n": MOST_COLUMNS})
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise UnreadableTable(_("Columns that stand twice: %(names)s.") % {"names": ", ".join(twice)})


def _named(header: tuple[str, ...], name: str) -> int:
    if name not in header:
        raise UnreadableTable(
            _("There is no column %(name)s. The columns are: %(names)s.")
            % {"name": name, "names": ", ".join(header)[:300]}
        )
    return header.index(name)


def _times(header: tuple[str, ...], rows: list[tuple[str, ...]], profile: Profile) -> tuple[int, ...]:
    if profile.time:
        return tuple(_named(header, name.strip()) for name in profile.time.split("+"))
    candidates = [n for n, name in enumerate(header) if _bare(name).lower() in TIME_NAMES] or list(range(len(header)))
    for column in candidates:
        if rows and looks_like_time(_cell(rows[0], column), profile.time_format):
            return (column,)
        beside = next((n for n, name in enumerate(header) if name.lower() in CLOCK_NAMES and n != column), None)
        if rows and beside is not None and looks_like_time(f"{_cell(rows[0], column)} {_cell(rows[0], beside)}", ""):
            return (column, beside)
    raise UnreadableTable(_("No column holds times. Name the column of times in the settings of this kind of file."))


def _cell(row: tuple[str, ...], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _states(header: tuple[str, ...], columns: list[int], profile: Profile) -> tuple[dict[int, int], list[int]]:
    """States belong to the column whose name they begin with; a column that is only called "status" to all."""
    names = {_field(header[column]): column for column in columns}
    states, common, own = dict[int, int](), None, set[int]()
    for column in columns:
        match = STATUS_NAME.match(header[column])
        if header[column] == profile.status or (match and not match["of"]):
            common = column
        elif match and match["of"] in names:
            states[names[match["of"]]] = column
            own.add(column)
    values = [column for column in columns if column not in own and column != common and header[column]]
    if common is not None:
        states |= {column: common for column in values if column not in states}
    return states, values


def _field(name: str) -> str:
    """What stands in brackets behind a name is a remark: units, and names of places that change from year to year."""
    return _bare(name) or name


def _bare(name: str) -> str:
    """Without the remark. Cut, not matched: blanks before a bracket that never comes would be tried by their square."""
    return REMARK.split(name, maxsplit=1)[0].strip()


def remarks(layout: Layout) -> dict[str, str]:
    """What the brackets behind the name of a column say, where they say something else of each."""
    found = {
        field: match[1] for column, field in layout.values.items() if (match := INSIDE.search(layout.header[column]))
    }
    return {field: words for field, words in found.items() if list(found.values()).count(words) == 1}


def _fields(header: tuple[str, ...], columns: list[int]) -> dict[int, str]:
    short = [_field(header[column]) for column in columns]
    return {
        column: name if short.count(name) == 1 else header[column] for column, name in zip(columns, short, strict=True)
    }


def _decimal(rows: list[tuple[str, ...]], columns: list[int], separator: str) -> str:
    """A comma, if some value has one; between values that the comma separates it cannot be one."""
    if separator == ",":
        cells = [_cell(row, column) for row in rows for column in columns]
        return "," if any("," in cell and "." not in cell for cell in cells) else "."
    return "," if any("," in _cell(row, column) for row in rows for column in columns) else "."
