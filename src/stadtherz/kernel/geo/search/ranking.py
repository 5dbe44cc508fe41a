# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How well a name fits what was typed, from 0 to 100. Pure: the database only fetches candidates."""

from collections.abc import Sequence

from stadtherz.kernel.geo.search.query import Reading


def fit(reading: Reading, spelling: str, locality: str) -> float:
    """100 for the very name, less for its beginning, its words, its likeness; the place's words add or take a little."""
    best = max(name_fit(form, spelling) for form in reading.forms)
    known = locality.split()
    for word in reading.where:
        best += 2 if any(k.startswith(word) for k in known) else -6
    return best


def name_fit(form: str, spelling: str) -> float:
    """How well one spelling of what was typed fits a name."""
    typed, name = form.replace(" ", ""), spelling.replace(" ", "")
    if typed == name:
        return 100.0
    if name.startswith(typed):
        return 92.0 - 14.0 * (1 - len(typed) / len(name))
    words = spelling.split()
    if all(any(word.startswith(part) for word in words) for part in form.split()):
        return 80.0 - 12.0 * (1 - min(1.0, len(typed) / len(name)))
    return 72.0 * max(likeness(form, spelling), likeness(form, spelling[: len(form) + 1]) - 0.03)


def likeness(one: str, two: str) -> float:
    """Shared trigrams, as pg_trgm counts them: each word with two blanks before and one after."""
    left, right = _trigrams(one.split()), _trigrams(two.split())
    if not left or not right:
        return 0.0
    return len(left & right) / len(left | right)


def _trigrams(words: Sequence[str]) -> set[str]:
    return {padded[i : i + 3] for padded in (f"  {word} " for word in words) for i in range(len(padded) - 2)}
