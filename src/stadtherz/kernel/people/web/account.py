# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One's own account: public name, language of the mails, and where one is signed in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from stadtherz.kernel.people.actions import change_profile, end_sessions
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.queries import sessions_of
from stadtherz.kernel.people.web.fields import PseudonymField
from stadtherz.kernel.people.web.guards import signed_in, signed_in_person


class ProfileForm(forms.Form):
    """Public name and language."""

    pseudonym = PseudonymField()
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mails"),
        choices=[
            ("de", gettext_lazy("German")),
            ("de-easy", pgettext_lazy("language", "Easy language")),
            ("en", gettext_lazy("English")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        initial = {"pseudonym": person.pseudonym, "language": person.language}
        super().__init__(*args, **{"initial": initial, **kwargs})
        field = self.fields["pseudonym"]
        assert isinstance(field, PseudonymField)
        field.person = person


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Everything about one's account, by topic."""
    person = signed_in_person(request)
    form = ProfileForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        change_profile(person=person, pseudonym=form.cleaned_data["pseudonym"], language=form.cleaned_data["language"])
        messages.success(request, _("Your account has been changed."))
        return redirect("people:account")
    kinds = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    context = {
        "form": form,
        "second_step": kinds & {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN},
        "has_password": person.has_usable_password(),
        "openid_connect": "openid_connect" in settings.SOCIALACCOUNT_PROVIDERS,
    }
    return render(request, "people/account.html", context)


@signed_in
def sessions(request: HttpRequest) -> HttpResponse:
    """The browsers in which one is signed in."""
    found = sessions_of(signed_in_person(request))
    return render(request, "people/sessions.html", {"sessions": found, "own_key": request.session.session_key})


@signed_in
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = end_sessions(person=signed_in_person(request), but=request.session.session_key)
    if ended:
        messages.success(request, _("All other devices are signed out."))
    else:
        messages.info(request, _("You are signed in on this device alone."))
    return redirect("people:sessions")


@signed_in
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign out one device, told by a digest of its key: the key itself would be enough to steal the session."""
    mark = request.POST.get("session", "")
    for session in sessions_of(signed_in_person(request)):
        if session.mark == mark and session.session_key != request.session.session_key:
            end_sessions(person=signed_in_person(request), only=session.session_key)
            messages.success(request, _("The device is signed out."))
            break
    else:
        messages.info(request, _("This device was signed out already."))
    return redirect("people:sessions")
