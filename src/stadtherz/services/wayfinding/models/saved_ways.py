# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A way that a person keeps. It says where somebody goes and how they get about: theirs alone, and erased with them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.services.wayfinding.saved_ways.vocabulary import Standing


class SavedWay(TownModel):
    """Start, destination and limits as the parameters of the link; the way as it usually is, and how it is today."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(_("name"), max_length=120)
    #: the parameters of the page "your way"
    question = models.JSONField(_("question"))
    start = models.PointField(_("start"))
    goal = models.PointField(_("destination"))
    #: the usual way, by which obstacles near it are found; empty while there is none even without them
    line = models.LineStringField(_("usual way"), null=True, blank=True)
    usual_metres = models.FloatField(_("usual length in metres"), default=0)
    metres = models.FloatField(_("length today in metres"), null=True, blank=True)
    standing = models.CharField(_("today"), max_length=10, choices=Standing.choices, default=Standing.FREE)
    since = models.DateTimeField(_("since"), default=timezone.now)
    because = models.JSONField(_("because of these obstacles"), default=list)
    checked_at = models.DateTimeField(_("looked at"), default=timezone.now)
    created_at = models.DateTimeField(_("kept since"), default=timezone.now)

    class Meta:
        verbose_name = _("kept way")
        verbose_name_plural = _("kept ways")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["municipality", "person"], name="saved_way_person")]

    def __str__(self) -> str:
        return self.name
