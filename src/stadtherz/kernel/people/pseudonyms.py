# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which public names people may take. Two names that a reader could mistake for each other are one name.

After Unicode Technical Standard 39: one script a name (section 5.1), and a skeleton (section 4) under which names are
unique. The table of look-alikes holds the letters of the three allowed scripts, not all of Unicode.
"""

from __future__ import annotations

import secrets
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SHORTEST, LONGEST = 3, 40
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
SEPARATORS = " .-_"

# Words that make a name sound like the town hall or like us; compared with what remains of a name without separators.
OFFICIAL = (
    "stadtverwaltung", "verwaltung", "moderation", "moderator", "admin", "redaktion", "rathaus", "buergermeister",
    "oberbuergermeister", "stadtherz", "ortsvorsteher", "ortsbeirat", "stadtrat", "kreisverwaltung", "gemeinde",
    "behoerde", "ordnungsamt", "polizei", "support", "system", "townhall", "mayor", "official", "geloescht",
)  # fmt: skip
RESERVED = frozenset(
    {"stadt", "kommune", "landkreis", "root", "amt", "team", "anonym", "anonymous", "deleted", "staff"}
)

_LOOKALIKES: dict[str, str | int | None] = {
    "1": "l", "i": "l", "|": "l", "ı": "l", "0": "o", "5": "s", "ß": "ss",
    # Cyrillic
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "e", "һ": "h", "н": "h", "і": "l", "ї": "l", "ј": "j",
    "к": "k", "ӏ": "l", "м": "m", "о": "o", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t", "у": "y", "ү": "y", "х": "x",
    "ѡ": "w", "г": "r", "п": "n",
    # Greek
    "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "l", "κ": "k", "μ": "u", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
    "υ": "u", "χ": "x", "ω": "w", "γ": "y", "ζ": "z",
}  # fmt: skip
_LOOKS_LIKE = str.maketrans(_LOOKALIKES)


def skeleton(pseudonym: str) -> str:
    """What a reader remembers of a name: equal for names that look alike (UTS 39, section 4)."""
    folded = unicodedata.normalize("NFKC", pseudonym).casefold().translate(_LOOKS_LIKE)
    without = "".join(letter for letter in folded if letter not in SEPARATORS)
    return without.replace("rn", "m").replace("vv", "w")


def _plain(pseudonym: str) -> str:
    """The skeleton without accents and umlauts, to find official words under "Ádmin" or "Bürgermeister"."""
    spelt = pseudonym.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    decomposed = unicodedata.normalize("NFD", spelt)
    return skeleton("".join(letter for letter in decomposed if not unicodedata.combining(letter)))


_OFFICIAL_SKELETONS = tuple(skeleton(word) for word in OFFICIAL)
_RESERVED_SKELETONS = frozenset(skeleton(word) for word in RESERVED)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]


def clean_pseudonym(written: str) -> str:
    """The name to store, or ``ValidationError`` that says what to change. Whether it is taken is asked elsewhere."""
    if not written.isprintable():
        raise ValidationError(_("The pseudonym contains a character that cannot be seen. Please type it anew."))
    name = " ".join(unicodedata.normalize("NFKC", written).split())
    if len(name) < SHORTEST:
        raise ValidationError(_("A pseudonym has at least 3 characters."))
    if len(name) > LONGEST:
        raise ValidationError(_("A pseudonym has at most 40 characters."))
    letters = [letter for letter in name if letter.isalpha()]
    if not all(letter.isalpha() or letter in "0123456789" or letter in SEPARATORS for letter in name):
        raise ValidationError(_("Letters, digits, spaces, dots, hyphens and underscores can be used."))
    if len(letters) < 2 or name[0] in SEPARATORS or name[-1] in "-_":
        raise ValidationError(_("A pseudonym starts and ends with a letter or digit and has at least 2 letters."))
    scripts = {_script(letter) for letter in letters}
    if len(scripts) > 1 or scripts - set(SCRIPTS):
        raise ValidationError(_("Please use the letters of one alphabet: Latin, Greek or Cyrillic."))
    plain = _plain(name)
    if plain in _RESERVED_SKELETONS or any(word in plain for word in _OFFICIAL_SKELETONS):
        raise ValidationError(_("This name could be mistaken for the administration. Please choose another."))
    return name


def pseudonym_for_paper() -> str:
    """A public name for somebody who gave none on paper; the clerk may replace it."""
    return f"Auf Papier {secrets.randbelow(900_000) + 100_000}"
