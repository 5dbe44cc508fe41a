# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading the record: entries by filter, and the proof that nothing in it was altered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.chain import START, content_hash, link
from stadtherz.kernel.audit.models import AuditEntry, AuditHead
from stadtherz.kernel.municipalities.active import active_id


class Flaw(StrEnum):
    """What can be wrong with the record."""

    ALTERED = "altered"
    REMOVED = "removed"
    REORDERED = "reordered"
    UNSEALED = "unsealed"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at entry ``number``."""

    number: int
    flaw: Flaw

    def __str__(self) -> str:
        return {
            Flaw.ALTERED: _("Entry %(number)s was altered."),
            Flaw.REMOVED: _("Entry %(number)s was removed."),
            Flaw.REORDERED: _("Entry %(number)s does not stand where it was written."),
            Flaw.UNSEALED: _("%(number)s entries were written past the seal."),
            Flaw.REWRITTEN: _(
                "Entry %(number)s is not the one that the exported head names: the record was rewritten."
            ),
        }[self.flaw] % {"number": self.number}


@dataclass(frozen=True, slots=True)
class Head:
    """The last number and hash of the active municipality."""

    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of a verification."""

    checked: int
    findings: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        return not self.findings


def head() -> Head:
    """What an operator exports and keeps elsewhere, so that even a record rewritten as a whole is found."""
    kept = AuditHead.objects.first()
    return Head(kept.count, kept.hash) if kept else Head(0, START)


def entries(
    *, action: str = "", kind: str = "", number: int | None = None, actor: int | None = None
) -> QuerySet[AuditEntry]:
    """Sealed entries, newest first. ``action`` is one, or with a dot at its end a whole room ("moderation."); ``kind`` is
    what it was done to with a colon at its end ("participation.idea:"), ``number`` which of them."""
    found = AuditEntry.objects.filter(number__isnull=False).order_by("-number")
    if action:
        found = found.filter(action__startswith=action) if action.endswith(".") else found.filter(action=action)
    if kind:
        found = found.filter(subject=f"{kind}{number}") if number else found.filter(subject__startswith=kind)
    if actor is not None:
        found = found.filter(actor=actor)
    return found


def verify(*, exported: Head | None = None, at_most: int = 1000) -> Proof:
    """Check every entry of the active municipality against the definition in ``chain``; up to ``at_most`` findings."""
    findings: list[Finding] = []
    checked = 0
    for checked, finding in _walk(exported):  # noqa: B007
        if finding is not None:
            findings.append(finding)
            if len(findings) >= at_most:
                break
    return Proof(checked, tuple(findings))


def _walk(exported: Head | None) -> Iterator[tuple[int, Finding | None]]:
    municipality, checked, expected, previous = active_id(), 0, 1, START
    rows = AuditEntry.objects.filter(number__isnull=False).order_by("number")
    for entry in rows.iterator(chunk_size=2000):
        checked += 1
        number = entry.number or 0
        for missing in range(expected, min(number, expected + 1000)):
            yield checked, Finding(missing, Flaw.REMOVED)
        whole = number == expected
        expected = number + 1
        content = content_hash(
            municipality=municipality, at=entry.at, actor=entry.actor, action=entry.action, subject=entry.subject,
            detail=entry.detail,
        )  # fmt: skip
        if content != entry.content_hash:
            yield checked, Finding(number, Flaw.ALTERED)
        elif link(previous_hash=entry.previous_hash or "", number=number, content_hash=content) != entry.hash or (
            whole and entry.previous_hash != previous
        ):
            yield checked, Finding(number, Flaw.REORDERED)
        if exported and number == exported.count and entry.hash != exported.hash:
            yield checked, Finding(number, Flaw.REWRITTEN)
        previous = entry.hash or ""
        yield checked, None
    yield from ((checked, finding) for finding in _end(expected, previous, exported))


def _end(expected: int, previous: str, exported: Head | None) -> Iterator[Finding]:
    kept = head()
    until = max(kept.count, exported.count if exported else 0)
    for missing in range(expected, min(until + 1, expected + 1000)):
        yield Finding(missing, Flaw.REMOVED)
    if expected - 1 > kept.count or (expected - 1 == kept.count and previous != kept.hash):
        yield Finding(expected - 1, Flaw.REWRITTEN)
    unsealed = AuditEntry.objects.filter(number__isnull=True).count()
    if unsealed:
        yield Finding(unsealed, Flaw.UNSEALED)
