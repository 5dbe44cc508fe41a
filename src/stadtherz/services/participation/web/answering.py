# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: ideas that wait for an answer, oldest first, and the form for the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.services.participation.actions.answers import answer_idea
from stadtherz.services.participation.errors import AnsweredMeanwhile, ReasonMissing, Refused
from stadtherz.services.participation.models import Idea, Merge, StatusChange
from stadtherz.services.participation.models.idea import ANSWER_LENGTH
from stadtherz.services.participation.queries.answering import LATE_DAYS, Waiting, counts, waiting_ideas
from stadtherz.services.participation.queries.finding import similar_titles
from stadtherz.services.participation.states import STATUS_CHANGES, Status
from stadtherz.services.participation.web.cards import author_of, status_words
from stadtherz.services.participation.web.refusals import show_refusal
from stadtherz.services.participation.web.timeline import timeline
from stadtherz.services.participation.web.unreachable import remind_of_letter

LAST_OFFICE = "participation_office"


class AnswerForm(forms.Form):
    """What the town makes of an idea."""

    status = forms.ChoiceField(label=_("New status"), widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Answer"),
        max_length=ANSWER_LENGTH,
        error_messages={"required": ReasonMissing.message},
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Everybody reads it. Address the author with “du”; say what happens next, and when."),
    )
    answer_easy = forms.CharField(
        label=_("The same in easy language"),
        max_length=ANSWER_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    answer_en = forms.CharField(
        label=_("The same in English"),
        max_length=ANSWER_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "en"}),
    )
    office = forms.CharField(label=_("Office"), max_length=120, help_text=_("Public, instead of your name."))
    last_seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, now: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [status for status in Status if status in STATUS_CHANGES[Status(now)]]
        same = gettext("%(status)s (stays, interim notice)")
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            (s.value, same % {"status": s.label} if s == now else s.label) for s in allowed
        ]


@require("participation.answer")
@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """Ideas without a final answer, those that waited longest first."""
    which = request.GET.get("show", "")
    shown = Waiting(which) if which in Waiting else Waiting.UNANSWERED
    words, now = status_words(), timezone.now()
    items = []
    found: Iterable[Any] = waiting_ideas(shown)
    for idea in found:
        days = (now - idea.since).days
        items.append(
            {
                "id": idea.pk,
                "title": idea.title,
                "status": words[idea.status],
                "days": days,
                "age": ngettext("%(days)d day open", "%(days)d days open", days) % {"days": days}
                if days
                else gettext("new today"),
                "late": days > LATE_DAYS,
                "supports": idea.support_count,
                "comments": idea.comment_count,
                "district": idea.district.name if idea.district else "",
            }
        )
    numbers = counts()
    tabs = [
        {
            "title": kind.label,
            "url": f"?show={kind.value}",
            "current": kind == shown,
            "count": numbers[kind],
        }
        for kind in Waiting
    ]
    return render(request, "participation/staff/work_list.html", {"items": items, "tabs": tabs, "late_days": LATE_DAYS})


@require("participation.answer", keep_form=True)
def answer(request: HttpRequest, idea_id: int) -> HttpResponse:
    """Read the idea with everything on it, and answer. A form that somebody else overtook keeps its text."""
    idea = (
        Idea.objects.released()
        .select_related("process", "author", "category", "district")
        .prefetch_related("answers", Prefetch("merges", queryset=Merge.objects.standing().select_related("double")))
        .filter(pk=idea_id)
        .first()
    )
    if idea is None:
        raise Http404
    last = max((given.pk for given in idea.answers.all()), default=None)
    initial = {"last_seen": last, "office": request.session.get(LAST_OFFICE, "")}
    form = AnswerForm(request.POST or kept_form(request) or None, now=idea.status, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _give(request, idea, form)
            return redirect("participation:answering")
        except AnsweredMeanwhile as refused:
            form = AnswerForm({**request.POST.dict(), "last_seen": last or ""}, now=idea.status)
            form.add_error(None, str(refused))
        except Refused as refused:
            show_refusal(form, refused)
    context = {
        "idea": idea,
        "form": form,
        "author": author_of(idea),
        "timeline": timeline(request, idea),
        "status": status_words()[idea.status],
        "similar": [other for other in similar_titles(idea.title, process=idea.process_id) if other.pk != idea.pk]
        if idea.status == Status.RECEIVED
        else [],
    }
    return render(request, "participation/staff/answer.html", context, status=422 if form.errors else 200)


def _give(request: HttpRequest, idea: Idea, form: AnswerForm) -> StatusChange:
    said = form.cleaned_data
    given = answer_idea(
        idea=idea,
        clerk=signed_in_person(request),
        status=Status(said["status"]),
        answer={"de": said["answer"], "de-easy": said["answer_easy"], "en": said["answer_en"]},
        office=said["office"],
        last_seen=said["last_seen"],
        check_last_seen=True,
    )
    request.session[LAST_OFFICE] = said["office"]
    messages.success(request, gettext("The answer is public. The author and those who follow the idea are told."))
    remind_of_letter(request, idea)
    return given
