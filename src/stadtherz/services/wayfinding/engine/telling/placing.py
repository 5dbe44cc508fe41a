# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where something is, as people say it: "in der Hauptstraße", "am Schlossweg", "bei „Oberer Sensenried“". The gender of a
German street is in its last word; of names that do not tell it, the name is said as it stands. Other languages use the
same keys and need no gender."""

import re
from functools import lru_cache
from typing import Final

from .phrases import Table

_FEMININE: Final = re.compile(
    r".*(?:straße|gasse|allee|zeile|promenade|brücke|treppe|steige|wiese|chaussee|anlage|passage|terrasse|trasse|siedlung|avenue"
    r"|schanze|staffel|stiege)(?: \d+)?",
    re.IGNORECASE,
)
_MASCULINE: Final = re.compile(
    r".*(?:weg|platz|markt|hof|ring|damm|pfad|steig|steg|park|tunnel|wall|anger|graben)(?: \d+)?", re.IGNORECASE
)
#: adjectives that are declined; those of towns ("Speyerer Straße") are not
_ADJECTIVE: Final = re.compile(
    r"((?:Ober|Unter|Alt|Neu|Groß|Klein|Lang|Kurz|Hinter|Vorder|Mittler|Hoh|Breit|Eng|Still|Schwarz|Rot|Grün|Weiß)e)(r?)"
    r" ((?:\S+er )?\S+)"
)
#: one goes neither "in den Marktplatz" nor "die Brücke entlang": these are streets that are called so
_PLACE: Final = re.compile(
    r".*(?:platz|markt|hof|anger|park|brücke|treppe|tunnel|steg|wiese|stiege|staffel)(?: \d+)?", re.IGNORECASE
)
#: names that say themselves where they are
_PREPOSITION: Final = re.compile(r"(?:Am|An|Auf|Bei|Beim|Hinter|Im|In|Ob|Unter|Unterm|Vor|Vorm|Zum|Zur|Zu|Über) .*")


@lru_cache(4096)
def where(name: str, near: str, words: Table) -> str:
    """With a space before it, to follow what is there; `near`: where it has no name, a street close to it."""
    if not (name or near):
        return words["nowhere"]
    gender, declined = _declined(name or near)
    return words[f"{'place' if name else 'near'}.{gender}"].format(name=declined if words["declined"] else name or near)


def crossed(name: str, words: Table) -> str:
    """The street that one crosses, as the object of the verb, with a space before it."""
    return accusative("cross", name, words)


def accusative(key: str, name: str, words: Table) -> str:
    """The phrase of a key with a street as German speaks of it after "entlang", "durch" and "in", where one goes into it."""
    gender, declined = _declined(name)
    if _PLACE.fullmatch(name):
        # nobody crosses a square from kerb to kerb, but the street at it
        gender = "place" if key == "cross" and gender == "masculine" else "other"
        return words[f"{key}.{gender}"].format(name=declined if gender == "place" and words["declined"] else name)
    return words[f"{key}.{gender}"].format(name=declined if gender == "masculine" and words["declined"] else name)


@lru_cache(4096)
def _declined(name: str) -> tuple[str, str]:
    """feminine, masculine or other; and the name in the dative where its gender is known."""
    if _PREPOSITION.fullmatch(name):
        return "other", name
    adjective = _ADJECTIVE.fullmatch(name)
    words = name.split(" ")
    dative = f"{adjective[1]}n {adjective[3]}" if adjective else name
    tells = adjective or len(words) == 1 or (len(words) == 2 and (words[0].endswith("er") or words[1].isdigit()))
    if not tells:
        return "other", name
    if _FEMININE.fullmatch(name):
        return "feminine", dative
    return ("masculine", dative) if _MASCULINE.fullmatch(name) else ("other", name)
