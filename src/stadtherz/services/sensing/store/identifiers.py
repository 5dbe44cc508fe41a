# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The identifier of an observation, made of its datastream, its phenomenon time and its sequence; no number is stored.

``7-i4x0fbd1c0`` is the observation of datastream 7 whose time is ``i4x0fbd1c0`` microseconds after 1970 in base 36;
``_`` stands before times earlier than 1970 (no digit, for the times of 2044 to 2047 begin with ``n``), ``-1``, ``-2`` … behind the second, third … observation of the same time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from stadtherz.services.sensing.store.moments import microseconds, moment

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
SIX = 46656**2
THREE = [a + b + c for a in DIGITS for b in DIGITS for c in DIGITS]
SHAPE = re.compile(r"([1-9][0-9]{0,9})-(_?)(0|[1-9a-z][0-9a-z]{0,11})(?:-([1-9][0-9]{0,4}))?")


class UnknownIdentifier(ValueError):
    """This is no identifier of an observation."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where an observation stands."""

    datastream: int
    time: datetime
    sequence: int = 0


def written(datastream: int, micros: int, sequence: int = 0) -> str:
    """The identifier as text."""
    high, low = divmod(micros, SIX)
    if high > 0:
        digits = f"{_digits(high)}{THREE[low // 46656]}{THREE[low % 46656]}"
    else:
        digits = _digits(micros) if micros >= 0 else f"_{_digits(-micros)}"
    return f"{datastream}-{digits}-{sequence}" if sequence else f"{datastream}-{digits}"


@lru_cache(maxsize=10_000)
def _digits(number: int) -> str:
    """Base 36. The first digits of a time are the same for half an hour, so that they are seldom worked out."""
    digits = ""
    while number >= 46656:
        number, low = divmod(number, 46656)
        digits = THREE[low] + digits
    return (THREE[number] + digits).lstrip("0") or "0"


def identifier(datastream: int, time: datetime, sequence: int = 0) -> str:
    """The identifier of the observation of ``datastream`` at ``time``."""
    return written(datastream, microseconds(time), sequence)


def understood(text: str) -> Key:
    """What an identifier says. Only the form that ``written`` gives is understood. Raises ``UnknownIdentifier``."""
    match = SHAPE.fullmatch(text)
    if match is None:
        raise UnknownIdentifier(text)
    datastream, sign, digits, sequence = match.groups()
    micros = -int(digits, 36) if sign else int(digits, 36)
    try:
        key = Key(int(datastream), moment(micros), int(sequence or 0))
    except OverflowError:
        raise UnknownIdentifier(text) from None
    if key.datastream > 2**31 - 1 or key.sequence > 32767 or (sign and micros == 0):
        raise UnknownIdentifier(text)
    return key
