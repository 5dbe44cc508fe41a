# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""django-allauth's sign-in and sign-up forms in our words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.people.actions import wait_for_others
from stadtherz.kernel.people.mail import send_account_mail


def _without_placeholders(form: forms.Form) -> None:
    """A placeholder repeats the label in pale grey and is gone when one types: the label suffices."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth_forms.LoginForm):
    """Sign in with address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Stay signed in on this device")
        _without_placeholders(self)


class SignupForm(allauth_forms.SignupForm):
    """Sign up with pseudonym, address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("Nobody sees it. You get a mail with a link that you confirm.")
        self.fields["password1"].label = _("Password")
        self.fields["password1"].help_text = _("At least 10 characters. Three or four words make a good password.")
        _without_placeholders(self)

    def clean_email(self) -> str:
        """Two sign-ups with one address pass one after the other."""
        wait_for_others(f"email:{self.cleaned_data['email'].lower()}")
        return super().clean_email()

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """An address that has an account costs the same time as a new one, so that the clock tells nothing."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """Ask for a link to choose a new password."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """For an address without account the same mail is written and thrown away, so that the clock tells nothing."""
        if not self.users:
            with transaction.atomic():
                address = request.build_absolute_uri(reverse("account_reset_password_from_key", args=["0", "nobody"]))
                send_account_mail("password_reset_key", self.cleaned_data["email"], {"password_reset_url": address})
                transaction.set_rollback(True)
        return str(super().save(request, **kwargs))


class PasskeyForm(AddWebAuthnForm):
    """Add a passkey; to sign in without a password is what most people want it for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the device")
        self.fields["passwordless"].label = _("Sign in without a password")
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _("Else it is a second step after the password.")
