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

# Over columns of sensing_observation with the alias o.
CORRECTED = "(o.details #> '{correction,result}')"
NUMBER = f"""CASE WHEN o.details IS NULL OR {CORRECTED} IS NULL THEN o.number
     WHEN jsonb_typeof({CORRECTED}) = 'number' THEN {CORRECTED}::float8 END"""
VALUE = f"""CASE WHEN o.details IS NULL OR {CORRECTED} IS NULL THEN o.value
     WHEN jsonb_typeof({CORRECTED}) <> 'number' THEN {CORRECTED} END"""
FLAG = """CASE WHEN o.details IS NULL THEN 0 ELSE
     CASE coalesce(o.details #>> '{correction,flag}', o.details #>> '{quality,flag}', o.details ->> 'quality')
     WHEN 'suspect' THEN 1 WHEN 'filled' THEN 2 WHEN 'maintenance' THEN 3 WHEN 'withdrawn' THEN 4 ELSE 0 END END"""


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
