# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table as an Excel workbook: times and numbers as such, texts that are never formulas (ADR 56)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO
from zoneinfo import ZoneInfo

from stadtherz.services.sensing.exports.table import Row
from stadtherz.services.sensing.exports.text import GERMAN_HEADS, HEADS, in_german, offset


def write(into: IO[bytes], rows: Iterable[Row], zone: ZoneInfo, *, german: bool) -> None:
    """Write the workbook row by row. Excel knows no time zones: local time, and beside it the distance to UTC."""
    import xlsxwriter  # not at every start

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(into, {**options, "default_date_format": "dd.mm.yyyy hh:mm:ss"}) as book:
        sheet = book.add_worksheet("Messwerte" if german else "measurements")
        strong = book.add_format({"bold": True})
        heads = GERMAN_HEADS if german else [*HEADS[:4], "time_local", "utc_offset", *HEADS[6:]]
        sheet.write_row(0, 0, heads, strong)
        sheet.freeze_panes(1, 0)
        for column, width in enumerate((9, 28, 20, 10, 19, 12, 11, 11, 11, 14, 12, 14)):
            sheet.set_column(column, column, width)
        for place, row in enumerate(rows, 1):
            local = row.time.astimezone(zone)
            sheet.write_number(place, 0, row.stream)
            for column, text in ((1, row.station), (2, row.quantity), (3, row.unit)):
                sheet.write_string(place, column, text)
            sheet.write_datetime(place, 4, local.replace(tzinfo=None))
            sheet.write_string(place, 5, offset(local))
            for column, value in ((6, row.value), (7, row.low), (8, row.high), (10, row.missing), (11, row.complete)):
                if value is not None:
                    sheet.write_number(place, column, value)
            sheet.write_string(place, 9, in_german(row.quality) if german else row.quality)
