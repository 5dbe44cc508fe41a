# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A case as a person reads it: a row of the list, a screen with differences, pictures and hints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.moderation.content import Place, read
from stadtherz.kernel.moderation.hints import Hint, hints
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.queries import in_words
from stadtherz.kernel.moderation.states import State
from stadtherz.kernel.registry.declaration import ModeratedKind, Text

EXCERPT = 220


@dataclass(frozen=True, slots=True)
class Part:
    """A field with what is public now, if this is an edit."""

    label: str
    text: str
    before: str | None
    long: bool

    @property
    def changed(self) -> bool:
        """Whether the edit touches this field."""
        return self.before is not None and self.before != self.text


@dataclass(slots=True)
class Readable:
    """Everything a moderator needs on one screen."""

    case: Case
    kind: Text
    parts: list[Part]
    place: Place | None
    place_before: Place | None
    place_changed: bool
    hints: list[Hint]
    pictures: list[Picture] = field(default_factory=list)
    pictures_gone: list[Picture] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first field."""
        return self.parts[0].text if self.parts else str(self.case)


def row(case: Case, kinds: Mapping[str, ModeratedKind], *, taken: bool, now: datetime) -> dict[str, Any]:
    """A row of the work list; no query."""
    fields = case.content.get("fields", [])
    rest = " · ".join(f["text"] for f in fields[1:] if f["text"])
    words = " ".join(rest.split())
    return {
        "case": case, "title": case.title or str(case), "kind": kinds[case.kind].title if case.kind in kinds else case.kind,
        "excerpt": words[:EXCERPT].rstrip() + ("…" if len(words) > EXCERPT else ""), "what": _what(case),
        "author": case.author.public_name if case.author else _("without account"),
        "taken_by": case.claimed_by.pseudonym if taken and case.claimed_by else "",
        "pictures": len(case.content.get("pictures", [])),
        "hints": len(hints("\n".join(f["text"] for f in fields))),
        "age": in_words(now - case.waiting_since, after_since=True),
        "can_tick": case.state == State.WAITING,
    }  # fmt: skip


def _what(case: Case) -> str:
    if case.take_down_proposed_at:
        return _("take-down proposed")
    if case.state == State.RELEASED and case.open_reports:
        return _("reported (%(n)d)") % {"n": case.open_reports}
    if case.is_edit:
        return _("change of a public text")
    return _("comes back from the author") if case.revision > 1 else ""


def readable(case: Case, kinds: Mapping[str, ModeratedKind]) -> Readable:
    """The case with differences and hints; without pictures, which cost a query (``with_pictures``)."""
    content = read(case.content)
    before = read(case.before) if case.before is not None and case.state == State.WAITING else None
    old = {f.key: f.text for f in before.fields} if before else {}
    parts = [
        Part(str(f.label), f.text, old.get(f.key, "") if before else None, len(f.text) > 80 or "\n" in f.text)
        for f in content.fields
    ]
    place_before = before.place if before else None
    return Readable(
        case=case, kind=kinds[case.kind].title if case.kind in kinds else case.kind, parts=parts, place=content.place,
        place_before=place_before, place_changed=before is not None and place_before != content.place,
        hints=hints("\n".join(f.text for f in content.fields)),
    )  # fmt: skip


def with_pictures(reading: Readable) -> Readable:
    """Add the pictures of the content, and those that an edit leaves out. One query."""
    now = reading.case.content.get("pictures", [])
    gone = [pk for pk in (reading.case.before or {}).get("pictures", []) if pk not in now]
    found = Picture.objects.in_bulk([*now, *gone]) if now or gone else {}
    reading.pictures = [found[pk] for pk in now if pk in found]
    reading.pictures_gone = [found[pk] for pk in gone if pk in found]
    return reading
