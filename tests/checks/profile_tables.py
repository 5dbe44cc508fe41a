# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the tables of docs/handbook/profiles.md from the profiles themselves: ``python -m tests.checks.profile_tables``."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any

from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.profiles import Limits, Unknown
from stadtherz.services.wayfinding.engine.telling.phrases import EN, SMOOTHNESS_KEYS, SURFACE_KEYS
from stadtherz.services.wayfinding.engine.vocabulary import Smoothness, Surface

PAGE = Path(__file__).resolve().parents[2] / "docs" / "handbook" / "profiles.md"
BEGIN, END = "<!-- the tables begin -->", "<!-- the tables end -->"
NAMES = {
    "kerb_up_mm": "kerb up", "kerb_down_mm": "kerb down", "incline_up_permille": "slope up",
    "incline_down_permille": "slope down", "steep_permille": "steep is more than", "steep_metres": "steep for at most",
    "width_cm": "width", "turning_cm": "room to turn", "surface": "ground", "smoothness": "evenness", "tracktype": "field track, grade",
    "steps": "steps in a row", "handrail": "handrail", "ramp": "ramp instead of steps", "no_lifts": "no lifts",
    "no_escalators": "no escalators", "crossing": "crossing of busy streets", "sound": "lights with sound",
    "tactile": "tactile paving", "island": "island", "light": "light", "wheels": "no stile, turnstile, kissing gate",
}  # fmt: skip


def _figure(name: str, value: Any) -> str:
    if isinstance(value, Surface):
        return f"at worst {EN[SURFACE_KEYS[value]]}"
    if isinstance(value, Smoothness):
        return f"at worst {EN[SMOOTHNESS_KEYS[value]]}"
    if isinstance(value, bool):
        return "needed"
    if isinstance(value, IntEnum):
        return f"at least {value.name.lower()}"
    for ending, factor, unit in (("_mm", 10, "cm"), ("_permille", 10, "%"), ("_cm", 1, "cm"), ("_metres", 1, "m")):
        if name.endswith(ending):
            return f"{value / factor:g} {unit}"
    return str(value)


def _cell(limits: Limits, name: str) -> str:
    value = getattr(limits, name)
    return "" if value is None or value is False else _figure(name, value)


def tables() -> str:
    """Each profile with its hard and soft limits, what unknown means to it, and its pace."""
    parts = []
    for key, preset in PRESETS.items():
        profile = preset.profile
        lines = [
            f"### {preset.title['en']} (`{key}`)",
            "",
            f"{preset.reason['en']} {preset.source.get('en', '')}".strip(),
            "",
        ]
        rows = [(name, _cell(profile.hard, name), _cell(profile.soft, name)) for name in NAMES]
        rows = [row for row in rows if row[1] or row[2]]
        if rows:
            lines += ["| | never beyond | rather not beyond |", "|---|---|---|"]
            lines += [f"| {NAMES[name]} | {hard} | {soft} |" for name, hard, soft in rows]
            lines.append("")
        unknown = [
            f"{name} {Unknown(getattr(profile.unknown, name)).name.lower()}"
            for name in ("surface", "smoothness", "width", "incline", "kerb", "steps", "crossing", "light", "turning")
        ]
        lines.append(f"What nobody knows: {', '.join(unknown)}. On level asphalt: {profile.pace.level_kmh:g} km/h.")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def with_tables(text: str) -> str:
    """The page with its tables as they should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
