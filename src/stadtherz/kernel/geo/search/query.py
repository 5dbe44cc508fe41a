# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes a typed line apart: street or name, house number, postcode, place. Several readings where it is not certain."""

import re
import unicodedata
from dataclasses import dataclass

from stadtherz.kernel.geo.search.spelling import number_key, spelling, typed_forms, unique

MAX_TYPED = 160
_POSTCODE = re.compile(r"\b\d{5}\b")
_NUMBER = re.compile(r"\s+(\d{1,4}(?:\s?[a-zA-Z])?(?:\s?[-/–]\s?\d{1,4}\s?[a-zA-Z]?)?)(?=$|[\s,])")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand the line: spellings of the name, the house number if any, and words that say where."""

    forms: tuple[str, ...]
    number: str = ""
    where: tuple[str, ...] = ()


def tidy(typed: str) -> str:
    """What was typed, without control characters, at most ``MAX_TYPED`` long."""
    clean = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in typed[: MAX_TYPED * 4])
    return " ".join(clean.split())[:MAX_TYPED]


def readings(typed: str, localities: frozenset[str]) -> list[Reading]:
    """The readings of a typed line, the likeliest first. ``localities`` are the spellings of known place names."""
    line = tidy(typed)
    where = tuple(_POSTCODE.findall(line))
    line = _POSTCODE.sub(" ", line)
    head, _, tail = line.partition(",")
    if not head.strip():
        head, tail = tail.replace(",", " "), ""
    where += tuple(spelling(tail.replace(",", " ")).split())
    found: list[Reading] = []
    for number in reversed(list(_NUMBER.finditer(head))):
        street, rest = head[: number.start()], head[number.end() :]
        if spelling(street):
            found += _placed(street, number_key(number[1]), (*where, *spelling(rest).split()), localities)
    found += _placed(head, "", where, localities)
    return [reading for reading in found if reading.forms]


def _placed(name: str, number: str, where: tuple[str, ...], localities: frozenset[str]) -> list[Reading]:
    """With the name as it stands, and without a place name at its end ("Rathaus Kaiserslautern") or beginning."""
    forms = typed_forms(name) if not number else unique([spelling(name)])
    found = [Reading(tuple(forms), number, where)]
    words = spelling(name).split()
    for count in (3, 2, 1):
        if len(words) > count and " ".join(words[-count:]) in localities:
            found.append(Reading((" ".join(words[:-count]),), number, (*where, *words[-count:])))
            break
        if len(words) > count and " ".join(words[:count]) in localities:
            found.append(Reading((" ".join(words[count:]),), number, (*where, *words[:count])))
            break
    return found
