# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Units of measurement: which is meant, how one becomes another exactly, and which one a datastream had at which time.

Only what is exact by definition is converted: a factor and an addend (The Unified Code for Units of Measure, version 2.1, tables 1
to 8). A share of volume (ppb) never becomes a mass in a volume (µg/m³): that would take temperature and pressure. ADR 59.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from stadtherz.services.sensing.quantities import Quantity

ANNOTATION = re.compile(r"\{[^{}]*\}")
LETTERS = str.maketrans({"µ": "u", "μ": "u", "²": "2", "³": "3", "·": ".", "℃": "C"})
SPELLINGS = {
    "°C": "Cel", "degC": "Cel", "C": "Cel", "°F": "[degF]", "degF": "[degF]", "ppm": "[ppm]", "ppb": "[ppb]", "°": "deg", "l": "L", "m+NN": "m",
    "kWh": "kW.h", "Wh": "W.h", "kn": "[kn_i]", "mph": "[mi_i]/h", "l/m2": "L/m2", "l/s": "L/s", "dBA": "dB(A)", "dB (A)": "dB(A)",
}  # fmt: skip

# Of each unit: what it is a unit of, and how its value becomes one in the base of that: (factor, addend).
TABLE: dict[str, tuple[str, Fraction, Fraction]] = {
    code: (dimension, Fraction(factor), Fraction(addend))
    for dimension, units in {
        "temperature": (("Cel", 1, 0), ("K", 1, "-273.15"), ("[degF]", "5/9", "-160/9")),
        "pressure": (("Pa", 1, 0), ("hPa", 100, 0), ("mbar", 100, 0), ("kPa", 1000, 0), ("bar", 100_000, 0)),
        "speed": (("m/s", 1, 0), ("km/h", "5/18", 0), ("[kn_i]", "1852/3600", 0), ("[mi_i]/h", "0.44704", 0)),
        "length": (("m", 1, 0), ("km", 1000, 0), ("cm", "0.01", 0), ("mm", "0.001", 0), ("L/m2", "0.001", 0)),
        "mass in a volume": (("ug/m3", 1, 0), ("mg/m3", 1000, 0), ("g/m3", 1_000_000, 0)),
        "share": (("1", 1, 0), ("%", "0.01", 0), ("[ppm]", "1/1000000", 0), ("[ppb]", "1/1000000000", 0)),
        "voltage": (("V", 1, 0), ("mV", "0.001", 0)),
        "current": (("A", 1, 0), ("mA", "0.001", 0)),
        "power": (("W", 1, 0), ("kW", 1000, 0), ("MW", 1_000_000, 0)),
        "energy": (("W.h", 1, 0), ("kW.h", 1000, 0), ("MW.h", 1_000_000, 0)),
        "volume": (("m3", 1, 0), ("L", "0.001", 0)),
        "flow": (("m3/s", 1, 0), ("L/s", "0.001", 0)),
        "level": (("dB(A)", 1, 0),),
        "angle": (("deg", 1, 0),),
    }.items()
    for code, factor, addend in units
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Linear:
    """value × factor + addend; the factor is greater than nothing, so that lowest stays lowest."""

    factor: float
    addend: float

    def of(self, value: float) -> float:
        """The value in the other unit, without the dust of binary fractions."""
        return round(value * self.factor + self.addend, 12)


SAME = Linear(1.0, 0.0)


@lru_cache(maxsize=4096)
def conversion(source: str, target: str) -> Linear | None:
    """From one code to another; None where nothing is known that is exact."""
    if source == target:
        return SAME
    if source not in TABLE or target not in TABLE or TABLE[source][0] != TABLE[target][0]:
        return None
    (_what, factor, addend), (_same, per, offset) = TABLE[source], TABLE[target]
    return Linear(float(factor / per), float((addend - offset) / per))


@lru_cache(maxsize=4096)
def code(name: str | None, symbol: str | None, definition: str | None) -> str:
    """The UCUM code that a unit of a datastream means (OGC 18-088, section 8.2.4); its own text where it is no known one; empty: nothing told.

    Where symbol and definition are both known and say different things, nobody knows which is meant: then it is a unit of its own.
    """
    defined = (definition or "").strip()
    defined = _plain(defined.removeprefix("ucum:")) if defined.startswith("ucum:") else ""
    shown = _plain(symbol or "")
    if defined in TABLE and shown in TABLE and defined != shown:
        return f"{shown}, {defined}"
    return defined or shown or (name or "").strip()


def _plain(text: str) -> str:
    bare = text.strip()
    bare = SPELLINGS.get(bare, bare).translate(LETTERS)
    return SPELLINGS.get(bare, ANNOTATION.sub("", bare) or ("1" if bare else ""))


def code_of(unit: Mapping[str, Any] | None) -> str:
    """The same of a datastream's ``unitOfMeasurement``."""
    parts = (unit or {}).get("name"), (unit or {}).get("symbol"), (unit or {}).get("definition")
    return code(*(None if part is None else str(part) for part in parts))


def shown(unit: Mapping[str, Any] | None) -> str:
    """How people read it: the symbol, else the name."""
    return str((unit or {}).get("symbol") or (unit or {}).get("name") or "")


def fits(told: str, quantity: Quantity | None) -> bool:
    """Whether a code is the unit of the catalogue, in which its limits and guidelines stand. Nothing told counts as that."""
    return quantity is None or not told or not quantity.unit or told == _plain(quantity.unit)


def symbol(told: str, own: str, quantity: Quantity | None) -> str:
    """What people read behind a number: the catalogue's word, where its unit is meant."""
    return quantity.symbol if quantity is not None and fits(told, quantity) else own


def decimals(told: str, quantity: Quantity | None) -> int:
    """Digits after the comma that mean something: the catalogue's, moved as the unit moves the comma."""
    if quantity is None:
        return 1
    if fits(told, quantity):
        return quantity.decimals
    change = conversion(_plain(quantity.unit), told)
    if change is None:
        return max(1, quantity.decimals)
    return max(0, min(6, quantity.decimals - math.floor(math.log10(change.factor))))


# --- units by time ---


@dataclass(frozen=True, slots=True)
class Era:
    """A time in which a datastream had one unit: seconds since 1970, without the end; minus and plus infinity at the ends."""

    unit: Mapping[str, Any]
    since: float
    until: float

    @property
    def code(self) -> str:
        return code_of(self.unit)


def eras(present: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> tuple[Era, ...]:
    """All units of a datastream in the order of time; the last one is the present one."""
    found, since = [], -math.inf
    for each in earlier:
        until = datetime.fromisoformat(each["until"]).timestamp()
        found.append(Era(each["unit"], since, until))
        since = until
    return (*found, Era(present, since, math.inf))


def era_at(present: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]], seconds: float) -> Era:
    """The unit in which something was measured at that time (seconds since 1970)."""
    return next(era for era in eras(present, earlier) if seconds < era.until)


def changed(
    present: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]], unit: Mapping[str, Any], since: datetime | None,
    newest: datetime | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """The earlier units of a datastream that has another one since a moment (None: always). ``newest``: of when its last value is.

    What lies behind that moment is told anew. Units in which nothing was measured are not kept, so a mistake that is taken back at
    once leaves nothing.
    """
    if since is None or newest is None:
        return []
    kept: list[dict[str, Any]] = []
    for each in eras(present, earlier):
        until = min(each.until, since.timestamp())
        if until <= each.since or newest.timestamp() < each.since:  # nothing was measured in it
            continue
        if kept and code_of(kept[-1]["unit"]) == each.code:
            kept.pop()
        kept.append({"unit": dict(each.unit), "until": datetime.fromtimestamp(until, UTC).isoformat()})
    if kept and code_of(kept[-1]["unit"]) == code_of(unit):
        kept.pop()
    return kept
