# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Splits the text of ``$filter`` and ``$orderby`` into words, each with its position (OData 4.0 ABNF; 18-088, 9.3.3.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from stadtherz.services.sensing.sta.errors import bad

LONGEST = 16_000  # characters; a filter that is longer is no question of a person
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+\- ]\d\d(?::?\d\d)?)?"
LENGTH = r"P(?=[\dT])[\d.YMWD]*(?:T[\d.HMS]+)?"


class Word(Enum):
    """What a word is."""

    SPAN = "interval"
    TIME = "time"
    DATE = "date"
    CLOCK = "time of day"
    NUMBER = "number"
    TEXT = "text"
    GEOMETRY = "geometry"
    DURATION = "duration"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A word and where it stands."""

    word: Word
    text: str
    position: int


PATTERN = re.compile(
    rf"""(?P<SPAN>{TIME}/(?:{TIME}|{LENGTH})|{LENGTH}/{TIME})
    |(?P<TIME>{TIME})
    |(?P<DATE>\d{{4}}-\d\d-\d\d)(?![\d:])
    |(?P<CLOCK>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)
    |(?P<NUMBER>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?!\w)
    |(?P<GEOMETRY>(?:geography|geometry)'(?:[^']|'')*')
    |(?P<DURATION>duration'(?:[^']|'')*')
    |(?P<TEXT>'(?:[^']|'')*')
    |(?P<NAME>[@$]?[^\W\d][\w.@\-]*)
    |(?P<SIGN>[(),/:\[\]\-])
    |(?P<BLANK>\s+)""",
    re.IGNORECASE | re.VERBOSE,
)


def tokens(text: str, option: str) -> list[Token]:
    """All words of ``text``. Raises 400 with the position of what is none."""
    if len(text) > LONGEST:
        raise bad(f"{option} is longer than {LONGEST} characters.", LONGEST, option=option)
    found, at = [], 0
    while at < len(text):
        match = PATTERN.match(text, at)
        if match is None:
            what = "This text has no closing quote." if text[at] == "'" else f"{text[at]!r} is not understood here."
            raise bad(what, at, option=option)
        kind = match.lastgroup or ""
        if kind != "BLANK":
            found.append(Token(Word[kind], match.group(), at))
        at = match.end()
    found.append(Token(Word.END, "", len(text)))
    return found
