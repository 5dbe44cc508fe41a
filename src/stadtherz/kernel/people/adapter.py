# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where django-allauth meets our rooms: how a person is saved, how mail leaves, what is shown in whose words."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.api.limits import visitor
from stadtherz.kernel.municipalities.active import activate, active, active_or_none
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.rules import is_staff
from stadtherz.kernel.people.sealing import seal, unseal
from stadtherz.kernel.people.sessions import DEVICE, STARTED, device_of

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by pseudonym, e-mail address and password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address and the password do not belong together."),
        "too_many_login_attempts": _("Too many attempts. Please wait five minutes and try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right or no longer valid."),
        "duplicate_email": _("This address already belongs to your account."),
        "rate_limited": _("That was a lot at once. Please wait a moment and try again."),
        "same_as_current": _("The new value is the same as the old one."),
    }

    def save_user(self, request: HttpRequest, user: Person, form: BaseForm, commit: bool = True) -> Person:
        """A new account gets its pseudonym from the form and the language in which the form was read."""
        user.pseudonym = form.cleaned_data["pseudonym"]
        user.language = (get_language() or "de").partition("-")[0]
        return super().save_user(request, user, form, commit)

    def login(self, request: HttpRequest, user: Person) -> None:
        """Remember the kind of device, for the list of one's own sessions."""
        super().login(request, user)
        request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
        request.session[STARTED] = timezone.now().isoformat()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who works here begins at the desk, everybody else at the home page; a ``next`` in the address comes first."""
        return reverse("ui-desk") if is_staff(request.user) else super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account: the same form once more would look as if the password were still to be changed."""
        return reverse("people:account")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address for the limits; a proxy is believed only if the operator says that there is one."""
        return visitor(request)

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person that something about the sign-in has changed; without the IP address, which we do not keep."""
        self.send_mail(template_prefix, email or user.email or "", {"user": user, **(context or {})})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """All mail goes through the outbox, in the person's language."""
        from stadtherz.kernel.people.mail import send_account_mail

        with self._town():
            send_account_mail(template_prefix.rpartition("/")[2], email, context)

    def _town(self) -> AbstractContextManager[object]:
        """django-allauth tells of changed second factors after the commit, when the request's municipality is left."""
        if active_or_none() is not None:
            return nullcontext()
        return activate((self.request or allauth_context.request).municipality)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Sign-in through the operator's OpenID Connect provider."""

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Who comes reads that it did not work; only the operator can mend why."""
        logger.warning("sign-in through %s did not work: %s", provider.app.name, exception or error)

    def save_user(self, request: HttpRequest, sociallogin: Any, form: BaseForm | None = None) -> Person:
        """The pseudonym is chosen by the person; the provider's names are not taken over."""
        sociallogin.account.extra_data = {}
        if form is not None:
            sociallogin.user.pseudonym = form.cleaned_data["pseudonym"]
        sociallogin.user.language = (get_language() or "de").partition("-")[0]
        return super().save_user(request, sociallogin, form)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Person:
        """Only the e-mail address is taken from the provider."""
        person: Person = sociallogin.user
        person.email = data.get("email") or None
        return person


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors and passkeys."""

    def encrypt(self, text: str) -> str:
        """A copy of the database alone must not be enough to make codes."""
        return seal(text.encode(), key=settings.SECRET_KEY.encode(), purpose="second-factor").decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Counterpart of ``encrypt``."""
        return unseal(encrypted_text.encode(), key=settings.SECRET_KEY.encode(), purpose="second-factor").decode()

    def get_totp_issuer(self) -> str:
        """What the authenticator app shows."""
        return active().name

    def generate_authenticator_name(self, user: Person, type: Any) -> str:
        """Proposed for a new passkey: the kind of device."""
        return device_of(self.request.headers.get("User-Agent", "")) or "Passkey"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey is valid for the host name under which it was made."""
        return {"id": self.request.get_host().partition(":")[0], "name": active().name}
