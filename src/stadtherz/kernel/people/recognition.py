# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a clerk's entry is recognised as a person who was entered before: name, year of birth and street, as one key.

The key is unique per municipality, so that somebody who signs a paper list at two stands counts once. Spelling that
differs from clerk to clerk (umlauts, "Str.", capitals, order of names) does not make a second person.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_TITLES = frozenset({"dr", "prof", "herr", "frau", "mr", "mrs", "ms"})


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SPELT)
    decomposed = unicodedata.normalize("NFD", folded)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def normalised_name(name: str) -> str:
    """The words of a name without titles; "Muster, Ina" and "Ina Muster" are the same."""
    last, comma, first = name.partition(",")
    words = re.findall(r"\w+", _letters(f"{first} {last}" if comma else name))
    return " ".join(word for word in words if word not in _TITLES)


def normalised_street(address: str) -> str:
    """Street and number: "Eisenbahnstr. 12 a, 67655 Kaiserslautern" and "Eisenbahnstraße 12a" are the same."""
    street = _letters(address).partition(",")[0]
    street = re.sub(r"str(?:asse|\.|\b)", "str", street)
    street = re.sub(r"(\d)\s+([a-z])\b", r"\1\2", street)
    return re.sub(r"[^a-z0-9]+", "", street)


def recognition_key(*, name: str, birth_year: int | None, address: str) -> str:
    """SHA-256 over the normalised parts; 64 characters."""
    parts = (normalised_name(name), str(birth_year or ""), normalised_street(address))
    return sha256("\x1f".join(parts).encode()).hexdigest()
