# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: entering ideas and lists of supporters from paper, and undoing a sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.services.participation.actions.paper import (
    Entered,
    Line,
    enter_paper_idea,
    enter_paper_supports,
    undo_paper_sheet,
)
from stadtherz.services.participation.errors import LinesRefused, Refused
from stadtherz.services.participation.models import Idea, PaperSheet, Process
from stadtherz.services.participation.queries.finding import Wanted, matching
from stadtherz.services.participation.queries.processes import standings
from stadtherz.services.participation.queries.reading import kept_instead
from stadtherz.services.participation.web.comment_form import new_key
from stadtherz.services.participation.web.idea_form import PLACE_SEARCH, IdeaForm
from stadtherz.services.participation.web.printing import SIGNING_LINES
from stadtherz.services.participation.web.refusals import show_refusal

ROWS = SIGNING_LINES  # as many as on a printed sheet
MOST_ROWS = 200
SHEETS = 100
OFFERED = 30


class SheetForm(forms.Form):
    """What is true of the whole sheet."""

    signed_on = forms.DateField(
        label=_("Last day of signing"),
        initial=timezone.localdate,
        help_text=_("The day on the sheet decides whether the phase was open, not today."),
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("Where the sheet lay, where it is kept.")
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=new_key)

    def clean_signed_on(self) -> Any:
        """Nobody signs tomorrow."""
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("This day lies in the future."))
        return day


class LineForm(forms.Form):
    """One person of a list."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    address = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    birth_year = forms.IntegerField(
        label=_("Year of birth"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 5})
    )

    def as_line(self) -> Line:
        """The line as the verb takes it."""
        said = self.cleaned_data
        return Line(name=said.get("name", ""), address=said.get("address", ""), birth_year=said.get("birth_year"))


Lines = formset_factory(LineForm, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class PaperIdeaForm(IdeaForm):
    """An idea from paper, with the person who wrote it. Its fields come in the order of the page, so that errors do too."""

    field_order = ("signer_name", "signer_address", "birth_year", "pseudonym")

    signer_name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Not public."))
    signer_address = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    birth_year = forms.IntegerField(
        label=_("Year of birth"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    pseudonym = forms.CharField(
        label=_("Pseudonym"),
        max_length=40,
        required=False,
        help_text=_("Public. Without one, the platform makes one up."),
    )
    signed_on = SheetForm.base_fields["signed_on"]
    note = SheetForm.base_fields["note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("title", _("Title")), ("text", _("Text"))):  # the questions are put to residents
            self.fields[name].label, self.fields[name].help_text = label, ""
        self.fields["place_label"].help_text = _("Street, house number or the name of a place, as the sheet says it.")


@require("participation.paper")
@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """Which sheets were entered, and the ways to enter one."""
    entered = PaperSheet.objects.select_related("clerk").prefetch_related("ideas")[:SHEETS]
    first = Idea.objects.filter(supports__sheet__in=[sheet.pk for sheet in entered]).distinct()
    titles = dict(first.values_list("supports__sheet", "title"))
    asked = request.GET.get("q", "").strip()
    ideas = list(_ideas(asked)[: OFFERED + 1])
    return render(
        request,
        "participation/staff/sheets.html",
        {
            "sheets": [{"sheet": s, "about": titles.get(s.pk) or _first_title(s)} for s in entered],
            "processes": [(s.process.key, in_words(s.process.title, request)) for s in standings()],
            "asked": asked,
            "ideas": ideas[:OFFERED],
            "are_more": len(ideas) > OFFERED,
        },
    )


def _ideas(asked: str) -> QuerySet[Idea]:
    """By the number that stands on the sheet, by words, or all, as far as they are public."""
    number = whole_number(asked)
    if number is not None:
        return Idea.objects.released().filter(pk=kept_instead(number) or number)
    return matching(Wanted(text=asked)).order_by("title", "pk").only("title")


def _first_title(sheet: PaperSheet) -> str:
    return next((idea.title for idea in sheet.ideas.all()), "")


@require("participation.paper", keep_form=True)
def enter_supports(request: HttpRequest, idea_id: int) -> HttpResponse:
    """A list of supporters: one row a person, by keyboard. All rows or none."""
    idea = get_object_or_404(Idea.objects.released().select_related("process"), pk=kept_instead(idea_id) or idea_id)
    written = request.POST or kept_form(request) or None
    form = SheetForm(written)
    rows: BaseFormSet[LineForm] = Lines(written, prefix="line")
    if "more_rows" in request.POST:
        rows = _with_more_rows(request)
    elif request.method == "POST" and form.is_valid() and rows.is_valid():
        filled = [row for row in rows if row.has_changed()]
        try:
            entered = _enter(request, idea, form, filled)
            _report(request, entered)
            return redirect("participation:paper")
        except LinesRefused as refused:
            for number, why in refused.lines.items():
                filled[number].add_error("name" if "name" in str(why).lower() else None, why)
            form.add_error(None, str(refused))
        except Refused as refused:
            show_refusal(form, refused)
    context = {"idea": idea, "form": form, "rows": rows}
    wrong = form.errors or any(row.errors for row in rows if rows.is_bound)
    return render(request, "participation/staff/enter_supports.html", context, status=422 if wrong else 200)


def _with_more_rows(request: HttpRequest) -> BaseFormSet[LineForm]:
    """The rows as they were written, and as many empty ones as a sheet has; the first of those gets the focus."""
    written = request.POST.copy()
    there = whole_number(written.get("line-TOTAL_FORMS")) or 0
    written["line-TOTAL_FORMS"] = str(min(there + ROWS, MOST_ROWS))
    rows: BaseFormSet[LineForm] = Lines(written, prefix="line")
    empty = next((row for row in rows if not row.has_changed()), None)
    if empty is not None:
        empty.fields["name"].widget.attrs["autofocus"] = True
    return rows


def _enter(request: HttpRequest, idea: Idea, form: SheetForm, filled: list[LineForm]) -> Entered:
    if not filled:
        raise Refused(gettext("No row is filled in yet."))
    return enter_paper_supports(
        idea=idea,
        clerk=signed_in_person(request),
        lines=[row.as_line() for row in filled],
        **form.cleaned_data,
    )


def _report(request: HttpRequest, entered: Entered) -> None:
    counted = ngettext("%(count)d support was counted.", "%(count)d supports were counted.", entered.counted)
    told = gettext("Sheet %(number)d:") % {"number": entered.sheet.number} + " " + counted % {"count": entered.counted}
    messages.success(request, told)
    if entered.already:
        names = ", ".join(line.name for line, _way in entered.already)
        messages.warning(request, gettext("Counted before, so not again: %(names)s.") % {"names": names})


@require("participation.paper", keep_form=True)
def enter_idea(request: HttpRequest, key: str) -> HttpResponse:
    """An idea from paper. It goes to the moderators like any other."""
    process = get_object_or_404(Process.objects.filter(is_public=True).prefetch_related("phases"), key=key)
    form = PaperIdeaForm(request.POST or kept_form(request) or None, process=process, request=request)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            idea = enter_paper_idea(
                process=process,
                clerk=signed_in_person(request),
                signer=Line(said["signer_name"], said["signer_address"], said["birth_year"]),
                pseudonym=said["pseudonym"],
                title=said["title"],
                text=said["text"],
                category=said.get("category"),
                place=form.place,
                place_label=said["place_label"],
                signed_on=said["signed_on"],
                note=said["note"],
                submission_key=said["submission_key"],
            )
            number = idea.sheet.number if idea.sheet else 0
            messages.success(
                request, gettext("Sheet %(number)d: the idea is with the moderators.") % {"number": number}
            )
            return redirect("participation:paper")
        except Refused as refused:
            if refused.field == "name":
                refused.field = "signer_name"
            show_refusal(form, refused)
    context = {
        "form": form,
        "search_url": PLACE_SEARCH,
        "process": process,
        "process_title": in_words(process.title, request),
    }
    return render(request, "participation/staff/enter_idea.html", context, status=422 if form.errors else 200)


@require("participation.paper")
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a sheet brought in, and take it all back after a second click."""
    sheet = get_object_or_404(PaperSheet.objects.select_related("clerk"), number=number)
    if request.method == "POST":
        try:
            removed = undo_paper_sheet(sheet=sheet, clerk=signed_in_person(request))
            told = ngettext("%(count)d support no longer counts.", "%(count)d supports no longer count.", removed)
            messages.success(
                request, gettext("Sheet %(number)d is undone.") % {"number": number} + " " + told % {"count": removed}
            )
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("participation:paper")
    supports = sheet.supports.select_related("idea", "person__paper_record").order_by("id")
    context = {"sheet": sheet, "supports": supports, "ideas": sheet.ideas.all()}
    return render(request, "participation/staff/undo_sheet.html", context)
