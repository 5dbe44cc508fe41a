# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One spelling for what people type and what maps say: umlauts, ß, hyphens, and the abbreviations of German addresses.

Pure text, no database. ``spelling`` keeps words apart, ``compact`` does not ("Karl-Marx-Str" and "Karlmarxstraße").
"""

import re
import unicodedata
from collections.abc import Iterable

MAX_LENGTH = 200
# a whole word -> what it stands for
WORDS = {
    "str": "strasse",
    "st": "sankt",
    "skt": "sankt",
    "pl": "platz",
    "doktor": "dr",
    "professor": "prof",
    "burgermeister": "bgm",
    "hbf": "hauptbahnhof",
    "bhf": "bahnhof",
    "krkhs": "krankenhaus",
    "kh": "krankenhaus",
    "kiga": "kindergarten",
}
# the end of a longer word -> what it stands for; those with a dot only when a dot follows
ENDINGS = (("strasse", "strasse"), ("str", "strasse"))
DOTTED_ENDINGS = (("pl", "platz"), ("w", "weg"), ("g", "gasse"), ("all", "allee"), ("str", "strasse"))
_UMLAUTS = str.maketrans({"ä": "\0a", "ö": "\0o", "ü": "\0u", "ß": "ss", "æ": "\0a", "œ": "\0o", "ø": "\0o"})
_DIGRAPH = re.compile(r"(?<!\0)([aou])e")
_SEPARATOR = re.compile(r"[^0-9a-z.]+")


def fold(text: str) -> str:
    """Lower case, without accents, with ae/ä, oe/ö, ue/ü and ss/ß alike. The beginning of a text folds to the beginning."""
    text = unicodedata.normalize("NFC", text[: MAX_LENGTH * 2]).lower().translate(_UMLAUTS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _DIGRAPH.sub(r"\1", plain).replace("\0", "")


def words(text: str) -> list[str]:
    """The folded words with abbreviations written out; ``12a`` stays one word, hyphens and dots part words."""
    found: list[str] = []
    for piece in _SEPARATOR.split(fold(text)):
        parts = piece.split(".")
        for index, word in enumerate(parts):
            if word:
                found.append(_written_out(word, dotted=index < len(parts) - 1))
    return found


def _written_out(word: str, *, dotted: bool) -> str:
    if word in WORDS:
        return WORDS[word]
    for ending, whole in (*DOTTED_ENDINGS, *ENDINGS) if dotted else ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + whole
    return word


def spelling(text: str) -> str:
    """The words in one spelling, with single blanks."""
    return " ".join(words(text))[:MAX_LENGTH]


def compact(text: str) -> str:
    """The spelling without blanks."""
    return spelling(text).replace(" ", "")


def typed_forms(text: str) -> list[str]:
    """Spellings to look for while somebody types: a last word that may be unfinished is also taken as it stands.

    "Eisenbahns" is no abbreviation, "St" may begin "Steinstraße".
    """
    whole = spelling(text)
    forms = [whole]
    folded = fold(text).rstrip()
    if folded and folded[-1] not in ".,":
        raw = [w for w in re.split(r"[^0-9a-z]+", folded) if w]
        if raw:
            before = words(" ".join(raw[:-1])) if len(raw) > 1 else []
            forms.append(" ".join([*before, raw[-1]])[:MAX_LENGTH])
    return unique(forms)


def number_key(number: str) -> str:
    """A house number in one spelling: "12 A", "12a" and "12 a" are alike; "12-14" and "12/1" keep their sign."""
    return re.sub(r"[^0-9a-z/\-]", "", fold(number).replace("–", "-"))[:30]


def unique(texts: Iterable[str]) -> list[str]:
    """The texts without empty ones and repetitions, in their order."""
    return list(dict.fromkeys(text for text in texts if text))
