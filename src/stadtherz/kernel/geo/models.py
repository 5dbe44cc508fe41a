# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Extracts of OpenStreetMap with their streets, addresses and places; districts of a municipality.

What comes from an extract is public map data of a region, which several municipalities of one installation may share.
Those tables therefore carry no municipality and no row lock. Districts are a municipality's own.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.tenancy import TownModel


class ExtractKind(models.TextChoices):
    """Whether the map shows the world or a made-up town."""

    OSM = "osm", _("OpenStreetMap")
    MODEL = "model", _("model town")


class Extract(models.Model):
    """One loaded extract. Its files lie in the data directory and bear ``key`` and ``version`` in their names."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    version = models.CharField(_("version"), max_length=12, help_text=_("Beginning of the SHA-256 of the file."))
    kind = models.CharField(_("kind"), max_length=10, choices=ExtractKind.choices, default=ExtractKind.OSM)
    name = models.CharField(_("name"), max_length=200)
    source = models.CharField(_("source"), max_length=500, help_text=_("File name or address that it came from."))
    etag = models.CharField(max_length=200, blank=True)
    attribution = models.CharField(_("attribution"), max_length=300)
    bounds = models.PolygonField(_("area"))
    streets = models.PositiveIntegerField(_("streets"), default=0)
    addresses = models.PositiveIntegerField(_("addresses"), default=0)
    places = models.PositiveIntegerField(_("places"), default=0)
    loaded_at = models.DateTimeField(_("loaded"), auto_now=True)

    class Meta:
        db_table = "geo_extract"
        verbose_name = _("extract")
        verbose_name_plural = _("extracts")

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """Key and version: what the tiles' addresses and the files are named by, so that neither ever changes."""
        return f"{self.key}-{self.version}"


class Street(models.Model):
    """A street: all ways of one name that lie together."""

    extract = models.ForeignKey(Extract, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    spelling = models.CharField(max_length=200)
    compact = models.CharField(max_length=200)
    locality = models.CharField(max_length=200, blank=True)
    location = models.PointField()
    geometry = models.GeometryField()

    class Meta:
        db_table = "geo_extract_street"
        indexes = [
            GinIndex(OpClass(F("spelling"), name="gin_trgm_ops"), name="geo_street_spelling"),
            models.Index(OpClass(F("compact"), name="text_pattern_ops"), name="geo_street_compact"),
        ]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """A house number in a street."""

    extract = models.ForeignKey(Extract, on_delete=models.CASCADE, related_name="+")
    street = models.ForeignKey(Street, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=30)
    number_key = models.CharField(max_length=30)
    postcode = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=100, blank=True)
    location = models.PointField()

    class Meta:
        db_table = "geo_extract_address"
        indexes = [models.Index(fields=["street", "number_key"], name="geo_address_number")]

    def __str__(self) -> str:
        return self.number


class Place(models.Model):
    """Something with a name that is no street: a shop, a school, a square, a quarter, a stop."""

    extract = models.ForeignKey(Extract, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    spelling = models.CharField(max_length=200)
    compact = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    weight = models.SmallIntegerField(help_text="1 most people know it … 9 few do")
    address = models.CharField(max_length=200, blank=True)
    location = models.PointField()

    class Meta:
        db_table = "geo_extract_place"
        indexes = [
            GinIndex(OpClass(F("spelling"), name="gin_trgm_ops"), name="geo_place_spelling"),
            models.Index(OpClass(F("compact"), name="text_pattern_ops"), name="geo_place_compact"),
        ]

    def __str__(self) -> str:
        return self.name


class District(TownModel):
    """A district (Ortsbezirk, Stadtteil) of the municipality."""

    name = models.CharField(_("name"), max_length=100)
    short = models.CharField(_("short name"), max_length=20, blank=True)
    geometry = models.MultiPolygonField(_("area"))
    middle = models.PointField(_("a point inside, for its name on the map"))
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="geo_district_name_once")]

    def __str__(self) -> str:
        return self.name
