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
_UNITS: Final[dict[str, float]] = {
    "mm": 0.001, "cm": 0.01, "dm": 0.1, "km": 1000.0,
    **dict.fromkeys((
        "m", "mt", "mts", "mtr", "meter", "meters", "metern", "metre", "metres", "mètre", "mètres", "metro", "metros",
    ), 1.0),
    **dict.fromkeys(("ft", "foot", "feet", "'"), 0.3048), **dict.fromkeys(("in", "inch", "inches", '"'), 0.0254),
}  # fmt: skip
_UNIT: Final = "|".join(sorted(_UNITS, key=len, reverse=True))
_LENGTH: Final = re.compile(
    rf"^(ca\.?|c\.|circa|about|approx\.?|etwa|~|≈|>=?|<=?|max\.?|min\.?)?\s*({NUMBER})"
    rf"(?:\s*({_UNIT})?\s*(?:-|–|bis|to|;|\.\.)\s*({NUMBER}))?\s*({_UNIT})?\.?$"
)
#: 5'6", 5 ft 6 in, 4'-6" (but 6'-8' is a range), 1m20, 1 m 50 cm
_FEET_INCHES: Final = re.compile(
    rf"^({NUMBER})\s*(?:'|ft|feet|foot)\s*(?:({NUMBER})|-?\s*({NUMBER})\s*(?:\"|inch(?:es)?|in))$"
)
_METRES_CENTIMETRES: Final = re.compile(r"^(\d+)\s*m\s*(\d\d)(?:\s*cm)?$")
#: as keyboards elsewhere write what we read: full-width signs, primes, curly quotes
_ELSEWHERE: Final = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {ord(sign): "'" for sign in "’′‘ʹ´`"} | {ord(sign): '"' for sign in "”″“ʺ"}
    | {"≥": ">=", "≤": "<=", "º": "°", "−": "-", "\u00a0": " ", "\u202f": " ", "\u3000": " "}
)  # fmt: skip
_INCLINE: Final = re.compile(
    rf"^(?:ca\.?|c\.|circa|about|approx\.?|etwa|~|≈|>=?|<=?|max\.?)?\s*([+-]?)\s*({NUMBER})"
    rf"(?:\s*(?:%|°)?\s*(?:-|–|bis|to|;|\.\.)\s*([+-]?)({NUMBER}))?"
    r"\s*(%|°|‰|deg|degrees|grad|percent|per cent|pct|prozent)?\.?$"
)
_RATIO: Final = re.compile(rf"^([+-]?)({NUMBER})\s*(?:[:/]|in)\s*({NUMBER})$")
_UP_OR_DOWN: Final = {"up": 1, "uphill": 1, "ascending": 1, "down": -1, "downhill": -1, "descending": -1}
#: "10 % up", "down: 5%"
_WORD_FIRST: Final = re.compile(r"^(up|down)[\s:;,]+(.*\d.*)$")
_WORD_LAST: Final = re.compile(r"^(.*\d.*?)[\s:;,]+(up|down)$")
#: nobody measures a third of a per cent: as a bare number it may as well be a share ("0.06" for 6 %)
_SMALLEST_PER_CENT: Final = 0.35
#: steeper than this is a typing error, not a way (the steepest public street in the world has about 35 %)
STEEPEST_PERMILLE: Final = 450


#: "12", "ca. 12", "12-14", "12;14"
_COUNT: Final = re.compile(r"(?:ca\.?|c\.|[~><=])*\s*\d+(?:\s*[;,–-]\s*\d+)*")


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


def _plain(text: str) -> str:
    """The text in small letters and the signs that we read."""
    value = text.strip().lower()
    return (value if value.isascii() else value.translate(_ELSEWHERE).strip()).replace("''", '"')


def read_metres(text: str, *, worse: Worse, report: Report, key: str, unit: str = "m") -> float | None:
    """A length in metres, or None. A range gives the end that is worse for the person ("small" for a width, "large"
    for a kerb)."""
    value = _plain(text)
    if value.count(";") > 1:
        return _worst_of(value.split(";"), text, worse=worse, report=report, key=key, unit=unit)
    if feet := _FEET_INCHES.match(value):
        return number(feet[1]) * 0.3048 + number(feet[2] or feet[3]) * 0.0254
    if parts := _METRES_CENTIMETRES.match(value):
        return int(parts[1]) + int(parts[2]) / 100
    match = _LENGTH.match(value)
    if not match:
        report.miss(key, text)
        return None
    about, first, first_unit, second, last_unit = match.groups()
    scale = _UNITS[last_unit or first_unit or unit]
    metres = number(first) * _UNITS[first_unit or last_unit or unit]
    if second is not None:
        both = (metres, number(second) * scale)
        metres = min(both) if worse == "small" else max(both)
        report.note(key, text, "range read as its worse end")
    elif about == ("<" if worse == "small" else ">"):
        # less than a metre is not enough for who needs one
        metres += -0.01 if worse == "small" else 0.001
        report.note(key, text, "read as just beyond the number")
    return metres


def _worst_of(parts: list[str], text: str, *, worse: Worse, report: Report, key: str, unit: str) -> float | None:
    """Of three values and more the worst; None where one of them is not understood."""
    unread = Report()
    read = [read_metres(part, worse=worse, report=unread, key=key, unit=unit) for part in parts]
    known = [metres for metres in read if metres is not None]
    if len(known) < len(read):
        report.miss(key, text)
        return None
    report.note(key, text, "range read as its worse end")
    return min(known) if worse == "small" else max(known)


def read_width(text: str, report: Report, key: str = "width") -> float | None:
    """Clear width in metres. A bare number above 50 can only be centimetres."""
    metres = read_metres(text, worse="small", report=report, key=key)
    if metres is not None and metres > 50 and not re.search("[a-z'\"]", _plain(text)):
        report.note(key, text, "read as centimetres")
        metres /= 100
    if metres is not None and not 0.2 <= metres <= 100:
        report.miss(key, text)
        return None
    return metres


def read_kerb_height(text: str, report: Report, key: str = "kerb:height") -> float | None:
    """Kerb height in metres. A bare number from 1 on can only be centimetres; of half a metre, or half a centimetre, nobody
    knows which is meant."""
    value = _plain(text)
    metres = read_metres(value, worse="large", report=report, key=key)
    if metres is None:
        return None
    bare = not re.search("[a-z'\"]", value.replace("ca", ""))
    if bare and 0.5 <= metres < 1:
        report.miss(key, text)
        return None
    if bare and metres >= 1:
        report.note(key, text, "read as centimetres")
        metres /= 100
    if metres > 0.5:
        report.miss(key, text)
        return None
    return metres


def read_incline(text: str, report: Report, key: str = "incline") -> Incline | None:
    """An incline with sign. "up" and "down" know the direction only; degrees become a tangent; a range gives its
    steeper end."""
    value = _plain(text)
    if value[:1] in {"–", "—"}:
        value = "-" + value[1:].lstrip()
    if value in _UP_OR_DOWN or value in {"steep", "yes"}:
        return Incline(None, _UP_OR_DOWN.get(value, 0))
    if value in {"no", "none", "level", "flat"}:
        return Incline(0, 0)
    if said := _WORD_FIRST.match(value) or _WORD_LAST.match(value):
        word, rest = said.groups() if said[1] in _UP_OR_DOWN else said.groups()[::-1]
        return _directed(_UP_OR_DOWN[word], rest, text, report, key)
    return _steepness(value, text, report, key)


def _steepness(value: str, text: str, report: Report, key: str) -> Incline | None:
    """How steep it is, by a number."""
    ratio = _RATIO.match(value)
    if ratio and number(ratio[3]) > 0:
        return _incline(-1 if ratio[1] == "-" else 1, number(ratio[2]) / number(ratio[3]) * 1000, text, report, key)
    match = _INCLINE.match(value)
    if not match:
        report.miss(key, text)
        return None
    sign, first, second_sign, second, unit = match.groups()
    steep = number(first)
    both_ways = second is not None and bool(second_sign) and (second_sign == "-") != (sign == "-")
    share = unit is None and second is None and 0 < steep < _SMALLEST_PER_CENT
    if share or both_ways:
        report.miss(key, text)
        return None
    if second is not None:
        report.note(key, text, "range read as its worse end")
        if number(second) >= steep:
            steep, sign = number(second), second_sign or sign
    if unit in {"°", "deg", "degrees", "grad"}:
        permille = math.tan(math.radians(min(steep, 89.0))) * 1000
    else:
        permille = steep if unit == "‰" else steep * 10
    return _incline(-1 if sign == "-" else 1, permille, text, report, key)


def _directed(direction: int, rest: str, text: str, report: Report, key: str) -> Incline | None:
    """A number with a word for its direction; nothing where its sign says the opposite."""
    found = read_incline(rest, Report(), key)
    if found is None or found.permille is None or found.direction < 0 < direction:
        report.miss(key, text)
        return None
    return Incline(abs(found.permille) * direction, direction * abs(found.direction))


def _incline(sign: int, permille: float, text: str, report: Report, key: str) -> Incline | None:
    if permille > STEEPEST_PERMILLE:
        report.miss(key, text)
        return None
    rounded = round(permille) * sign
    return Incline(rounded, (rounded > 0) - (rounded < 0))


def read_count(text: str, report: Report, key: str) -> int | None:
    """A whole number such as step_count; "12-14" or "12;14" gives the larger."""
    value = _plain(text)
    numbers = [int(part) for part in re.findall(r"\d{1,9}", value)][:40]
    if not numbers or not _COUNT.fullmatch(value) or max(numbers) > 5000:
        report.miss(key, text)
        return None
    if len(numbers) > 1:
        report.note(key, text, "range read as its worse end")
    return max(numbers)
