# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a kind of file is to be read. What is empty is found out from the file; what a clerk sets is kept with the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

NO_VALUE = ("", "-", "--", "---", "NA", "N/A", "n/a", "null", "NULL", "k.A.", "keine Daten")
# A word for the state of a value, and the flag that it means here; empty: valid.
FLAGS = {
    "": "", "0": "", "ok": "", "valid": "", "gültig": "", "plausibel": "",
    "1": "suspect", "suspect": "suspect", "fraglich": "suspect", "unplausibel": "suspect",
    "2": "filled", "filled": "filled", "ersetzt": "filled", "interpoliert": "filled",
    "3": "maintenance", "maintenance": "maintenance", "wartung": "maintenance",
}  # fmt: skip


class UnreadableTable(ValueError):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Profile:
    """``time`` names the column of times, or two of them with a plus sign ("Datum+Uhrzeit"). ``series`` names the column
    that says which series a row belongs to, in files with one value a row."""

    encoding: str = ""
    separator: str = ""
    decimal: str = ""
    time: str = ""
    time_format: str = ""
    zone: str = ""
    series: str = ""
    status: str = ""
    no_value: tuple[str, ...] = NO_VALUE
    flags: Mapping[str, str] = field(default_factory=lambda: dict(FLAGS))

    def as_json(self) -> dict[str, Any]:
        """What differs from the default."""
        default = asdict(Profile())
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
            if value != default[key]
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Profile:
        """Back from JSON. Unknown names are refused by raising ``UnreadableTable``."""
        unknown = set(kept) - set(cls.__dataclass_fields__)
        if unknown:
            raise UnreadableTable(f"The profile has no setting {', '.join(sorted(unknown))}.")
        values: dict[str, Any] = {key: tuple(value) if key == "no_value" else value for key, value in kept.items()}
        return replace(cls(), **values)
