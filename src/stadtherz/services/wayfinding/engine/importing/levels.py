# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Storeys as maps write them: "0;1", "-1-0", "0-2", "0.5", "B1". Source: OpenStreetMap wiki, Key:level."""

import re
from functools import lru_cache
from typing import Final

_NUMBER: Final = r"[-−]?\d{1,3}(?:\.\d{1,2})?"
_ONE: Final = re.compile(rf"^{_NUMBER}$")
_RANGE: Final = re.compile(rf"^({_NUMBER})\s*(?:-|–|to|\.\.)\s*({_NUMBER})$")
_BELOW: Final = re.compile(r"^(?:b|ug|-)(\d{1,2})f?$")
#: the storey by its letter on the button of a lift, where that says how many it is above or below the ground
_WORDS: Final = {"g": 0.0, "gf": 0.0, "eg": 0.0, "rdc": 0.0, "ug": -1.0}
#: no house has more
_MOST: Final = 200


@lru_cache(maxsize=4096)
def read_levels(text: str) -> tuple[float, ...]:
    """The storeys, in the order in which the map names them; none where it names none, or one that nobody can count."""
    found: list[float] = []
    for part in text[:_MOST].lower().split(";"):
        word = part.strip()
        if _ONE.match(word):
            found.append(_number(word))
        elif match := _RANGE.match(word):
            found += _between(_number(match[1]), _number(match[2]))
        elif match := _BELOW.match(word):
            found.append(-float(match[1]))
        elif word in _WORDS:
            found.append(_WORDS[word])
        elif word:
            return ()
    return tuple(dict.fromkeys(found))


def _between(first: float, last: float) -> list[float]:
    """Whole storeys from one to the other, both ends included."""
    step = 1 if last >= first else -1
    count = int(abs(last - first))
    return [*(first + step * number for number in range(min(count, _MOST) + 1)), last]


def _number(text: str) -> float:
    return float(text.replace("−", "-"))
