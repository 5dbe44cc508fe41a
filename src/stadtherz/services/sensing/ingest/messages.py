# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every way in makes of its input: a message of a device, with values by field or the frame that holds them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.reasons import Explained
from stadtherz.services.sensing.store.moments import AHEAD

Result = float | int | bool | str | dict[str, Any] | list[Any] | None

OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


class NotAMessage(Explained):
    """What arrived cannot be understood; the message says why, in words for a clerk."""


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """Values that one device measured at one time.

    ``mark`` is the same for the same message, whatever way it comes a second time; empty: made of time and content.
    ``values`` are None as long as only the ``payload`` is known. ``flags`` say something about single fields.
    ``called`` and ``model``: what the network calls the device, and its kind, for whoever adopts it; empty where it does not say.
    """

    device: str
    time: datetime
    values: Mapping[str, Result] | None = None
    payload: bytes = b""
    port: int | None = None
    mark: str = ""
    flags: Mapping[str, Any] | None = None
    end: datetime | None = None
    called: str = ""
    model: str = ""

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise NotAMessage(_("The time has no zone."))
        if not all(map(_can_be_kept, _texts([self.device, self.called, self.model, dict(self.values or {})]))):
            raise NotAMessage(_("The message holds half a character, or the character zero."))

    @property
    def own_mark(self) -> str:
        """At most 80 characters."""
        if self.mark:
            return self.mark[:80]
        content = repr((self.time.isoformat(), sorted((self.values or {}).items(), key=str), self.payload, self.port))
        return hashlib.sha256(content.encode()).hexdigest()[:40]

    def kept(self) -> dict[str, Any]:
        """As JSON, for the quarantine."""
        return {
            "time": self.time.isoformat(),
            "values": None if self.values is None else dict(self.values),
            "payload": base64.b64encode(self.payload).decode(),
            "port": self.port,
            "flags": dict(self.flags or {}),
            "end": self.end.isoformat() if self.end else None,
            "called": self.called,
            "model": self.model,
        }

    @classmethod
    def from_kept(cls, device: str, mark: str, content: Mapping[str, Any]) -> DeviceMessage:
        """Back from the quarantine."""
        return cls(
            device=device, time=datetime.fromisoformat(content["time"]), values=content["values"],
            payload=base64.b64decode(content["payload"]), port=content["port"], mark=mark, flags=content["flags"] or None,
            end=datetime.fromisoformat(content["end"]) if content["end"] else None,
            called=content.get("called", ""), model=content.get("model", ""),
        )  # fmt: skip


def _texts(value: Any) -> Iterator[str]:
    """All texts inside, names of fields as well."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, Mapping):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each


def _can_be_kept(text: str) -> bool:
    """The database takes neither a zero (PostgreSQL, 8.3 and 8.14) nor half of a character beyond 16 bits, both of which JSON can say."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text))


def time_quality(time: datetime, now: datetime) -> dict[str, str] | None:
    """The mark on a value whose time a device cannot have meant: before 2000, or more than an hour ahead."""
    if time < OLDEST:
        return {"flag": "suspect", "reason": "time before 2000"}
    if time > now + AHEAD:
        return {"flag": "suspect", "reason": "time in the future"}
    return None
