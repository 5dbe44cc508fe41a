# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turns what a device or a network calls a value into the result of a datastream, or says why it is none."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.ingest.messages import NotAMessage, Result
from stadtherz.services.sensing.models import ResultKind

# What manufacturers write for the two states of a contact, a leak, a relay.
STATES = {
    "true": True, "yes": True, "on": True, "open": True, "h": True, "high": True, "leak": True, "trigger": True,
    "false": False, "no": False, "off": False, "closed": False, "close": False, "l": False, "low": False, "normal": False,
}  # fmt: skip
LONGEST_TEXT = 2000


def as_result(value: Result, kind: str, *, scale: float = 1.0, offset: float = 0.0) -> Result:
    """``value`` in the form of the datastream. Raises ``NotAMessage`` for what has no such form, and for NaN and infinity."""
    if value is None:
        raise NotAMessage(_("The message has no value in this field."))
    if kind == ResultKind.NUMBER:
        return _number(value, scale, offset)
    if kind == ResultKind.TRUTH:
        truth = STATES.get(value.strip().lower()) if isinstance(value, str) else value
        if truth in (0, 1):
            return bool(truth)
        raise NotAMessage(_("“%(value)s” is neither yes nor no."), value=value)
    if kind == ResultKind.TEXT:
        text = str(value)
        if len(text) > LONGEST_TEXT:
            raise NotAMessage(_("The text is longer than %(longest_text)s characters."), longest_text=LONGEST_TEXT)
        return text
    if isinstance(value, float) and not math.isfinite(value):
        raise NotAMessage(_("The value is not a finite number."))
    return value


def _number(value: Any, scale: float, offset: float) -> float | int:
    if isinstance(value, bool):
        value = int(value)
    elif isinstance(value, str):
        state = STATES.get(value.strip().lower())
        try:
            value = int(state) if state is not None else float(value)
        except ValueError:
            raise NotAMessage(_("“%(value)s” is not a number."), value=value) from None
    elif not isinstance(value, int | float):
        raise NotAMessage(_("The value is not a number."))
    if not _is_finite(value):
        raise NotAMessage(_("The value is not a finite number (NaN or infinity)."))
    if scale == 1.0 and offset == 0.0:
        return int(value) if isinstance(value, int) else float(value)
    found = float(f"{value * scale + offset:.12g}")  # 99870 Pa are 998.7 hPa, not 998.7000000000001
    if not math.isfinite(found):
        raise NotAMessage(_("The converted value is not a finite number."))
    return found


def _is_finite(value: float | int) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer that no double can hold
        return False
