# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The record in words: an entry keeps short keys for ever, people read sentences.

What is done, to what, and which values it has is said by the declarations (``recorded``); what nobody declares, such as
an entry of a service that is no longer installed, is shown as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stadtherz.kernel.registry.services import moderated_kinds, recorded, service

DETAILS: dict[str, Any] = {
    "already_here": gettext_lazy("already here"), "answer": gettext_lazy("answer no."), "begins": gettext_lazy("begins"),
    "bound": gettext_lazy("limit"), "case": gettext_lazy("case no."), "changed": gettext_lazy("changed"),
    "comments": gettext_lazy("comments"),
    "counted": gettext_lazy("counted"), "days": gettext_lazy("on these weekdays"), "datastream": gettext_lazy("series of measurements no."),
    "device": gettext_lazy("device no."), "edit": gettext_lazy("change of a public text"),
    "effect": gettext_lazy("effect"), "ends": gettext_lazy("ends"), "field": gettext_lazy("field"),
    "fields": gettext_lazy("fields"), "flag": gettext_lazy("mark"), "from": gettext_lazy("before"),
    "gone": gettext_lazy("account that was merged"), "host": gettext_lazy("host name"),
    "hours": gettext_lazy("hours of the day"),
    "idea": gettext_lazy("with idea no."), "key": gettext_lazy("key"),
    "kind": gettext_lazy("kind"), "lines": gettext_lazy("lines"), "name": gettext_lazy("name"), "new": gettext_lazy("new"),
    "note": gettext_lazy("note"), "offset": gettext_lazy("correction added"), "question": gettext_lazy("question"),
    "reason": gettext_lazy("reason"), "repeated": gettext_lazy("sent again"), "result": gettext_lazy("value"),
    "role": gettext_lazy("role"), "scale": gettext_lazy("factor"), "scopes": gettext_lazy("allows"),
    "services": gettext_lazy("services"), "sheet": gettext_lazy("sheet no."), "source": gettext_lazy("source"),
    "state": gettext_lazy("now"), "stored": gettext_lazy("stored"), "supports": gettext_lazy("supports"),
    "thing": gettext_lazy("station no."), "to": gettext_lazy("afterwards"), "undone": gettext_lazy("taken back"),
    "value": gettext_lazy("value"), "without": gettext_lazy("but not on"),
}  # fmt: skip
ROOMS: dict[str, Any] = {
    "api": gettext_lazy("Keys for programs"), "moderation": gettext_lazy("Moderation"),
    "municipality": gettext_lazy("Municipality"), "people": gettext_lazy("People and roles"),
    "privacy": gettext_lazy("Privacy"),
}  # fmt: skip
UNSAID = frozenset({"batch", "revision", "seed", "sha256", "visitor"})
"""For the proof alone, or said by whom it was done; the exported table has them."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def deed(action: str) -> str:
    """What was done: "Released"."""
    return str(recorded().get(action, action))


def deeds() -> list[tuple[str, list[tuple[str, str]]]]:
    """All actions for a choice, by the room or service that writes them; its whole room comes first ("moderation.")."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for key, words in recorded().items():
        if "." in key and not key.endswith(":") and "=" not in key:
            rooms.setdefault(key.partition(".")[0], []).append((key, str(words)))
    titles = {room: str(ROOMS.get(room) or service(room).title) for room in rooms}
    return [
        (titles[room], [(f"{room}.", _("Everything: %(room)s") % {"room": titles[room]}), *rooms[room]])
        for room in sorted(rooms, key=titles.__getitem__)
    ]


def things() -> list[tuple[str, str]]:
    """All kinds of things that something is done to, for a choice: "participation.idea:"."""
    kinds = {f"{key}:": str(kind.title) for key, kind in moderated_kinds().items()}
    kinds |= {key: str(words) for key, words in recorded().items() if key.endswith(":")}
    return sorted(kinds.items(), key=lambda pair: pair[1])


def thing(subject: str) -> str:
    """To what: "Idea 17"."""
    kind, _colon, number = subject.rpartition(":")
    moderated = moderated_kinds().get(kind)
    title = recorded().get(f"{kind}:") or (moderated.title if moderated else None)
    return f"{title} {number}" if title else subject


def details(action: str, detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Further facts as pairs of word and value; empty ones and those for the proof alone are left out."""
    room = action.partition(".")[0]
    return [
        (str(DETAILS.get(key, key)), _said(room, value))
        for key, value in detail.items()
        if key not in UNSAID and value not in ("", None, [], {})
    ]


def _said(room: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(_said(room, one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_said(room, one)}" for key, one in value.items())
    text = str(value)
    if _TIME.match(text) and (moment := parse_datetime(text)) is not None and moment.tzinfo:
        return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
    return str(recorded().get(f"{room}={text}", text))
