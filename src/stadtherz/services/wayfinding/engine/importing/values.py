# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the values that people really write into a map ("2,5", "1.2 m", "5-8 %", "ca. 3 cm") and keeps a report of
what it did not understand. Nothing here guesses silently: a range is read as its worse end, and says so in the report.

Sources: OpenStreetMap wiki, pages Map_features/Units, Key:width, Key:incline, Key:kerb:height, Key:step_count.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

Worse = Literal["small", "large"]

NUMBER: Final = r"\d+(?:[.,]\d+)?|[.,]\d+"
_LENGTH: Final = re.compile(
    rf"^(?:ca\.?|c\.|circa|about|approx\.?|etwa|~|≈|>=?|<=?|max\.?|min\.?)?\s*({NUMBER})"
    rf"(?:\s*(mm|cm|dm|m|km|meter|metres?|ft|feet|in|inch|'|\")?\s*(?:-|–|bis|to|;|\.\.)\s*({NUMBER}))?"
    r"\s*(mm|cm|dm|m|km|meter|metres?|ft|feet|in|inch|'|\")?\.?$"
)
_FEET_INCHES: Final = re.compile(rf"^({NUMBER})\s*(?:'|ft)\s*({NUMBER})\s*(?:\"|in)?$")
_UNITS: Final[dict[str, float]] = {
    "mm": 0.001, "cm": 0.01, "dm": 0.1, "m": 1.0, "meter": 1.0, "metre": 1.0, "metres": 1.0, "km": 1000.0,
    "ft": 0.3048, "feet": 0.3048, "'": 0.3048, "in": 0.0254, "inch": 0.0254, '"': 0.0254,
}  # fmt: skip
_INCLINE: Final = re.compile(
    rf"^(?:ca\.?|c\.|circa|about|approx\.?|etwa|~|≈|>=?|<=?|max\.?)?\s*([+-]?)\s*({NUMBER})"
    rf"(?:\s*(?:%|°)?\s*(?:-|–|bis|to|;|\.\.)\s*([+-]?)({NUMBER}))?\s*(%|°|‰|deg|degrees|percent|prozent)?$"
)
_RATIO: Final = re.compile(rf"^([+-]?)({NUMBER})\s*[:/]\s*({NUMBER})$")
#: steeper than this is a typing error, not a way (the steepest public street in the world has about 35 %)
STEEPEST_PERMILLE: Final = 450


@dataclass(slots=True)
class Report:
    """What the reader did not understand or had to interpret, counted, for the operator and for map makers."""

    not_understood: Counter[tuple[str, str]] = field(default_factory=Counter)
    interpreted: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def miss(self, key: str, value: str) -> None:
        self.not_understood[key, value[:60]] += 1

    def note(self, key: str, value: str, reading: str) -> None:
        self.interpreted[key, value[:60], reading] += 1

    def drop(self, reason: str, count: int = 1) -> None:
        self.dropped[reason] += count

    def rows(self) -> list[dict[str, str | int]]:
        """As a table: what, key, value, count; the most frequent first."""
        rows: list[dict[str, str | int]] = [
            {"what": "not understood", "key": k, "value": v, "count": n} for (k, v), n in self.not_understood.items()
        ]
        rows += [{"what": reading, "key": k, "value": v, "count": n} for (k, v, reading), n in self.interpreted.items()]
        rows += [{"what": "left out", "key": reason, "value": "", "count": n} for reason, n in self.dropped.items()]
        return sorted(rows, key=lambda row: (-int(row["count"]), str(row["key"]), str(row["value"])))


@dataclass(frozen=True, slots=True)
class Incline:
    """`permille`: signed, positive is uphill in drawing direction, None when only the direction is known.
    `direction`: +1 up, -1 down, 0 level or unknown."""

    permille: int | None
    direction: int


def number(text: str) -> float:
    """A decimal with point or comma."""
    return float(text.replace(",", "."))


def read_metres(text: str, *, worse: Worse, report: Report, key: str, unit: str = "m") -> float | None:
    """A length in metres, or None. A range gives the end that is worse for the person ("small" for a width, "large"
    for a kerb)."""
    value = text.strip().lower()
    feet = _FEET_INCHES.match(value)
    if feet:
        return number(feet[1]) * 0.3048 + number(feet[2]) * 0.0254
    match = _LENGTH.match(value)
    if not match:
        report.miss(key, text)
        return None
    first, first_unit, second, last_unit = match.groups()
    scale = _UNITS[last_unit or first_unit or unit]
    metres = number(first) * _UNITS[first_unit or last_unit or unit]
    if second is not None:
        both = (metres, number(second) * scale)
        metres = min(both) if worse == "small" else max(both)
        report.note(key, text, "range read as its worse end")
    return metres


def read_width(text: str, report: Report, key: str = "width") -> float | None:
    """Clear width in metres. A bare number above 50 can only be centimetres."""
    metres = read_metres(text, worse="small", report=report, key=key)
    if metres is not None and metres > 50 and text.strip().replace(".", "").isdigit():
        report.note(key, text, "read as centimetres")
        metres /= 100
    if metres is not None and not 0.2 <= metres <= 100:
        report.miss(key, text)
        return None
    return metres


def read_kerb_height(text: str, report: Report, key: str = "kerb:height") -> float | None:
    """Kerb height in metres. A bare number from 0.5 on can only be centimetres (no kerb is half a metre high)."""
    value = text.strip().lower()
    metres = read_metres(value, worse="large", report=report, key=key)
    if metres is None:
        return None
    if metres >= 0.5 and not re.search("[a-z'\"]", value.replace("ca", "")):
        report.note(key, text, "read as centimetres")
        metres /= 100
    if metres > 0.5:
        report.miss(key, text)
        return None
    return metres


def read_incline(text: str, report: Report, key: str = "incline") -> Incline | None:
    """An incline with sign. "up" and "down" know the direction only; degrees become a tangent; a range gives its
    steeper end."""
    value = text.strip().lower().replace("−", "-")
    if value in {"up", "down", "steep", "yes"}:
        return Incline(None, {"up": 1, "down": -1}.get(value, 0))
    if value in {"no", "none", "level", "flat"}:
        return Incline(0, 0)
    ratio = _RATIO.match(value)
    if ratio and number(ratio[3]) > 0:
        return _incline(-1 if ratio[1] == "-" else 1, number(ratio[2]) / number(ratio[3]) * 1000, text, report, key)
    match = _INCLINE.match(value)
    if not match:
        report.miss(key, text)
        return None
    sign, first, second_sign, second, unit = match.groups()
    steep = number(first)
    if second is not None:
        report.note(key, text, "range read as its worse end")
        if number(second) >= steep:
            steep, sign = number(second), second_sign or sign
    if unit in {"°", "deg", "degrees"}:
        permille = math.tan(math.radians(min(steep, 89.0))) * 1000
    else:
        permille = steep if unit == "‰" else steep * 10
    return _incline(-1 if sign == "-" else 1, permille, text, report, key)


def _incline(sign: int, permille: float, text: str, report: Report, key: str) -> Incline | None:
    if permille > STEEPEST_PERMILLE:
        report.miss(key, text)
        return None
    rounded = round(permille) * sign
    return Incline(rounded, (rounded > 0) - (rounded < 0))


def read_count(text: str, report: Report, key: str) -> int | None:
    """A whole number such as step_count; "12-14" or "12;14" gives the larger."""
    numbers = [int(part) for part in re.findall(r"\d+", text)][:4]
    if not numbers or not re.fullmatch(r"[\s~><=ca.\d;,–-]+", text.strip().lower()) or max(numbers) > 5000:
        report.miss(key, text)
        return None
    if len(numbers) > 1:
        report.note(key, text, "range read as its worse end")
    return max(numbers)
