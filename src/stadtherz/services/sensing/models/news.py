# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which observations somebody has still to be told of. Written and read by ``store.noting``; empty where nobody listens."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from stadtherz.kernel.municipalities.tenancy import TownModel


class Audience(TownModel):
    """Who is to be told: the broker of a source, or all clients of our listener. What comes after ``until`` is not noted for it."""

    name = models.CharField(max_length=100)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="sensing_audience_once")]


class News(TownModel):
    """Observations that one write made, or that were changed (``changed``), as columns; no sequences: all are 0.

    Noted in the transaction that writes them. No foreign key in the database: a check for each note would lock the audience.
    """

    audience = models.ForeignKey(Audience, models.CASCADE, db_constraint=False, related_name="news")
    datastreams = ArrayField(models.IntegerField())
    times = ArrayField(models.DateTimeField())
    sequences = ArrayField(models.SmallIntegerField(), null=True)
    changed = models.BooleanField()
