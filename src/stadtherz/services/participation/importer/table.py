# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Opens a table of text (CSV or TSV): encoding, separator and header are checked before the first row is believed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from stadtherz.services.participation.importer.contribution import UnreadableFile

LARGEST = 50 * 1024 * 1024  # bytes; a file of real contributions has a few megabytes
LONGEST_CELL = 1024 * 1024


def rows(path: Path, *, required: frozenset[str], known: frozenset[str], encoding: str) -> Iterator[tuple[int, dict]]:
    """Yield (line number, row) of the table at ``path``. Raises ``UnreadableFile``.

    The separator is read off the header (tab, semicolon or comma: Excel in German writes semicolons). Unknown columns
    are refused, as a misspelt heading would otherwise lose a column without a word.
    """
    _check_file(path)
    line, said = 1, encoding.removesuffix("-sig").upper()
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            header = file.readline()
            separator = max("\t;,", key=header.count)
            columns = [name.strip().strip('"') for name in header.rstrip("\r\n").split(separator)]
            _check_columns(columns, required=required, known=known)
            reader = csv.reader(file, delimiter=separator, strict=True)
            for cells in reader:
                line = reader.line_num + 1
                if not any(cell.strip() for cell in cells):
                    continue
                yield line, dict(zip(columns, cells, strict=False)) | {"": str(len(cells) - len(columns))}
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("The file is not written in %(encoding)s (byte %(byte)d). Save it as UTF-8, or name its encoding: "
              "--encoding cp1252 for files from older Excel.") % {"encoding": said, "byte": error.start}
        ) from error  # fmt: skip
    except LookupError as error:
        raise UnreadableFile(_("There is no encoding named %(encoding)s.") % {"encoding": encoding}) from error
    except csv.Error as error:
        raise UnreadableFile(
            _("The table is damaged after line %(line)d: mostly a quotation mark that is not closed, or an endless cell. "
              "Nothing was taken over.") % {"line": line}
        ) from error  # fmt: skip


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise UnreadableFile(_("There is no file %(path)s.") % {"path": path})
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile(_("The file is empty."))
    if size > LARGEST:
        raise UnreadableFile(
            _("The file has %(size)d MB; up to %(largest)d MB are read at once. Split it by rows.")
            % {"size": size // 1024**2, "largest": LARGEST // 1024**2}
        )
    with path.open("rb") as file:
        if b"\x00" in file.read(4096):
            raise UnreadableFile(_("This is not a text file. Export the table as CSV in UTF-8."))


def _check_columns(columns: list[str], *, required: frozenset[str], known: frozenset[str]) -> None:
    missing = sorted(required - set(columns))
    unknown = sorted(set(columns) - known)
    twice = sorted({name for name in columns if columns.count(name) > 1})
    problems = [
        text % {"columns": ", ".join(names)}
        for names, text in (
            (missing, _("Missing columns: %(columns)s.")),
            (unknown, _("Unknown columns: %(columns)s.")),
            (twice, _("Columns that stand twice: %(columns)s.")),
        )
        if names
    ]
    if problems:
        raise UnreadableFile(
            " ".join([*problems, _("Known columns: %(columns)s.") % {"columns": ", ".join(sorted(known))}])
        )
