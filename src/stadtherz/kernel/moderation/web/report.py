# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page on which a resident says that something is against the rules."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stadtherz.kernel.moderation import actions, queries
from stadtherz.kernel.moderation.errors import ModerationRefused
from stadtherz.kernel.moderation.reasons import REPORT_REASONS
from stadtherz.kernel.people.web.guards import signed_in, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.kernel.registry.declaration import resolve
from stadtherz.kernel.registry.services import moderated_kinds


class ReportForm(forms.Form):
    """Why, and anything to add."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=[(reason.key, reason.title) for reason in REPORT_REASONS],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("Do you want to add something?"), required=False, max_length=2000, widget=forms.Textarea
    )


@signed_in(keep_form=True)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, service: str, kind: str, object_id: int) -> HttpResponse:
    """Report what is public. It stays public until a moderator has looked."""
    declared = moderated_kinds().get(f"{service}.{kind}")
    case = queries.released_case(kind=f"{service}.{kind}", object_id=object_id) if declared else None
    if declared is None or case is None:
        raise Http404
    address = resolve(declared.url)(object_id)
    form = ReportForm(request.POST or kept_form(request) or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report(case=case, reporter=signed_in_person(request), **form.cleaned_data)
        except ModerationRefused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, _("Thank you. A moderator will look at it and tell you what became of it."))
        return redirect(address)
    return render(request, "moderation/report.html", {"form": form, "case": case, "kind": declared, "address": address})
