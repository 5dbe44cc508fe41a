# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The admin's page for roles: who has which, give one, take one. Every change stands in the record of decisions."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stadtherz.kernel.people.actions import LastAdmin, RoleHeld, RoleNotHeld, give_role, take_role
from stadtherz.kernel.people.models import Membership, Person
from stadtherz.kernel.people.queries import find_person, memberships
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.ui.asked import whole_number

GIVEN = [role for role in Role if role is not Role.RESIDENT]


class GiveForm(forms.Form):
    """Whom, and what."""

    person = forms.CharField(
        label=gettext_lazy("Pseudonym or e-mail address"),
        help_text=gettext_lazy("Exactly as the person signed up."),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[(role.value, role.label) for role in GIVEN], widget=forms.RadioSelect
    )

    def clean_person(self) -> Person:
        """The person with exactly this name or address, who can sign in."""
        found = find_person(self.cleaned_data["person"])
        if found is None or not found.is_active:
            raise forms.ValidationError(_("There is no account with this pseudonym or address."))
        return found


@require("people.grant")
def overview(request: HttpRequest) -> HttpResponse:
    """Who has which role."""
    return _page(request, GiveForm())


@require("people.grant")
@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Give a role."""
    form = GiveForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    person, role = form.cleaned_data["person"], Role(form.cleaned_data["role"])
    try:
        give_role(person=person, role=role, admin=signed_in_person(request))
    except RoleHeld:
        messages.info(request, _("%(person)s had this role already.") % {"person": person})
    else:
        messages.success(request, _("%(person)s has the role %(role)s now.") % {"person": person, "role": role.label})
    return redirect("people:roles")


@require("people.grant")
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a role away."""
    person = get_object_or_404(Person, pk=whole_number(request.POST.get("person")) or 0)
    value = request.POST.get("role", "")
    if value not in Role.values:
        return redirect("people:roles")
    try:
        take_role(person=person, role=Role(value), admin=signed_in_person(request))
    except RoleNotHeld:
        messages.info(request, _("Somebody else has taken this role away already."))
    except LastAdmin:
        messages.error(
            request, _("This is the last administrator. Give the role to somebody else first; nothing has changed.")
        )
    else:
        messages.success(request, _("The role has been taken away."))
    return redirect("people:roles")


def _page(request: HttpRequest, form: GiveForm) -> HttpResponse:
    def person_of(membership: Membership) -> Any:
        return membership.person_id

    holders = [
        {"person": given[0].person, "roles": given}
        for given in (list(group) for _key, group in groupby(memberships(), key=person_of))
    ]
    return render(request, "people/roles.html", {"form": form, "holders": holders})
