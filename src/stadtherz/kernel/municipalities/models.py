# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A municipality and the host names under which it is reached."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

HEX_COLOUR = RegexValidator(r"^#[0-9a-f]{6}\Z", _("A colour is written as #1a5fb4."))


def _german() -> list[str]:
    return ["de"]


class Municipality(models.Model):
    """A town, an association of municipalities or a county: one tenant of the installation."""

    key = models.SlugField(_("key"), unique=True, help_text=_("Short name in addresses and files."))
    name = models.CharField(_("name"), max_length=100)
    official_name = models.CharField(_("official name"), max_length=200, blank=True)
    ags = models.CharField(_("official municipality key (AGS)"), max_length=12, blank=True)
    accent = models.CharField(_("accent colour"), max_length=7, default="#8a1c3b", validators=[HEX_COLOUR])
    accent_dark = models.CharField(_("accent colour on dark"), max_length=7, default="#f2a0b5", validators=[HEX_COLOUR])
    logo = models.CharField(_("coat of arms"), max_length=200, blank=True, help_text=_("Path of a stored picture."))
    languages = ArrayField(models.CharField(max_length=10), default=_german, verbose_name=_("languages"))
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin")
    map_centre = models.PointField(_("centre of the map"), default=Point(7.769, 49.444, srid=4326))
    map_zoom = models.FloatField(_("zoom of the map"), default=13)
    bounds = models.MultiPolygonField(_("area"), null=True, blank=True)
    services = ArrayField(models.SlugField(), default=list, blank=True, verbose_name=_("services switched on"))
    texts = models.JSONField(
        _("texts"), default=dict, blank=True, help_text=_("Imprint, privacy, contact: one text per language.")
    )
    is_default = models.BooleanField(_("answers for unknown host names on this machine"), default=False)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=models.Q(is_default=True), name="one_default")
        ]

    def __str__(self) -> str:
        return self.name

    def offers(self, service_key: str) -> bool:
        """Whether the service with this key is switched on here."""
        return service_key in self.services


class MunicipalityHost(models.Model):
    """A host name (without port, lower case) that leads to a municipality."""

    host = models.CharField(_("host name"), max_length=253, unique=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="hosts")

    class Meta:
        verbose_name = _("host name")
        verbose_name_plural = _("host names")

    def __str__(self) -> str:
        return self.host
