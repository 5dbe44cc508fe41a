# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two ideas that say the same: which one is kept, and what came over to it, so that it can all go back."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownManager, TownModel
from stadtherz.services.participation.models.idea import Idea
from stadtherz.services.participation.states import Visibility

REASON_LENGTH = 1000


def _numbers() -> ArrayField:
    return ArrayField(models.BigIntegerField(), default=list, editable=False)


class MergeQuerySet(models.QuerySet["Merge"]):
    """Mergers, narrowed in the words of the service."""

    def standing(self) -> Self:
        """Those that hold: not undone, and the double was not taken down since."""
        return self.filter(undone_at=None, double__visibility=Visibility.MERGED)


class MergeManager(TownManager.from_queryset(MergeQuerySet)):  # type: ignore[misc]
    """Mergers of the active municipality."""


class Merge(TownModel):
    """The ``double`` was merged into the ``kept`` idea. Rows that came over are named by their numbers."""

    double = models.ForeignKey(Idea, verbose_name=_("double"), on_delete=models.CASCADE, related_name="+")
    kept = models.ForeignKey(Idea, verbose_name=_("kept idea"), on_delete=models.CASCADE, related_name="merges")
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(_("reason"), max_length=REASON_LENGTH)
    supports = _numbers()
    comments = _numbers()
    follows = _numbers()
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects: ClassVar[MergeManager] = MergeManager()

    class Meta:
        verbose_name = _("merger of two ideas")
        verbose_name_plural = _("mergers of ideas")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["double"], condition=Q(undone_at=None), name="merged_into_one"),
        ]

    def __str__(self) -> str:
        return f"{self.double_id} → {self.kept_id}"
