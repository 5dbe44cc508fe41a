# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every way in hands to the store: a ``Reading``; and what it hears: ``Written``, or why it was ``Refused``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

Json = float | int | bool | str | dict | list | None
Content = tuple[float | None, str | None, str | None, int | None]  # a row's number, value, details, feature


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation on its way in. ``time`` is the phenomenon time, or its start when there is an ``end``; aware.

    ``result`` None is JSON's null: the sensor reported that it has no value.
    """

    datastream: int
    time: datetime
    result: Json
    end: datetime | None = None
    result_time: datetime | None = None
    valid_time: tuple[datetime, datetime] | None = None
    quality: object | None = None
    parameters: dict[str, object] | None = None
    feature: int | None = None


class State(Enum):
    """What became of a reading: stored now, or there already with the same content."""

    NEW = "new"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Written:
    """The reading is stored under this identifier."""

    id: str
    state: State


class Refused(Exception):
    """The reading was not stored. ``reason`` is for people, ``field`` says which part of the reading is meant."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


Outcome = Written | Refused
