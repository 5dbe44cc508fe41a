# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The fields of the sign-up form that are ours: the pseudonym, and two traps for programs that fill in forms.

A picture to decipher would shut out people who cannot see it; a field that nobody sees and a form that is sent faster
than anybody can read cost a person nothing. This module must not import django-allauth's forms, which inherit from it.
"""

from __future__ import annotations

from typing import Any

from allauth.core import context
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.api import limits
from stadtherz.kernel.people.actions import wait_for_others
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.pseudonyms import LONGEST, clean_pseudonym, skeleton
from stadtherz.kernel.people.queries import pseudonym_is_taken

QUICKEST_SECONDS = 2
LONGEST_SECONDS = 24 * 3600
SIGN_UPS = 20  # at once from one address, as from a stand or a school; then one every three minutes
_SALT = "stadtherz.signup.shown"


class PseudonymField(forms.CharField):
    """A public name that nobody has yet."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Pseudonym"))
        kwargs.setdefault(
            "help_text",
            _("This name is public. It appears beside what you write. It need not be your real name."),
        )
        super().__init__(max_length=LONGEST * 3, strip=True, **kwargs)
        self.widget.attrs |= {"autocomplete": "nickname", "maxlength": str(LONGEST)}
        self.person: Person | None = None

    def clean(self, value: Any) -> str:
        """Checked against the rules, then against the names that are taken; a race is waited for."""
        written = super().clean(value)
        if not written:
            return ""
        name = clean_pseudonym(written)
        wait_for_others(f"pseudonym:{skeleton(name)}")
        if pseudonym_is_taken(name, by_other_than=self.person):
            raise ValidationError(_("This pseudonym or one that looks like it is taken. Please choose another."))
        return name


class SignupFields(forms.Form):
    """Base of django-allauth's sign-up forms, by address and by OpenID Connect."""

    pseudonym = PseudonymField()
    website = forms.CharField(
        label=_("Please leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["pseudonym", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown"].initial = signing.dumps("", salt=_SALT)

    def clean(self) -> dict[str, Any]:
        """One address opens only so many accounts; a form that is wrong anyway takes nothing of that."""
        cleaned = super().clean() or {}
        if not self.errors:
            taken = limits.take(f"sign-up:{limits.visitor(context.request)}", limit=SIGN_UPS, per_seconds=3600)
            if not taken.allowed:
                self.add_error(None, limits.in_words(taken))
        return cleaned

    def clean_website(self) -> str:
        """The field is off the screen: only a program fills it in."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Please leave this field empty."))
        return ""

    def clean_shown(self) -> str:
        """Signed when the form was made: too quick is a program, too old or absent is a form that was kept aside."""
        stamp = self.cleaned_data["shown"]
        try:
            signing.loads(stamp, salt=_SALT, max_age=LONGEST_SECONDS)
        except signing.BadSignature:
            self._stamp_anew()
            self.add_error(None, _("This form was open for very long. Please send it once more."))
            return stamp
        try:
            signing.loads(stamp, salt=_SALT, max_age=QUICKEST_SECONDS)
        except signing.SignatureExpired:
            return stamp
        self.add_error(None, _("That was very quick. Please wait a moment and send the form once more."))
        return stamp

    def _stamp_anew(self) -> None:
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("shown")] = signing.dumps("", salt=_SALT)  # type: ignore[index]

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Demanded by django-allauth; the adapter has saved everything."""
