# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The entities of OGC SensorThings API 1.1 (OGC 18-088, section 8.2), one table each, for each municipality.

Names and meanings are the standard's. A ``Datastream`` has some columns of our own: what it measures in the words of the
town's catalogue of quantities, how often a value is expected (for gaps), and who may read it.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel


class Described(TownModel):
    """Name, description and free properties, which nearly every entity has."""

    name = models.TextField(_("name"))
    description = models.TextField(_("description"), blank=True)
    properties = models.JSONField(_("further properties"), null=True, blank=True)

    class Meta(TownModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


class Thing(Described):
    """What measures, as people see it: a counting post, a weather station, a car park (section 8.2.1)."""

    class Meta:
        verbose_name = _("thing")
        verbose_name_plural = _("things")
        ordering = ["pk"]


class Location(Described):
    """A place of things (section 8.2.2). ``location`` is kept as it was given; ``geometry`` is what we understood of it."""

    encoding_type = models.TextField(_("encoding"))
    location = models.JSONField(_("place"))
    geometry = models.GeometryField(_("geometry"), srid=4326, null=True, editable=False)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["pk"]


class ThingLocation(TownModel):
    """Where a thing is now. Several rows describe the same place in several encodings."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="places")
    location = models.ForeignKey(Location, models.CASCADE, related_name="things")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing", "location"], name="sensing_thing_location_once")]


class HistoricalLocation(TownModel):
    """Since when a thing is, or was, at a place (section 8.2.3)."""

    thing = models.ForeignKey(Thing, models.CASCADE, related_name="history")
    time = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("earlier location")
        verbose_name_plural = _("earlier locations")
        ordering = ["pk"]
        indexes = [models.Index(fields=["thing", "time"])]


class HistoricalLocationPlace(TownModel):
    """The places of one entry in a thing's history."""

    history = models.ForeignKey(HistoricalLocation, models.CASCADE, related_name="places")
    location = models.ForeignKey(Location, models.CASCADE, related_name="history")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["history", "location"], name="sensing_history_location_once")]


class Sensor(Described):
    """The instrument or procedure (section 8.2.5)."""

    encoding_type = models.TextField(_("encoding"))
    metadata = models.JSONField(_("data sheet"))

    class Meta:
        verbose_name = _("sensor")
        verbose_name_plural = _("sensors")
        ordering = ["pk"]


class ObservedProperty(Described):
    """What is measured: a quantity with its definition (section 8.2.6)."""

    definition = models.TextField(_("definition"))

    class Meta:
        verbose_name = _("observed property")
        verbose_name_plural = _("observed properties")
        ordering = ["pk"]


class FeatureOfInterest(Described):
    """What an observation says something about; usually the place of the thing (section 8.2.8)."""

    encoding_type = models.TextField(_("encoding"))
    feature = models.JSONField(_("feature"))
    geometry = models.GeometryField(_("geometry"), srid=4326, null=True, editable=False)
    location = models.ForeignKey(  # the place it was made from when an observation brought none (section 10.2)
        Location, models.SET_NULL, null=True, editable=False, related_name="features"
    )

    class Meta:
        verbose_name = _("feature of interest")
        verbose_name_plural = _("features of interest")
        ordering = ["pk"]


class ResultKind(models.TextChoices):
    """In which form the results of a datastream come; follows from the observation type (section 8.2.4, table 12)."""

    NUMBER = "number", _("number")
    TRUTH = "truth", _("yes or no")
    TEXT = "text", _("text")
    ANY = "any", _("anything")


class Datastream(Described):
    """Observations of one property by one sensor of one thing (section 8.2.4). Its key fits into four bytes."""

    id = models.AutoField(primary_key=True)
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="datastreams")
    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="datastreams")
    observed_property = models.ForeignKey(ObservedProperty, models.CASCADE, related_name="datastreams")
    observation_type = models.TextField(_("observation type"))
    unit_of_measurement = models.JSONField(_("unit"), help_text=_("name, symbol and definition"))
    observed_area = models.GeometryField(_("observed area"), srid=4326, null=True, blank=True)

    # Observations that name no feature in their row mean ``feature``; when the thing has moved since, new ones get
    # ``current_feature`` (actions/places keeps both).
    feature = models.ForeignKey(FeatureOfInterest, models.SET_NULL, null=True, editable=False, related_name="+")
    current_feature = models.ForeignKey(FeatureOfInterest, models.SET_NULL, null=True, editable=False, related_name="+")
    earlier_units = models.JSONField(
        _("earlier units"), default=list, editable=False, help_text=_("Each with the time until which it was the unit.")
    )

    kind = models.CharField(_("form of results"), max_length=8, choices=ResultKind, default=ResultKind.ANY)
    quantity = models.CharField(
        _("quantity"),
        max_length=40,
        blank=True,
        help_text=_("A key of the catalogue of quantities, for charts and limits."),
    )
    expected_seconds = models.PositiveIntegerField(
        _("a value every … seconds"), null=True, blank=True, help_text=_("Without it, gaps cannot be shown.")
    )
    is_open = models.BooleanField(_("open to all"), default=True)

    class Meta:
        verbose_name = _("datastream")
        verbose_name_plural = _("datastreams")
        ordering = ["pk"]
        indexes = [
            GinIndex(fields=["properties"], name="sensing_datastream_props", opclasses=["jsonb_path_ops"]),
            models.Index(fields=["quantity"], name="sensing_datastream_quantity", condition=~Q(quantity="")),
        ]
