# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person, the role that a person has in a municipality, and what is known about a person who has no e-mail.

An account is valid in the whole installation, as a resident does not want a password per neighbouring town; what a
person may do is decided per municipality. Public is the pseudonym alone.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.kernel.people.pseudonyms import skeleton
from stadtherz.kernel.people.recognition import normalised_name
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
    """Somebody who takes part: online with an e-mail address, or on paper without one.

    After erasure the row stays as a number without a name, so that contributions keep an author and supports stay
    counted once (``kernel/privacy``).
    """

    email = models.EmailField(_("e-mail address"), null=True, blank=True)
    pseudonym = models.CharField(_("pseudonym"), max_length=40, help_text=_("This name is public."))
    pseudonym_skeleton = models.CharField(max_length=120, editable=False, null=True)
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
            models.UniqueConstraint(
                Lower("pseudonym"), name="person_pseudonym_once", condition=models.Q(erased_at__isnull=True)
            ),
            models.UniqueConstraint(fields=["pseudonym_skeleton"], name="person_skeleton_once"),
        ]

    def __str__(self) -> str:
        return self.public_name

    @property
    def public_name(self) -> str:
        """What others read as the author's name."""
        return gettext("deleted account") if self.erased_at else self.pseudonym

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email or None  # several people without an address must not collide on ""
        self.pseudonym_skeleton = None if self.erased_at else skeleton(self.pseudonym)
        fields = kwargs.get("update_fields")
        if fields and "pseudonym" in fields:
            kwargs["update_fields"] = {*fields, "pseudonym_skeleton"}
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


class PaperRecord(TownModel):
    """What a clerk wrote down about a person who takes part without e-mail, so that the person counts once.

    Not encrypted: a clerk must find it by name. It is behind the municipality's lock, behind a permission, and has a
    retention of its own (``kernel/registry/kernel_declarations``).
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="paper_record")
    name = models.CharField(_("name"), max_length=120)
    name_normalised = models.CharField(max_length=160, editable=False, db_index=True)
    address = models.CharField(_("street and number"), max_length=200, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    recognition = models.CharField(max_length=64, editable=False)
    entered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)
    last_used_at = models.DateTimeField(_("last took part"), default=timezone.now)

    class Meta:
        verbose_name = _("person without e-mail")
        verbose_name_plural = _("people without e-mail")
        constraints = [models.UniqueConstraint(fields=["municipality", "recognition"], name="paper_person_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_normalised = normalised_name(self.name)[:160]
        super().save(*args, **kwargs)


class Session(AbstractBaseSession):
    """A signed-in browser (or one about to sign in): whose it is, what kind of device, since when. No IP address."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(_("device"), max_length=60, blank=True)
    started_at = models.DateTimeField(_("signed in"), null=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = _("session")  # type: ignore[assignment]
        verbose_name_plural = _("sessions")  # type: ignore[assignment]

    @property
    def mark(self) -> str:
        """What a page may show of the key: enough to tell two sessions apart, useless to a thief."""
        return sha256(self.session_key.encode()).hexdigest()[:16]

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        from stadtherz.kernel.people.sessions import SessionStore

        return SessionStore


class KeptForm(models.Model):
    """A form that was sent after the session had ended, kept for an hour. Only the browser that sent it has the key."""

    digest = models.CharField(max_length=64, primary_key=True)
    path = models.CharField(max_length=500)
    sealed = models.BinaryField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    kept_until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("kept form")
        verbose_name_plural = _("kept forms")

    def __str__(self) -> str:
        return self.path
