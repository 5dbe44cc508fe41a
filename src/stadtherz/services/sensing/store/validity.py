# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What counts: the corrected result instead of the raw one, and flags. The same rule in SQL and in Python.

Suspect, withdrawn and maintenance values are shown, and left out of hours, days and profiles. Filled ones count and are
counted as such. A source says ``suspect`` in the quality of an observation, as a word or as
``{"flag": "suspect", "reason": …}``; what the town says (``correction``) goes before.
"""

from __future__ import annotations

import json
from enum import IntEnum
from typing import Any

from stadtherz.services.sensing.store.packing import Special
from stadtherz.services.sensing.store.readings import Content


class Flag(IntEnum):
    """What is known about a value."""

    VALID = 0
    SUSPECT = 1
    FILLED = 2
    MAINTENANCE = 3
    WITHDRAWN = 4


COUNTED = (Flag.VALID, Flag.FILLED)

LEFT_OUT = tuple(flag.name.lower() for flag in Flag if flag not in COUNTED)


def number_in(row: str) -> str:
    """The number that is valid now, as SQL over a row of observations or of latest values with this alias; null if it is none."""
    corrected = f"({row}.details #> '{{correction,result}}')"
    return f"""CASE WHEN {row}.details IS NULL OR {corrected} IS NULL THEN {row}.number
     WHEN jsonb_typeof({corrected}) = 'number' THEN {corrected}::float8 END"""


def value_in(row: str) -> str:
    """The result that is valid now and is no number, as SQL; null if it is one."""
    corrected = f"({row}.details #> '{{correction,result}}')"
    return f"""CASE WHEN {row}.details IS NULL OR {corrected} IS NULL THEN {row}.value
     WHEN jsonb_typeof({corrected}) <> 'number' THEN {corrected} END"""


def word_in(row: str) -> str:
    """What is known about the value, in the word of a ``Flag`` or of a source, as SQL; empty if nothing is."""
    return f"""coalesce({row}.details #>> '{{correction,flag}}', {row}.details #>> '{{quality,flag}}',
     {row}.details ->> 'quality', '')"""


def flag_in(row: str) -> str:
    """Its ``Flag``, as SQL."""
    cases = " ".join(f"WHEN '{flag.name.lower()}' THEN {flag:d}" for flag in Flag if flag is not Flag.VALID)
    return f"CASE WHEN {row}.details IS NULL THEN 0 ELSE CASE {word_in(row)} {cases} ELSE 0 END END"


def counts_in(row: str) -> str:
    """Whether its number counts, as SQL."""
    return f"{word_in(row)} NOT IN {LEFT_OUT}"


def judged(content: Content) -> tuple[float | None, Flag]:
    """The number that is valid now, and its flag."""
    number, _value, text, _feature = content
    if text is None:
        return number, Flag.VALID
    details: dict[str, Any] = json.loads(text)
    correction = details.get("correction", {})
    if "result" in correction:
        result = correction["result"]
        number = float(result) if isinstance(result, int | float) and not isinstance(result, bool) else None
    quality = details.get("quality")
    word = correction.get("flag") or (quality.get("flag") if isinstance(quality, dict) else quality)
    return number, Flag[word.upper()] if isinstance(word, str) and word in WORDS else Flag.VALID


WORDS = frozenset(flag.name.lower() for flag in Flag)


def counted(row: Special) -> float | None:
    """The number of a special row if it counts."""
    number, flag = judged(row.content)
    return number if flag in COUNTED else None
