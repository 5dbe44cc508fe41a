# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The record for administrators: read, filtered, exported, proved."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.audit.queries import entries, head, verify
from stadtherz.kernel.audit.spreadsheet import spreadsheet
from stadtherz.kernel.audit.words import deed, deeds, details, thing, things
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.web.guards import require
from stadtherz.kernel.ui.asked import whole_number

PER_PAGE = 50
MOST_EXPORTED = 100_000
FINDINGS_SHOWN = 50


class Filter(forms.Form):
    """What to show; everything may be empty."""

    action = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("To what"), required=False)
    number = forms.IntegerField(label=gettext_lazy("Its number"), required=False, min_value=1)
    actor = forms.CharField(label=gettext_lazy("Name or account number"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("all")), *deeds()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("all")), *things()]  # type: ignore[attr-defined]

    def clean_actor(self) -> int | None:
        """The number of the account that was named."""
        named = self.cleaned_data["actor"].strip()
        if not named or (number := whole_number(named)) is not None:
            return number if named else None
        found = Person.objects.filter(pseudonym__iexact=named).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("No account has this name."))
        return found

    def clean(self) -> dict[str, Any]:
        """A number belongs to a kind."""
        cleaned = super().clean() or {}
        if cleaned.get("number") and not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Please choose what the number belongs to."))
        return cleaned

    def found(self) -> QuerySet[AuditEntry]:
        """The entries; a filter that cannot be understood shows none, and says so at its field."""
        if not self.is_valid():
            return AuditEntry.objects.none()
        said = self.cleaned_data
        return entries(action=said["action"], kind=said["kind"], number=said["number"], actor=said["actor"])


@require("audit.read")
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """Entries, newest first."""
    asked = Filter(request.GET)
    page = Paginator(asked.found(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "audit/record.html", {"form": asked, "page": page, "rows": _in_words(page)})


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in words: who did what to which thing, with further facts as pairs of word and value."""

    entry: AuditEntry
    by: str
    deed: str
    thing: str
    details: list[tuple[str, str]]


def _in_words(found: Iterable[AuditEntry]) -> list[Row]:
    """Entries with the present pseudonym of who acted; the record itself holds numbers and keys only."""
    shown = list(found)
    people = Person.objects.filter(pk__in={entry.actor for entry in shown if entry.actor})
    names = dict(people.values_list("pk", "pseudonym"))
    return [
        Row(
            entry, names.get(entry.actor or 0) or _unnamed(entry), deed(entry.action), thing(entry.subject),
            details(entry.action, entry.detail),
        )
        for entry in shown
    ]  # fmt: skip


def _unnamed(entry: AuditEntry) -> str:
    if entry.detail.get("visitor"):
        return _("somebody without account")
    return _("the platform") if entry.actor is None else _("account %(number)s") % {"number": entry.actor}


@require("audit.read")
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered entries as a table, with everything that the proof needs (kernel/audit/chain.py)."""
    headings = ["number", "at", "actor", "action", "subject", "detail", "content_hash", "previous_hash", "hash"]
    rows = (
        [entry.number, entry.at.isoformat(), entry.actor, entry.action, entry.subject,
         json.dumps(entry.detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")), entry.content_hash,
         entry.previous_hash, entry.hash]
        for entry in Filter(request.GET).found()[:MOST_EXPORTED]
    )  # fmt: skip
    return spreadsheet("record.csv", headings, rows)


@require("audit.read")
@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    """Check every entry now and show the head, so that it can be noted elsewhere."""
    proof = verify(at_most=FINDINGS_SHOWN)
    last = head()
    pairs = [(_("Last number"), last.count), (_("Fingerprint"), last.hash)]
    return render(request, "audit/proof.html", {"proof": proof, "pairs": pairs})
