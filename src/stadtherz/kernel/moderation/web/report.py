# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page on which anybody, with or without account, says that something is against the rules or the law."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stadtherz.kernel.api.limits import in_words, take, visitor
from stadtherz.kernel.moderation import actions, queries
from stadtherz.kernel.moderation.actions.reporting import LONGEST
from stadtherz.kernel.moderation.errors import ModerationRefused, WordsMissing
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.reasons import NEEDS_WORDS, REPORT_REASONS
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.registry.declaration import resolve
from stadtherz.kernel.registry.services import moderated_kinds

BY_VISITOR_AN_HOUR = 10  # a library or a school shares one address
ABOUT_ONE_A_DAY = 20
TO_ADDRESS_A_DAY = 5


class ReportForm(forms.Form):
    """Why, and anything to add."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=[(reason.key, reason.title) for reason in REPORT_REASONS],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("Do you want to add something?"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What exactly, and for something unlawful: why it is against the law."),
    )

    def clean(self) -> dict[str, str]:
        """Some reasons say too little alone."""
        cleaned = super().clean() or {}
        if cleaned.get("reason") in NEEDS_WORDS and not cleaned.get("text", "").strip() and "text" not in self.errors:
            self.add_error("text", str(WordsMissing()))
        return cleaned


class VisitorReportForm(ReportForm):
    """Without account: an address if one wants an answer, and a field that only programs fill in."""

    address = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Only if you want to know what becomes of it. Nobody else sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=gettext_lazy("Please leave this field empty"),
        required=False,
        max_length=0,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, service: str, kind: str, object_id: int) -> HttpResponse:
    """Report what is public. It stays public until a moderator has looked."""
    declared = moderated_kinds().get(f"{service}.{kind}")
    case = queries.released_case(kind=f"{service}.{kind}", object_id=object_id) if declared else None
    if declared is None or case is None:
        raise Http404
    reporter = request.user if isinstance(request.user, Person) else None
    address = resolve(declared.url)(object_id)
    form = (ReportForm if reporter else VisitorReportForm)(request.POST or None)
    if request.method == "POST" and form.is_valid() and _may_send(request, form, case, reporter):
        _send(request, form, case, reporter)
        return redirect(address)
    context = {"form": form, "case": case, "kind": declared, "address": address, "reporter": reporter}
    return render(request, "moderation/report.html", context, status=422 if form.errors else 200)


def _may_send(request: HttpRequest, form: forms.Form, case: Case, reporter: Person | None) -> bool:
    """Visitors are limited by where they come from, by what they report, and by the address that gets the mail."""
    if reporter is not None:
        return True
    asked = [(f"report:{visitor(request)}", BY_VISITOR_AN_HOUR, 3600), (f"report-of:{case.pk}", ABOUT_ONE_A_DAY, 86400)]
    if to := form.cleaned_data["address"]:
        asked.append((f"report-to:{to.lower()}", TO_ADDRESS_A_DAY, 86400))
    for key, limit, seconds in asked:
        taken = take(key, limit=limit, per_seconds=seconds)
        if not taken.allowed:
            form.add_error(None, in_words(taken))
            return False
    return True


def _send(request: HttpRequest, form: forms.Form, case: Case, reporter: Person | None) -> None:
    said = form.cleaned_data
    to = said.get("address", "")
    try:
        actions.report(case=case, reporter=reporter, reason=said["reason"], text=said["text"], address=to)
    except ModerationRefused as refused:
        messages.warning(request, str(refused))
        return
    if reporter or to:
        messages.success(request, _("Thank you. A moderator will look at it and tell you what became of it."))
    else:
        messages.success(request, _("Thank you. A moderator will look at it."))
