# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tables of which there is much: observations, what follows from them, and where they lie when they are cold.

They are made by SQL (migration ``0003_observations``), because Django knows neither partitions nor covering keys. Django's
names for them serve the lock between municipalities, the tests and single look-ups; values are written and read by ``store``.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.services.sensing.models.entities import Datastream


class Observation(TownModel):
    """One observation (OGC 18-088, section 8.2.7), in the partition of its month (UTC).

    ``number`` is the result if it is one, ``value`` any other result (truth, text, JSON, also JSON's null, and integers
    that a double cannot hold). ``details`` has what only some observations bring: ``end`` of the phenomenon time,
    ``result_time``, ``valid_time`` (two times), ``quality``, ``parameters``, and what the town says about it:
    ``correction`` with ``result``, ``flag``, ``by``, ``at``, ``reason``. Number and value are never overwritten.

    Eight columns, so that the list of nulls costs no byte. No foreign key: it would cost more than the row; a trigger on
    the datastreams removes what belongs to a removed one.
    """

    pk = models.CompositePrimaryKey("datastream_id", "phenomenon_time", "sequence")
    phenomenon_time = models.DateTimeField(_("time"))
    number = models.FloatField(_("number"), null=True)
    datastream = models.ForeignKey(Datastream, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    sequence = models.SmallIntegerField(_("sequence"), default=0)
    feature_id = models.BigIntegerField(_("feature of interest, if not the datastream's own"), null=True)
    value = models.JSONField(_("result that is no number"), null=True)
    details = models.JSONField(_("details"), null=True)

    read_by_thousands = True

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")


class Latest(TownModel):
    """The newest observation of a datastream, with the columns of an observation; and from when to when it observed."""

    datastream = models.OneToOneField(Datastream, models.CASCADE, primary_key=True, related_name="latest")
    phenomenon_time = models.DateTimeField(_("time"))
    earliest = models.DateTimeField(_("first phenomenon time"))
    until = models.DateTimeField(_("end of the last phenomenon time"))
    result_since = models.DateTimeField(_("first result time"), null=True)
    result_until = models.DateTimeField(_("last result time"), null=True)
    number = models.FloatField(_("number"), null=True)
    sequence = models.SmallIntegerField(_("sequence"), default=0)
    feature_id = models.BigIntegerField(null=True)
    value = models.JSONField(_("result that is no number"), null=True)
    details = models.JSONField(_("details"), null=True)

    read_by_thousands = True

    class Meta:
        verbose_name = _("latest observation")
        verbose_name_plural = _("latest observations")


class Hour(TownModel):
    """What the numbers of one hour (UTC) come to. Suspect and withdrawn ones are left out and counted as such."""

    pk = models.CompositePrimaryKey("datastream_id", "hour")
    hour = models.DateTimeField(_("hour"))
    sum = models.FloatField(_("sum"))
    min = models.FloatField(_("least"))
    max = models.FloatField(_("most"))
    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="+", db_index=False)
    count = models.IntegerField(_("number of values"))
    filled = models.IntegerField(_("of these filled in"), default=0)
    left_out = models.IntegerField(_("left out"), default=0)

    read_by_thousands = True

    class Meta:
        verbose_name = _("hour")
        verbose_name_plural = _("hours")


class ChangedHour(TownModel):
    """An hour whose roll-up must be made anew; until then whoever reads it computes it."""

    pk = models.CompositePrimaryKey("datastream_id", "hour")
    hour = models.DateTimeField(_("hour"))
    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        db_table = "sensing_changed_hour"
        verbose_name = _("changed hour")
        verbose_name_plural = _("changed hours")


class PackedDay(TownModel):
    """All observations of a datastream on one cold day (UTC), compressed; the figures are of the numbers that count."""

    pk = models.CompositePrimaryKey("datastream_id", "day")
    datastream = models.ForeignKey(Datastream, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    n = models.IntegerField(_("number of observations"))
    min = models.FloatField(_("least"), null=True)
    max = models.FloatField(_("most"), null=True)
    sum = models.FloatField(_("sum"), null=True)
    payload = models.BinaryField(_("observations"))
    # What its rows are about, so that they are found by it: 0 for the datastream's own; null: that alone, as nearly always.
    features = ArrayField(models.BigIntegerField(), verbose_name=_("features of interest"), null=True, editable=False)
    until = models.DateTimeField(_("end of the interval that lasts longest"), null=True, editable=False)

    read_by_thousands = True

    class Meta:
        db_table = "sensing_packed_day"
        verbose_name = _("packed day")
        verbose_name_plural = _("packed days")
        indexes = [
            GinIndex(fields=["features"], name="sensing_packed_about", condition=models.Q(features__isnull=False))
        ]


class KeepingRule(TownModel):
    """How long observations stay at hand and how long at all; without a datastream it is the rule of the town."""

    datastream = models.OneToOneField(Datastream, models.CASCADE, null=True, blank=True, related_name="keeping")
    pack_after_days = models.PositiveIntegerField(
        _("pack after … days"), default=30, help_text=_("Packed days take little room and are read a little slower.")
    )
    keep_days = models.PositiveIntegerField(
        _("keep single values … days"), null=True, blank=True, help_text=_("Empty: for good.")
    )
    keep_hours_days = models.PositiveIntegerField(
        _("keep hourly figures … days"), null=True, blank=True, help_text=_("Empty: for good.")
    )

    class Meta:
        verbose_name = _("rule for keeping")
        verbose_name_plural = _("rules for keeping")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"], condition=models.Q(datastream=None), name="sensing_one_rule_of_the_town"
            )
        ]
