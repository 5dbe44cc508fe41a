# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person, and the role that a person has in a municipality.

An account is valid in the whole installation, as a resident does not want a password per neighbouring town; what a
person may do is decided per municipality. Public is the pseudonym alone.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.kernel.people.roles import Role


class Origin(models.TextChoices):
    """How a person takes part."""

    WEB = "web", _("online")
    PAPER = "paper", _("on paper")


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail as the sign-in needs it."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who takes part: online with an e-mail address, or on paper without one."""

    email = models.EmailField(_("e-mail address"), null=True, blank=True)
    pseudonym = models.CharField(_("pseudonym"), max_length=40, help_text=_("This name is public."))
    language = models.CharField(_("language"), max_length=10, default="de")
    origin = models.CharField(_("takes part"), max_length=10, choices=Origin.choices, default=Origin.WEB)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    erased_at = models.DateTimeField(_("account deleted"), null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.UniqueConstraint(Lower("pseudonym"), name="person_pseudonym_once"),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email or None  # several people without an address must not collide on ""
        super().save(*args, **kwargs)


class Membership(TownModel):
    """A role that a person has in a municipality. Residents need no row."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("role in a municipality")
        verbose_name_plural = _("roles in a municipality")
        constraints = [models.UniqueConstraint(fields=["municipality", "person", "role"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"
