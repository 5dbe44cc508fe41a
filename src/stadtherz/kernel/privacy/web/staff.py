# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For staff: the record of processing activities (GDPR Art. 30), and the deletion that somebody asks for on paper."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from stadtherz.kernel.audit.spreadsheet import spreadsheet
from stadtherz.kernel.people.models import Origin, PaperRecord
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.privacy.actions import erase_person
from stadtherz.kernel.privacy.declarations import declared
from stadtherz.kernel.privacy.records import Process, processes_of


@require("people.enter")
@require_http_methods(["GET", "POST"])
def erase_paper_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase a person who was entered on paper, because the person asked for it."""
    record = get_object_or_404(PaperRecord.objects.select_related("person"), pk=pk)
    if record.person.origin != Origin.PAPER:  # joined with an account: that can only be deleted by its owner
        messages.info(request, _("This person has an account and deletes it there."))
        return redirect("people:paper-show", pk)
    if request.method == "POST" and "sure" in request.POST:
        erase_person(person=record.person, by=signed_in_person(request))
        messages.success(request, _("All data about the person have been deleted. Public contributions stay, unnamed."))
        return redirect("people:paper")
    return render(request, "privacy/erase_paper_person.html", {"record": record})


@require("audit.read")
@require_GET
def processes(request: HttpRequest) -> HttpResponse:
    """The record of processing activities, to read."""
    return render(request, "privacy/processes.html", {"processes": processes_of(declared())})


@require("audit.read")
@require_GET
def processes_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    return spreadsheet("processes.csv", Process.headings(), (process.cells() for process in processes_of(declared())))
