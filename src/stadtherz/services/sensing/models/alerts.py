# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules that watch a datastream, and the alerts that they raised."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.services.sensing.models.entities import Datastream

WEEK = "0123456"


class AlertKind(models.TextChoices):
    """What a rule looks for (``engine.watching``)."""

    THRESHOLD = "threshold", _("beyond a value")
    CHANGE = "change", _("changes quickly")
    SILENCE = "silence", _("says nothing")
    OUTLIER = "outlier", _("differs from what is usual")


class AlertRule(TownModel):
    """A rule of the town. It begins switched off, so that it can be tried against the last year first."""

    name = models.CharField(_("name"), max_length=120)
    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="rules", verbose_name=_("sensor"))
    kind = models.CharField(
        _("looks whether the sensor"), max_length=10, choices=AlertKind, default=AlertKind.THRESHOLD
    )
    bound = models.FloatField(_("bound"), default=0.0)
    release = models.FloatField(_("the alert ends at"), null=True, blank=True)
    below = models.BooleanField(_("below the bound instead of above"), default=False)
    minutes = models.PositiveIntegerField(_("within minutes"), default=60)
    hold = models.PositiveIntegerField(_("only if it lasts minutes"), default=0)
    weekdays = models.CharField(_("on these days"), max_length=7, default=WEEK)
    from_hour = models.PositiveSmallIntegerField(_("from hour"), default=0)
    to_hour = models.PositiveSmallIntegerField(_("to hour"), default=24)
    mail_to = models.CharField(_("mail to"), max_length=500, blank=True)
    webhook = models.URLField(_("call this address"), max_length=500, blank=True)
    webhook_secret = models.CharField(max_length=300, blank=True, editable=False)
    called_at = models.DateTimeField(null=True, editable=False)
    call_failed_at = models.DateTimeField(null=True, editable=False)
    call_reason = models.JSONField(default=dict, editable=False)
    is_public = models.BooleanField(_("show on the page of the sensor"), default=False)
    is_on = models.BooleanField(_("switched on"), default=False)
    pause_minutes = models.PositiveIntegerField(_("at most one message in minutes"), default=60)
    checked_until = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def call_fails(self) -> bool:
        """Whether the last call to the other system was not taken."""
        return self.call_failed_at is not None and (self.called_at is None or self.called_at < self.call_failed_at)


class Alert(TownModel):
    """Something that a rule found. At most one lasts per rule."""

    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="alerts")
    began_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("until"), null=True)
    peak = models.FloatField(_("furthest value"), null=True)
    told_at = models.DateTimeField(_("told"), null=True)
    acknowledged_at = models.DateTimeField(_("taken over"), null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule"], condition=Q(ended_at=None), name="sensing_one_lasting_alert"),
            models.UniqueConstraint(fields=["rule", "began_at"], name="sensing_alert_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.began_at:%Y-%m-%d %H:%M}"
