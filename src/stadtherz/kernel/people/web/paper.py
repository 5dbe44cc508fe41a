# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The clerk's pages for people without e-mail: find, enter, correct, print what is kept, join with an account."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from stadtherz.kernel.people import actions
from stadtherz.kernel.people.merging import NotAnAccount, NotOnPaper, merge_paper_into_account
from stadtherz.kernel.people.models import PaperRecord, Person
from stadtherz.kernel.people.pseudonyms import LONGEST, clean_pseudonym
from stadtherz.kernel.people.queries import find_person, search_paper_records, similar_paper_records
from stadtherz.kernel.people.recognition import normalised_name
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.kernel.privacy.export import export_person

PER_PAGE = 50
REASONS: dict[type[Exception], Any] = {
    actions.NameMissing: gettext_lazy("Please enter first name and surname."),
    actions.BirthYearUnlikely: gettext_lazy("This year of birth cannot be right. It is written with four digits."),
    actions.PseudonymTaken: gettext_lazy("This pseudonym or one that looks like it is taken."),
    actions.SomebodyElseHasThisData: gettext_lazy(
        "There is another entry with this name, year and street. If both are the same person, keep one of them."
    ),
}
FIELD: dict[type[Exception], str | None] = {
    actions.NameMissing: "name",
    actions.BirthYearUnlikely: "birth_year",
    actions.PseudonymTaken: "pseudonym",
    actions.SomebodyElseHasThisData: None,
}


class PaperForm(forms.Form):
    """What a clerk writes down about a person."""

    name = forms.CharField(
        label=gettext_lazy("First name and surname"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    birth_year = forms.IntegerField(
        label=gettext_lazy("Year of birth"),
        required=False,
        help_text=gettext_lazy("Helps to tell people of the same name apart."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Street and number"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For instance: Eisenbahnstr. 12"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    pseudonym = forms.CharField(
        label=gettext_lazy("Pseudonym"),
        required=False,
        max_length=LONGEST,
        help_text=gettext_lazy("Shown in public instead of the name. Left empty, a neutral one is chosen."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean_pseudonym(self) -> str:
        """Checked like that of an account."""
        written = self.cleaned_data["pseudonym"]
        if not written or written == self.initial.get("pseudonym"):
            return str(written)
        return clean_pseudonym(written)

    def clean_name(self) -> str:
        """At least two letters in some alphabet."""
        name = str(self.cleaned_data["name"])
        if len(normalised_name(name)) < 2:
            raise ValidationError(REASONS[actions.NameMissing])
        return name

    def say(self, reason: Exception) -> None:
        """Put a verb's refusal beside the field that it is about."""
        self.add_error(FIELD[type(reason)], REASONS[type(reason)])


class NewPaperForm(PaperForm):
    """A new entry; a person of the same name is shown first."""

    another = forms.BooleanField(required=False, widget=forms.HiddenInput)


@require("people.enter")
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Find people without e-mail by name, street or pseudonym."""
    text = request.GET.get("q", "").strip()
    page = Paginator(search_paper_records(text), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/paper/search.html", {"page": page, "q": text})


@require("people.enter", keep_form=True)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a person. If there is somebody of the same name, the clerk decides whether it is the same person."""
    form = NewPaperForm(request.POST or kept_form(request) or None, initial={"name": request.GET.get("name", "")})
    similar: list[PaperRecord] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not data["another"]:
            similar = similar_paper_records(data["name"])
        if not similar:
            before = set(PaperRecord.objects.filter(name_normalised=normalised_name(data["name"])).values_list("pk"))
            try:
                person = actions.enter_person_without_email(
                    name=data["name"],
                    address=data["address"],
                    birth_year=data["birth_year"],
                    pseudonym=data["pseudonym"],
                    clerk=signed_in_person(request),
                )
            except tuple(REASONS) as reason:
                form.say(reason)
            else:
                record = person.paper_record
                known = (record.pk,) in before
                messages.success(
                    request, _("This person is entered already.") if known else _("The person has been entered.")
                )
                return redirect("people:paper-show", record.pk)
    return render(request, "people/paper/enter.html", {"form": form, "similar": similar})


@require("people.enter", keep_form=True)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """What is kept about a person, and the form to correct it."""
    record = get_object_or_404(PaperRecord.objects.select_related("person"), pk=pk)
    initial = {
        "name": record.name,
        "address": record.address,
        "birth_year": record.birth_year,
        "pseudonym": record.person.pseudonym,
    }
    form = PaperForm(request.POST or kept_form(request) or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.correct_paper_record(
                record=record,
                clerk=signed_in_person(request),
                name=data["name"],
                address=data["address"],
                birth_year=data["birth_year"],
                pseudonym=data["pseudonym"],
            )
        except tuple(REASONS) as reason:
            form.say(reason)
        else:
            messages.success(request, _("The entry has been corrected."))
            return redirect("people:paper-show", record.pk)
    return render(request, "people/paper/show.html", {"form": form, "record": record})


@require("people.enter")
@require_GET
def printout(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is kept about the person, to hand over on paper (GDPR Art. 15)."""
    record = get_object_or_404(PaperRecord.objects.select_related("person"), pk=pk)
    return render(request, "people/paper/print.html", {"record": record, "tables": export_person(record.person)})


class MergeForm(forms.Form):
    """The account with which a paper entry becomes one."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the account"),
        help_text=gettext_lazy("The person has signed up and confirmed this address."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )


@require("people.enter")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """The person has an account now: join both. The second step names what happens, as it cannot be undone."""
    record = get_object_or_404(PaperRecord.objects.select_related("person"), pk=pk)
    form = MergeForm(request.POST or None)
    account: Person | None = None
    if request.method == "POST" and form.is_valid():
        account = find_person(form.cleaned_data["email"])
        confirmed = account is not None and EmailAddress.objects.filter(user=account, verified=True).exists()
        if account is None or not confirmed:
            account = None
            form.add_error("email", _("There is no account with this confirmed address."))
        elif "sure" in request.POST:
            try:
                merge_paper_into_account(gone=record.person, kept=account, clerk=signed_in_person(request))
            except (NotOnPaper, NotAnAccount):
                form.add_error(None, _("Somebody has changed this entry in the meantime. Nothing has been joined."))
            else:
                messages.success(request, _("The entry and the account are one person now."))
                return redirect("people:paper")
    return render(request, "people/paper/merge.html", {"form": form, "record": record, "account": account})
