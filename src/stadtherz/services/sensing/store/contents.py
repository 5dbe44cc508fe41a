# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a reading stands in a row: its number, or another result as JSON, and the details that only some bring.

Judges everything that the database would refuse, so that a bad reading fails alone and with a reason.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from stadtherz.services.sensing.models import Datastream, ResultKind
from stadtherz.services.sensing.store.readings import Content, Reading, Refused

COUNT = "count"  # beside the forms of ResultKind: whole numbers, which this type stands for (18-088, table 12)
COUNT_TYPE = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation"
FORM = f"CASE WHEN observation_type = '{COUNT_TYPE}' THEN '{COUNT}' ELSE kind END"
EXACT = 2**53  # a double holds every integer up to here
MOST_BYTES = 64 * 1024


def content(reading: Reading) -> Content:
    """The columns ``number``, ``value``, ``details``, ``feature_id`` of a reading. Raises ``Refused``."""
    if reading.time.tzinfo is None:
        raise Refused(_("A time needs its zone, such as Z or +01:00."), "phenomenonTime")
    number, value = _result(reading.result)
    return number, value, _details(reading), reading.feature


def _result(result: Any) -> tuple[float | None, str | None]:
    kind = type(result)
    if kind is float:
        if not isfinite(result):
            raise Refused(_("The result is not a finite number (NaN or infinity)."), "result")
        return result, None
    if kind is int:
        if -EXACT <= result <= EXACT:
            return float(result), None
        try:
            return float(result), str(result)
        except (OverflowError, ValueError):
            raise Refused(_("The result is too large a number."), "result") from None
    return None, as_json(result, "result")


def as_json(thing: Any, field: str) -> str:
    """``thing`` as PostgreSQL's jsonb takes it. Raises ``Refused``."""
    try:
        text = json.dumps(thing, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        size = len(text.encode())
    except (ValueError, TypeError, RecursionError, UnicodeEncodeError):
        raise Refused(
            _("%(field)s holds something that JSON cannot say (such as NaN or half a character).") % {"field": field},
            field,
        ) from None
    if size > MOST_BYTES:
        raise Refused(_("%(field)s is larger than 64 kB.") % {"field": field}, field)
    if "\\u0000" in text and _has_nul(thing):
        raise Refused(_("%(field)s holds the character 0.") % {"field": field}, field)
    return text


def _has_nul(thing: Any) -> bool:
    if isinstance(thing, str):
        return "\0" in thing
    if isinstance(thing, dict):
        return any(_has_nul(key) or _has_nul(value) for key, value in thing.items())
    return isinstance(thing, list) and any(_has_nul(each) for each in thing)


def _details(reading: Reading) -> str | None:
    details: dict[str, Any] = {}
    if reading.end is not None:
        if reading.end < reading.time:
            raise Refused(_("The phenomenon time ends before it begins."), "phenomenonTime")
        details["end"] = as_text(reading.end)
    if reading.result_time is not None:
        details["result_time"] = as_text(reading.result_time)
    if reading.valid_time is not None:
        since, until = reading.valid_time
        if until < since:
            raise Refused(_("The valid time ends before it begins."), "validTime")
        details["valid_time"] = [as_text(since), as_text(until)]
    if reading.quality is not None:
        details["quality"] = reading.quality
    if reading.parameters is not None:
        details["parameters"] = reading.parameters
    return as_json(details, "details") if details else None


def as_text(time: datetime) -> str:
    """A time in UTC as it stands in details: always in the same words."""
    if time.tzinfo is None:
        raise Refused(_("A time needs its zone, such as Z or +01:00."), "time")
    text = time.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if time.microsecond else text) + "Z"


def form_of(stream: Datastream) -> str:
    """The form of results that a datastream takes: a ``ResultKind``, or ``COUNT``."""
    return COUNT if stream.observation_type == COUNT_TYPE else stream.kind


def fits(kind: str, number: float | None, value: str | None) -> Refused | None:
    """Why a datastream of this kind does not take the result; None if it does. JSON's null always fits."""
    if value == "null" or kind == ResultKind.ANY:
        return None
    good: dict[str, bool] = {
        COUNT: number is not None and number.is_integer(),
        ResultKind.NUMBER: number is not None,
        ResultKind.TRUTH: value in ("true", "false"),
        ResultKind.TEXT: value is not None and value.startswith('"'),
    }
    return None if good[kind] else Refused(reason_of(kind), "result")


def reason_of(kind: str) -> str:
    """What a datastream of this form says to another form of result."""
    said: dict[str, str] = {
        COUNT: _("This datastream counts: it takes whole numbers."),
        ResultKind.NUMBER: _("This datastream takes numbers."),
        ResultKind.TRUTH: _("This datastream takes true or false."),
        ResultKind.TEXT: _("This datastream takes text."),
        ResultKind.ANY: "",
    }
    return said[kind]


def same(one: Content, other: Content) -> bool:
    """Whether two contents are the same delivery. What the town says about a value (``correction``) does not count."""
    if one[0] != other[0] or one[3] != other[3]:
        return False
    if (one[1] is None) != (other[1] is None) or (one[1] is not None and _loaded(one[1]) != _loaded(other[1])):
        return False
    return _delivered(one[2]) == _delivered(other[2])


def _loaded(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _delivered(details: str | None) -> Any:
    loaded = _loaded(details) or {}
    return {name: each for name, each in loaded.items() if name != "correction"}
