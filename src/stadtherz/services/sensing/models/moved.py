# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Earlier identifiers of observations whose time or datastream was corrected."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.services.sensing.models.entities import Datastream


class MovedObservation(TownModel):
    """``original`` was the identifier once, ``current`` is it now."""

    original = models.CharField(_("earlier identifier"), max_length=40)
    current = models.CharField(_("identifier"), max_length=40, db_index=True)
    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("moved observation")
        verbose_name_plural = _("moved observations")
        constraints = [models.UniqueConstraint(fields=["original"], name="sensing_moved_once")]
