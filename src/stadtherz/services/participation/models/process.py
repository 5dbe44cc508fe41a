# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A process (Beteiligung) with its phases and categories."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.language.fields import TextVariants
from stadtherz.kernel.language.reading import resolved
from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.services.participation.phases import Action, PhaseKind, phase_kind, phase_kind_choices


class Process(TownModel):
    """What residents are asked about, such as a square or the yearly collection of ideas."""

    key = models.SlugField(_("key"), max_length=60, help_text=_("Short name in addresses."))
    title = TextVariants(_("title"))
    summary = TextVariants(_("summary"), blank=True)
    description = TextVariants(_("description"), blank=True)
    is_open_ended = models.BooleanField(_("has no end"), default=False)
    is_public = models.BooleanField(_("public"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("participation process")
        verbose_name_plural = _("participation processes")
        ordering = ["order", "-created_at"]
        constraints = [models.UniqueConstraint(fields=["municipality", "key"], name="process_key_once")]

    def __str__(self) -> str:
        return self.key


class Phase(TownModel):
    """A stretch of time in which a process allows what its kind says. Without an end it runs until the next begins."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(_("kind"), max_length=30, choices=phase_kind_choices)
    title = TextVariants(_("title"), blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="phase_ends_later")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d}"

    @property
    def declared(self) -> PhaseKind:
        """What this phase allows and how it is called."""
        return phase_kind(self.kind)

    def allows(self, action: Action) -> bool:
        """Whether residents can do this while the phase runs."""
        return action in self.declared.allows


class Category(TownModel):
    """A topic within a process, chosen by the author."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="categories")
    key = models.SlugField(_("key"), max_length=60)
    title = TextVariants(_("title"))
    icon = models.SlugField(_("icon"), max_length=40, default="circle")
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["process", "key"], name="category_key_once")]

    def __str__(self) -> str:
        return resolved(self.title, language="de").text or self.key
