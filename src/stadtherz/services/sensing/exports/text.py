# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table as CSV (RFC 4180): German with semicolons, decimal commas and local time, or international."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from io import TextIOWrapper
from typing import IO
from zoneinfo import ZoneInfo

from stadtherz.kernel.audit.spreadsheet import harmless
from stadtherz.services.sensing.exports.table import Row

GERMAN_HEADS = [
    "Nummer", "Messstelle", "Messgröße", "Einheit", "Zeit (Ortszeit)", "Abstand zu UTC", "Wert", "kleinster", "größter",
    "Güte", "davor fehlen", "vollständig in %",
]  # fmt: skip
HEADS = [
    "datastream", "station", "quantity", "unit", "time", "time_utc", "value", "lowest", "highest", "quality",
    "missing_before", "complete_percent",
]  # fmt: skip
GERMAN_QUALITY = {
    "valid": "gültig", "suspect": "unter Vorbehalt", "filled": "ergänzt", "maintenance": "Wartung", "withdrawn": "zurückgezogen",
    "missing": "fehlt", "partly left out": "teilweise unter Vorbehalt", "converted": "umgerechnet",
}  # fmt: skip


def in_german(quality: str) -> str:
    """The words of the column, one or several."""
    return ", ".join(GERMAN_QUALITY.get(word, word) for word in quality.split(", "))


def plain(value: float | None) -> str:
    """The number as it is, without an exponent where that is short."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(round(value, 9))


def offset(moment: datetime) -> str:
    """ "UTC+02:00". With letters before it no program takes it for a time of the day, or for a formula."""
    told = moment.strftime("%z")
    return f"UTC{told[:3]}:{told[3:5]}"


def write(into: IO[bytes], rows: Iterable[Row], *, german: bool, zone: ZoneInfo) -> None:
    """Write the table. German files begin with a byte order mark, as Excel needs it to read umlauts."""
    text = TextIOWrapper(into, encoding="utf-8", newline="", write_through=False)
    if german:
        text.write("\ufeff")
    writer = csv.writer(text, delimiter=";" if german else ",")
    writer.writerow(GERMAN_HEADS if german else HEADS)
    for row in rows:
        local = row.time.astimezone(zone)
        names = [harmless(row.station), harmless(row.quantity), harmless(row.unit)]
        figures = [plain(row.value), plain(row.low), plain(row.high)]
        if german:
            when = [local.strftime("%d.%m.%Y %H:%M:%S"), offset(local)]
            figures = [figure.replace(".", ",") for figure in figures]
            told = in_german(row.quality)
        else:
            when, told = [local.isoformat(), row.time.isoformat()], row.quality
        writer.writerow([row.stream, *names, *when, *figures, told, _count(row.missing), _count(row.complete)])
    text.flush()
    text.detach()


def _count(value: int | None) -> str:
    return "" if value is None else str(value)
