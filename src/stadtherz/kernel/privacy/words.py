# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words for rooms, tables, columns and values that have only a program's name, for the pages that people read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from stadtherz.kernel.moderation.reasons import REASONS
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.registry.declaration import Text
from stadtherz.kernel.registry.services import moderated_kinds, services

ROOMS: dict[str, Text] = {
    "people": gettext_lazy("Accounts"), "account": gettext_lazy("Accounts"), "mfa": gettext_lazy("Accounts"),
    "socialaccount": gettext_lazy("Accounts"), "notices": gettext_lazy("Mails"), "files": gettext_lazy("Pictures"),
    "moderation": gettext_lazy("Moderation"), "audit": gettext_lazy("Record"),
}  # fmt: skip
TABLES: dict[str, Text] = {
    "people.Person": gettext_lazy("Account"), "mfa.Authenticator": gettext_lazy("Passkeys and second steps"),
    "socialaccount.SocialAccount": gettext_lazy("Sign-in through others"),
    "moderation.Case": gettext_lazy("Handed in for publication"), "participation.Follow": gettext_lazy("Followed ideas"),
}  # fmt: skip
# Columns of the tables by their names in the program, and keys of the rows that people take along.
COLUMNS: dict[str, Text] = {
    "acknowledged by": pgettext_lazy("record", "taken over by"),
    "added": pgettext_lazy("record", "added"),
    "address": pgettext_lazy("record", "address"),
    "answer": pgettext_lazy("record", "answer"),
    "at": pgettext_lazy("record", "when"),
    "before": pgettext_lazy("record", "earlier wording"),
    "birth_year": pgettext_lazy("record", "year of birth"),
    "call reason": pgettext_lazy("record", "why its address was not reached"),
    "came_in": pgettext_lazy("record", "came in"),
    "claimed by": pgettext_lazy("record", "being decided by"),
    "confirmed": pgettext_lazy("record", "confirmed"),
    "connected": pgettext_lazy("record", "connected"),
    "content": pgettext_lazy("record", "content"),
    "created by": pgettext_lazy("record", "created by"),
    "data": pgettext_lazy("record", "key, sealed or public"),
    "decided": pgettext_lazy("record", "decided"),
    "decided by": pgettext_lazy("record", "decided by"),
    "description": pgettext_lazy("record", "description"),
    "device": pgettext_lazy("record", "device"),
    "email": pgettext_lazy("record", "e-mail address"),
    "ends": pgettext_lazy("record", "ends"),
    "entered": pgettext_lazy("record", "entered"),
    "entered by": pgettext_lazy("record", "entered by"),
    "fields": pgettext_lazy("record", "fields"),
    "found_on": pgettext_lazy("record", "found on"),
    "handed_in": pgettext_lazy("record", "handed in"),
    "how_often": pgettext_lazy("record", "how often"),
    "idea": pgettext_lazy("record", "idea"),
    "joined": pgettext_lazy("record", "joined"),
    "kept_since": pgettext_lazy("record", "kept since"),
    "kind": pgettext_lazy("record", "kind"),
    "language": pgettext_lazy("record", "language"),
    "last_login": pgettext_lazy("record", "last signed in"),
    "last_took_part": pgettext_lazy("record", "last took part"),
    "last_used": pgettext_lazy("record", "last used"),
    "latitude": pgettext_lazy("record", "latitude"),
    "longitude": pgettext_lazy("record", "longitude"),
    "link": pgettext_lazy("record", "link"),
    "name": pgettext_lazy("record", "name"),
    "name normalised": pgettext_lazy("record", "name for comparing"),
    "notice": pgettext_lazy("record", "notice"),
    "number_there": pgettext_lazy("record", "number there"),
    "obstacle": pgettext_lazy("record", "obstacle"),
    "ordered": pgettext_lazy("record", "ordered"),
    "owner": pgettext_lazy("record", "handed in by"),
    "path": pgettext_lazy("record", "page"),
    "person": pgettext_lazy("record", "person"),
    "photo": pgettext_lazy("record", "photo"),
    "picture": pgettext_lazy("record", "picture"),
    "pictures": pgettext_lazy("record", "pictures"),
    "place": pgettext_lazy("record", "place"),
    "place_label": pgettext_lazy("record", "place in words"),
    "provider": pgettext_lazy("record", "provider"),
    "profile": pgettext_lazy("record", "limits"),
    "pseudonym": pgettext_lazy("record", "pseudonym"),
    "pseudonym skeleton": pgettext_lazy("record", "pseudonym for comparing"),
    "question": pgettext_lazy("record", "question"),
    "reason": pgettext_lazy("record", "reason"),
    "remark": pgettext_lazy("record", "remark"),
    "reported": pgettext_lazy("record", "reported"),
    "reporter": pgettext_lazy("record", "reported by"),
    "role": pgettext_lazy("record", "role"),
    "settings": pgettext_lazy("record", "settings"),
    "settled by": pgettext_lazy("record", "settled by"),
    "signed_in": pgettext_lazy("record", "signed in"),
    "since": pgettext_lazy("record", "since"),
    "state": pgettext_lazy("record", "state"),
    "status": pgettext_lazy("record", "status"),
    "still_there": pgettext_lazy("record", "still there"),
    "street": pgettext_lazy("record", "street"),
    "study": pgettext_lazy("record", "study"),
    "subject": pgettext_lazy("record", "subject"),
    "submitted": pgettext_lazy("record", "handed in"),
    "take down proposed by": pgettext_lazy("record", "take-down proposed by"),
    "takes_part": pgettext_lazy("record", "takes part"),
    "text": pgettext_lazy("record", "text"),
    "title": pgettext_lazy("record", "title"),
    "to": pgettext_lazy("record", "to"),
    "today": pgettext_lazy("record", "today"),
    "until": pgettext_lazy("record", "until"),
    "user": pgettext_lazy("record", "person"),
    "visibility": pgettext_lazy("record", "visibility"),
    "webhook secret": pgettext_lazy("record", "secret of the address"),
    "where": pgettext_lazy("record", "where"),
    "words_of_the_moderation": pgettext_lazy("record", "words of the moderation"),
    "written": pgettext_lazy("record", "written"),
}
VALUES: dict[str, Text] = {
    "web": pgettext_lazy("record", "over the internet"),
    "paper": pgettext_lazy("record", "on paper"),
    "released": pgettext_lazy("record", "public"),
    "waiting": pgettext_lazy("record", "waits for the moderation"),
    "returned": pgettext_lazy("record", "returned to you"),
    "declined": pgettext_lazy("record", "declined"),
    "withdrawn": pgettext_lazy("record", "withdrawn"),
    "taken_down": pgettext_lazy("record", "taken down"),
    "received": pgettext_lazy("record", "received"),
    "in_review": pgettext_lazy("record", "in review"),
    "planned": pgettext_lazy("record", "planned"),
    "done": pgettext_lazy("record", "done"),
    "daily": pgettext_lazy("record", "once a day"),
    "at_once": pgettext_lazy("record", "at once"),
    "never": pgettext_lazy("record", "never"),
    "contribution": pgettext_lazy("record", "about your contributions"),
    "follow": pgettext_lazy("record", "about what you follow"),
}
SENTENCES = {"text", "title", "name", "remark", "description", "pseudonym", "subject"}
"""Keys whose values people wrote themselves: never translated."""


def room(label: str) -> str:
    """What an app is called: a service by its title."""
    titles = {service.key: service.title for service in services()}
    return str(ROOMS.get(label) or titles.get(label, label))


def table(label: str, plural: object) -> str:
    """What a table is called, with a capital."""
    name = str(TABLES.get(label) or plural)
    return name[:1].upper() + name[1:]


def column(name: str) -> str:
    """What a column or key is called."""
    return str(COLUMNS.get(name) or name.replace("_", " "))


def value(key: str, content: Any) -> str:
    """What a value says: times in words, lists and objects a line each, nothing as a dash."""
    if content is None or content in ("", [], {}):
        return "–"
    if isinstance(content, bool):
        return _("yes") if content else _("no")
    if isinstance(content, Mapping):
        return _object(content)
    if isinstance(content, list | tuple):
        return "\n".join(value(key, part) for part in content)
    return str(content) if key in SENTENCES or not isinstance(content, str) else _term(content)


def _object(content: Mapping[str, Any]) -> str:
    if {"label", "text"} <= content.keys() and content["label"]:  # a field as the moderation keeps it
        return f"{content['label']}: {content['text']}"
    return "\n".join(f"{column(name)}: {value(name, part)}" for name, part in content.items())


def _term(text: str) -> str:
    kinds = {key: kind.title for key, kind in moderated_kinds().items()}
    reasons = {reason.key: reason.title for reason in REASONS} | dict(Role.choices)
    return str(VALUES.get(text) or kinds.get(text) or reasons.get(text) or _time(text))


def _time(text: str) -> str:
    """A point in time as people write it; any other text as it is."""
    if not text[:4].isdigit() or "T" not in text:
        return text
    try:
        moment: dt.datetime | None = parse_datetime(text)
    except ValueError:
        return text
    return text if moment is None else date_format(timezone.localtime(moment), "DATETIME_FORMAT")
