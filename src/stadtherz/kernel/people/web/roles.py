# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The admin's page for roles: who has which, give one, take one. Every change stands in the record of decisions."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stadtherz.kernel.people.actions import LastAdmin, RoleHeld, RoleNotHeld, give_role, take_role
from stadtherz.kernel.people.invitations import (
    InvitationInvalid,
    InvitedSomebodyElse,
    accept_invitation,
    invite,
    read_invitation,
)
from stadtherz.kernel.people.models import Membership, Person
from stadtherz.kernel.people.queries import find_person, memberships
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.web.guards import public, require, signed_in_person
from stadtherz.kernel.ui.asked import whole_number

GIVEN = [role for role in Role if role is not Role.RESIDENT]


class GiveForm(forms.Form):
    """Whom, and what."""

    person = forms.CharField(
        label=gettext_lazy("Pseudonym or e-mail address"),
        help_text=gettext_lazy("Exactly as the person signed up. An address without an account gets an invitation."),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[(role.value, role.label) for role in GIVEN], widget=forms.RadioSelect
    )

    def clean_person(self) -> Person | str:
        """The person with exactly this name or address, who can sign in; or the address of somebody new."""
        called = self.cleaned_data["person"].strip()
        found = find_person(called)
        if found is None and "@" in called:
            validate_email(called)
            return called
        if found is None or not found.is_active:
            raise forms.ValidationError(
                _("There is no account with this pseudonym. Write the e-mail address, then the person is invited.")
            )
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
    if isinstance(person, str):
        invite(address=person, role=role, admin=signed_in_person(request))
        messages.success(
            request, _("%(address)s has got an invitation. The link counts for seven days.") % {"address": person}
        )
        return redirect("people:roles")
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


@public
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in the mail leads to: says what is offered; a POST by the person who was invited accepts it."""
    try:
        offered = read_invitation(token)
        if request.method == "POST" and request.user.is_authenticated:
            accept_invitation(invitation=offered, person=signed_in_person(request))
            messages.success(request, _("You have the role %(role)s now.") % {"role": offered.role.label})
            return redirect("ui-desk")
    except InvitationInvalid:
        return render(request, "people/invitation.html", {"offered": None}, status=404)
    except InvitedSomebodyElse:
        messages.error(request, _("This invitation was sent to another e-mail address. Please sign in with that one."))
    except RoleHeld:
        messages.info(request, _("You have this role already."))
        return redirect("ui-desk")
    own = getattr(request.user, "email", None) or ""
    is_for_another = request.user.is_authenticated and own.casefold() != offered.address.casefold()
    return render(request, "people/invitation.html", {"offered": offered, "is_for_another": is_for_another})


def _page(request: HttpRequest, form: GiveForm) -> HttpResponse:
    def person_of(membership: Membership) -> Any:
        return membership.person_id

    holders = [
        {"person": given[0].person, "roles": given}
        for given in (list(group) for _key, group in groupby(memberships(), key=person_of))
    ]
    return render(request, "people/roles.html", {"form": form, "holders": holders})
