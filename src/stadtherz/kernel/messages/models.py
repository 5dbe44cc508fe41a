# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The outbox, and what each person wants to be told and how often."""

from __future__ import annotations

from email.utils import make_msgid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.kernel.people.models import Person


def _message_id() -> str:
    return make_msgid(domain="stadtherz")


class MessageState(models.TextChoices):
    """Where a message stands. ``actions`` and ``jobs`` change it and nobody else."""

    QUEUED = "queued", _("waits to be sent")
    HELD = "held", _("waits for the daily summary")
    SENT = "sent", _("sent")
    KEPT = "kept", _("kept, as no mail server is set")
    SUMMARISED = "summarised", _("part of a daily summary")
    FAILED = "failed", _("could not be sent")


class Message(TownModel):
    """One mail to one address. ``message_id`` stays the same over all attempts, so that doubles can be recognised."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField(_("to"))
    notice = models.SlugField(_("kind of notice"), max_length=30)
    template = models.CharField(_("template"), max_length=100)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("further headers"), default=dict, blank=True)
    message_id = models.CharField(_("message identifier"), max_length=200, default=_message_id, editable=False)
    about = models.CharField(_("about"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=MessageState.choices, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    next_try = models.DateTimeField(_("next attempt"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["municipality", "next_try"], name="message_due", condition=Q(state="queued")),
            models.Index(fields=["municipality", "person"], name="message_held", condition=Q(state="held")),
            models.Index(fields=["municipality", "-created_at"], name="message_newest"),
            models.Index(fields=["municipality", "about"], name="message_about", condition=~Q(about="")),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def addresses(self) -> list[str]:
        """The links of the text that stand on a line of their own: what a summary passes on."""
        body = self.text.rpartition("\n-- \n")[0]
        return [line.strip() for line in body.splitlines() if line.strip().startswith(("http://", "https://"))]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.subject = " ".join(self.subject.split())[:300]  # a line break in a subject would be a header of its own
        super().save(*args, **kwargs)


class Rhythm(models.TextChoices):
    """How often a person wants a kind of notice."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day, together")
    NEVER = "never", _("never")


class NoticeWish(TownModel):
    """How often a person wants one kind of notice. No row: as the kind is declared."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    notice = models.SlugField(_("kind of notice"), max_length=30)
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm.choices)

    class Meta:
        verbose_name = _("wish for notices")
        verbose_name_plural = _("wishes for notices")
        constraints = [models.UniqueConstraint(fields=["municipality", "person", "notice"], name="notice_wish_once")]

    def __str__(self) -> str:
        return f"{self.notice}: {self.get_rhythm_display()}"
