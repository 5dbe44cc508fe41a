# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: a mistake in a published answer, corrected where everybody can see it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.language.fields import EASY
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.kernel.ui.written import WrittenField
from stadtherz.services.participation.actions.answers import correct_answer
from stadtherz.services.participation.errors import ReasonMissing, Refused
from stadtherz.services.participation.models import StatusChange
from stadtherz.services.participation.models.idea import ANSWER_LENGTH
from stadtherz.services.participation.states import Visibility
from stadtherz.services.participation.web.cards import status_words
from stadtherz.services.participation.web.refusals import show_refusal

FIELDS = {"de": "answer", EASY: "answer_easy", "en": "answer_en"}
LABELS = {"de": _("Answer"), EASY: _("The same in easy language"), "en": _("The same in English")}


class CorrectionForm(forms.Form):
    """The words of an answer, in each language that it was given in."""

    last_corrected = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, given: StatusChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = [code for code in FIELDS if code == "de" or code in given.answer]
        for code in self.languages:
            self.fields[FIELDS[code]] = WrittenField(
                label=LABELS[code],
                max_length=ANSWER_LENGTH,
                required=code == "de",
                initial=given.answer.get(code, ""),
                error_messages={"required": ReasonMissing.message},
                widget=forms.Textarea(attrs={"rows": 8, "lang": code.partition("-")[0]}),
            )

    def words(self) -> dict[str, str]:
        """What shall stand there, by language."""
        return {code: self.cleaned_data[FIELDS[code]] for code in self.languages}


@require("participation.answer", keep_form=True)
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """The words as they stand, to be put right. Whoever wants to say something new answers again instead."""
    answers = StatusChange.objects.select_related("idea").filter(idea__visibility=Visibility.RELEASED)
    given = get_object_or_404(answers, pk=number)
    seen = given.corrected_at.isoformat() if given.corrected_at else ""
    form = CorrectionForm(request.POST or kept_form(request) or None, given=given, initial={"last_corrected": seen})
    if request.method == "POST" and form.is_valid():
        try:
            correct_answer(
                answer=given,
                clerk=signed_in_person(request),
                words=form.words(),
                last_corrected=form.cleaned_data["last_corrected"],
            )
            messages.success(request, gettext("The answer is corrected. Everybody sees what was changed, and when."))
            return redirect("participation:idea", given.idea_id)
        except Refused as refused:
            show_refusal(form, refused)
    context = {"form": form, "given": given, "idea": given.idea, "status": status_words()[given.status]}
    return render(request, "participation/staff/correct.html", context, status=422 if form.errors else 200)
