# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the tables of the handbook's pages on profiles, in both languages, from the profiles themselves: ``python -m tests.checks.profile_tables``."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any

from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.profiles import Limits, Unknown
from stadtherz.services.wayfinding.engine.telling.phrases import DE, EN, SMOOTHNESS_KEYS, SURFACE_KEYS
from stadtherz.services.wayfinding.engine.vocabulary import Smoothness, Surface

HANDBOOK = Path(__file__).resolve().parents[2] / "docs" / "handbook"
PAGES = {"en": HANDBOOK / "profiles.md", "de": HANDBOOK / "de" / "profiles.md"}
BEGIN, END = "<!-- the tables begin -->", "<!-- the tables end -->"
NAMES = {
    "kerb_up_mm": ("kerb up", "Bordstein hinauf"), "kerb_down_mm": ("kerb down", "Bordstein hinunter"),
    "incline_up_permille": ("slope up", "Steigung"), "incline_down_permille": ("slope down", "Gefälle"),
    "steep_permille": ("steep is more than", "steil ist mehr als"), "steep_metres": ("steep for at most", "steil höchstens"),
    "width_cm": ("width", "Breite"), "turning_cm": ("room to turn", "Platz zum Wenden"), "surface": ("ground", "Boden"),
    "smoothness": ("evenness", "Ebenheit"), "tracktype": ("field track, grade", "Feldweg, Grad"), "steps": ("steps in a row", "Stufen am Stück"),
    "handrail": ("handrail", "Handlauf"), "ramp": ("ramp instead of steps", "Rampe statt Stufen"), "no_lifts": ("no lifts", "keine Aufzüge"),
    "no_escalators": ("no escalators", "keine Rolltreppen"), "crossing": ("crossing of busy streets", "Querung belebter Straßen"),
    "sound": ("lights with sound", "Ampel mit Ton"), "tactile": ("tactile paving", "Bodenindikatoren"), "island": ("island", "Mittelinsel"),
    "light": ("light", "Licht"), "wheels": ("no stile, turnstile, kissing gate", "kein Überstieg, Drehkreuz, Umlaufgitter"),
}  # fmt: skip
UNKNOWN = {
    "surface": "Boden", "smoothness": "Ebenheit", "width": "Breite", "incline": "Steigung", "kerb": "Bordstein", "steps": "Stufen",
    "crossing": "Querung", "light": "Licht", "turning": "Wenden",
}  # fmt: skip
GERMAN = {
    "allow": "erlaubt", "cost": "teurer", "avoid": "gemieden", "forbid": "verboten", "wheelchair": "für den Rollstuhl",
    "pram": "für den Kinderwagen", "signals": "Ampel", "marked": "markiert", "never beyond": "nie darüber",
    "rather not beyond": "lieber nicht darüber",
}  # fmt: skip


def _word(text: str, language: str) -> str:
    return text if language == "en" else GERMAN[text]


def _figure(name: str, value: Any, language: str) -> str:
    phrases, worst = (EN, "at worst") if language == "en" else (DE, "schlimmstens")
    if isinstance(value, Surface):
        return f"{worst} {phrases[SURFACE_KEYS[value]]}"
    if isinstance(value, Smoothness):
        return f"{worst} {phrases[SMOOTHNESS_KEYS[value]]}"
    if isinstance(value, bool):
        return "needed" if language == "en" else "nötig"
    if isinstance(value, IntEnum):
        least = "at least" if language == "en" else "mindestens"
        return f"{least} {_word(value.name.lower(), language)}"
    for ending, factor, unit in (("_mm", 10, "cm"), ("_permille", 10, "%"), ("_cm", 1, "cm"), ("_metres", 1, "m")):
        if name.endswith(ending):
            return f"{_number(value / factor, language)} {unit}"
    return str(value)


def _number(value: float, language: str) -> str:
    return f"{value:g}" if language == "en" else f"{value:g}".replace(".", ",")


def _cell(limits: Limits, name: str, language: str) -> str:
    value = getattr(limits, name)
    return "" if value is None or value is False else _figure(name, value, language)


def tables(language: str) -> str:
    """Each profile with its hard and soft limits, what unknown means to it, and its pace."""
    parts, german = [], language == "de"
    for key, preset in PRESETS.items():
        profile = preset.profile
        lines = [
            f"### {preset.title[language]} (`{key}`)",
            "",
            f"{preset.reason[language]} {preset.source.get(language, '')}".strip(),
            "",
        ]
        rows = [(name, _cell(profile.hard, name, language), _cell(profile.soft, name, language)) for name in NAMES]
        rows = [row for row in rows if row[1] or row[2]]
        if rows:
            heads = (_word("never beyond", language), _word("rather not beyond", language))
            lines += [f"| | {heads[0]} | {heads[1]} |", "|---|---|---|"]
            lines += [f"| {NAMES[name][german]} | {hard} | {soft} |" for name, hard, soft in rows]
            lines.append("")
        unknown = ", ".join(
            f"{word if german else name} {_word(Unknown(getattr(profile.unknown, name)).name.lower(), language)}"
            for name, word in UNKNOWN.items()
        )
        pace = f"{_number(profile.pace.level_kmh, language)} km/h"
        lines.append(
            f"Was niemand weiß: {unknown}. Auf ebenem Asphalt: {pace}."
            if german
            else f"What nobody knows: {unknown}. On level asphalt: {pace}."
        )
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def with_tables(text: str, language: str) -> str:
    """The page with its tables as they should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables(language)}\n\n{END}{after}"


if __name__ == "__main__":
    for language, page in PAGES.items():
        page.write_text(with_tables(page.read_text(encoding="utf-8"), language), encoding="utf-8")
