# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks and moderators: two ideas that say the same become one, and can be separated again."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.kernel.ui.written import WrittenField
from stadtherz.services.participation.actions.merging import check_doubles, merge_ideas, separate_ideas
from stadtherz.services.participation.errors import Refused
from stadtherz.services.participation.models import Idea, Merge, Support
from stadtherz.services.participation.models.merge import REASON_LENGTH
from stadtherz.services.participation.queries.finding import Wanted, matching, similar_titles
from stadtherz.services.participation.web.cards import author_of, status_words
from stadtherz.services.participation.web.refusals import show_refusal
from stadtherz.services.participation.web.unreachable import remind_of_letter

OFFERED = 20


class MergeForm(forms.Form):
    """Why the two are one."""

    reason = WrittenField(
        label=_("Why they belong together"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Everybody reads it on the timeline, and its author gets it by mail. Address the author with “du”."
        ),
    )
    into = forms.IntegerField(widget=forms.HiddenInput)


def _public(number: int | None) -> Idea | None:
    return Idea.objects.released().select_related("author", "process").filter(pk=number).first() if number else None


@require("participation.merge", keep_form=True)
def merge(request: HttpRequest, idea_id: int) -> HttpResponse:
    """First which idea the double goes into, then both side by side, with the number that will stand there."""
    double = _public(idea_id)
    if double is None:
        raise Http404
    written = request.POST or kept_form(request)
    kept = _public(whole_number((written or request.GET).get("into")))
    if kept is None or kept.pk == double.pk or kept.process_id != double.process_id:
        return _choose(request, double)
    form = MergeForm(written or None, initial={"into": kept.pk})
    if request.method == "POST" and form.is_valid():
        try:
            merge_ideas(double=double, kept=kept, clerk=signed_in_person(request), reason=form.cleaned_data["reason"])
            messages.success(request, gettext("The two ideas are one now. The author and the followers are told."))
            remind_of_letter(request, double)
            return redirect("participation:idea", kept.pk)
        except Refused as refused:
            show_refusal(form, refused)
    try:
        check_doubles(double, kept)
        refusal = ""
    except Refused as refused:
        refusal = str(refused)
    both = Support.objects.filter(idea=double, person__in=Support.objects.filter(idea=kept).values("person")).count()
    context = {
        "form": form,
        "double": double,
        "kept": kept,
        "sides": [_side(kept, gettext("This idea is kept")), _side(double, gettext("This idea is merged into it"))],
        "both": both,
        "refusal": refusal,
        "together": kept.support_count + double.support_count - both,
    }
    return render(request, "participation/staff/merge.html", context, status=422 if form.errors else 200)


def _side(idea: Idea, role: str) -> dict[str, object]:
    return {"idea": idea, "role": role, "author": author_of(idea), "status": status_words()[idea.status]}


def _choose(request: HttpRequest, double: Idea) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    words = status_words()
    context = {
        "double": double,
        "asked": asked,
        "offered": [{"idea": idea, "status": words[idea.status]} for idea in _candidates(double, asked)],
    }
    return render(request, "participation/staff/merge_choose.html", context)


def _candidates(double: Idea, asked: str) -> Sequence[Idea]:
    """By number, by words, or those whose title resembles; always of the same process."""
    if not asked:
        similar = similar_titles(double.title, process=double.process_id, limit=OFFERED + 1)
        return [idea for idea in similar if idea.pk != double.pk][:OFFERED]
    number = whole_number(asked)
    found = matching(Wanted(text="" if number else asked, process=double.process_id)).exclude(pk=double.pk)
    return list((found.filter(pk=number) if number else found).order_by("-support_count", "pk")[:OFFERED])


@require("participation.merge")
def separate(request: HttpRequest, number: int) -> HttpResponse:
    """Ask once, then let both ideas stand on their own again."""
    merge = get_object_or_404(Merge.objects.standing().select_related("double__author", "kept"), pk=number)
    if request.method == "POST":
        try:
            separate_ideas(merge=merge, clerk=signed_in_person(request))
            messages.success(request, gettext("Both ideas stand on their own again. The author is told."))
            remind_of_letter(request, merge.double)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("participation:idea", merge.double_id)
    return render(request, "participation/staff/separate.html", {"merge": merge})
