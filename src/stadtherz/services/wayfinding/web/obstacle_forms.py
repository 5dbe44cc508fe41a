# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms about obstacles: a resident's report, a clerk's drawing, a feed."""

from __future__ import annotations

import json
import math
import uuid
from typing import Any

from django import forms
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, Point
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.services.wayfinding.models import Obstacle, ObstacleFeed
from stadtherz.services.wayfinding.models.obstacles import TEXT_LENGTH, TITLE_LENGTH
from stadtherz.services.wayfinding.obstacles.actions import Drawn
from stadtherz.services.wayfinding.obstacles.rules import FARTHEST_REACH_M
from stadtherz.services.wayfinding.obstacles.vocabulary import ASSUMED, Effect, Kind
from stadtherz.services.wayfinding.places import meant
from stadtherz.services.wayfinding.web.when_form import ASKED, WhenForm, initial_when

PICTURE_KINDS = "image/jpeg,image/png,image/webp"  # without HEIC, telephones hand in JPEG
LONGEST_GEOMETRY = 200_000
#: drawings that stand in the field "geometry" (draw.js)
CORNERS = ("line", "area")


class PlaceForm(forms.Form):
    """A place: from the map, or from words."""

    place_label = forms.CharField(
        label=_("Where is it?"), max_length=200, required=False,
        help_text=_("Choose the place on the map, or write street and house number or the name of a place."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    latitude = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place_label"].says_optional = False  # type: ignore[attr-defined]  # the map says it as well

    @property
    def place(self) -> Point:
        """The chosen point (WGS 84); only after the form was found valid."""
        return self._place

    def find_place(self, cleaned: dict[str, Any]) -> None:
        """The map's point counts, else what the words mean; what is not clear is asked."""
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        if latitude is not None and longitude is not None and math.isfinite(latitude) and math.isfinite(longitude):
            self._place = Point(longitude, latitude, srid=4326)
            return
        said = (cleaned.get("place_label") or "").replace("\x00", "").strip()
        found = meant(said) if said else None
        if found is not None and found.place is not None:
            self._place = Point(found.place.lon, found.place.lat, srid=4326)
        elif found is not None and found.choices:
            fitting = "; ".join(choice.label for choice in found.choices)
            self.add_error(
                "place_label", gettext("Several places fit: %(places)s. Please write which one.") % {"places": fitting}
            )
        elif said:
            self.add_error("place_label", gettext("We did not find this place. Try the street without the number."))
        else:
            self.add_error("place_label", gettext("Please say where it is."))


class ReportForm(PlaceForm):
    """A resident's report: place, picture, words, and one tap on the kind."""

    kind = forms.ChoiceField(
        choices=Kind.choices, label=_("What is in the way?"),
        error_messages={"required": _("Please say what is in the way.")},
    )  # fmt: skip
    picture = forms.FileField(
        label=_("Picture"), required=False,
        widget=forms.FileInput(attrs={"accept": PICTURE_KINDS, "capture": "environment"}),
        help_text=_("Please without people and number plates. It is shown when a moderator has seen it."),
    )  # fmt: skip
    alternative_text = forms.CharField(
        label=_("What can be seen on the picture?"), max_length=300, required=False,
        help_text=_("For people who cannot see it."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Say more"), max_length=TEXT_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: which side of the street. Others read it when a moderator has seen it."),
    )  # fmt: skip
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    #: how long a device has kept the report, by its own clock
    minutes_ago = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=60 * 24 * 60)

    def clean(self) -> dict[str, Any]:
        """Find the place."""
        cleaned = super().clean() or {}
        self.find_place(cleaned)
        return cleaned


class DrawForm(PlaceForm, WhenForm):
    """A clerk's obstacle: kind, meaning, place (a drawing, or a point with metres around it), period, words."""

    kind = forms.ChoiceField(choices=Kind.choices, label=_("What is it?"))
    effect = forms.ChoiceField(choices=Effect.choices, label=_("What does it mean?"))
    title = forms.CharField(
        label=_("Short name"), max_length=TITLE_LENGTH, required=False,
        help_text=_("Such as “Town festival on the market square”. Without, the kind is shown."),
    )  # fmt: skip
    reach_m = forms.IntegerField(
        label=_("Metres around it"), min_value=0, max_value=FARTHEST_REACH_M, initial=8,
        help_text=_("Up to 10 metres around a point mean the way on which it lies; more, all ways in the circle."),
    )  # fmt: skip
    geometry = forms.CharField(
        required=False, max_length=LONGEST_GEOMETRY, widget=forms.HiddenInput, label=_("Line or area")
    )
    text = forms.CharField(
        label=_("What should people know?"), max_length=TEXT_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("A way round, a telephone number, the reason."),
    )  # fmt: skip
    drawing = forms.CharField(required=False, max_length=10)  # what the map's tools are set to, where there is a map
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    field_order = (
        "kind",
        "effect",
        "title",
        "place_label",
        "reach_m",
        "repeats",
        *ASKED["once"],
        *ASKED["weekly"],
        "text",
    )

    def clean(self) -> dict[str, Any]:
        """Read the drawing, else find the place."""
        cleaned = super().clean() or {}
        drawn = cleaned.get("geometry")
        if not drawn and cleaned.get("drawing") in CORNERS:
            few = gettext(
                "A line needs two corners at least, an area three. Please draw it to its end, or choose “Point”."
            )
            self.add_error("place_label", few)
        elif drawn:
            try:
                self.shape: GEOSGeometry = as_geometry(json.loads(drawn))
            except (ValueError, RecursionError):
                self.add_error("place_label", gettext("The drawing cannot be read. Please draw it again."))
        else:
            self.find_place(cleaned)
            if "place_label" not in self.errors:
                self.shape = self.place
        return cleaned

    def drawn(self) -> Drawn:
        """What was said, for the verb."""
        said = self.cleaned_data
        names = ("kind", "effect", "title", "place_label", "reach_m", "text")
        return Drawn(geometry=self.shape, **{name: said[name] for name in names}, **self.when())


def as_geometry(said: Any) -> GEOSGeometry:
    """A GeoJSON geometry as a shape in degrees. Raises ``ValueError`` for what is none, also for numbers that are not
    finite."""
    try:
        text = json.dumps(said, allow_nan=False)
        return GEOSGeometry(text, srid=4326)
    except (TypeError, ValueError, RecursionError, GEOSException, GDALException) as error:
        raise ValueError("no geometry") from error


def initial_of(obstacle: Obstacle | None) -> dict[str, Any]:
    """The form as the obstacle stands; a new one is of a kind that is drawn often, and begins now."""
    when = initial_when(obstacle)
    if obstacle is None:
        return when | {"kind": Kind.WORKS.value, "effect": ASSUMED[Kind.WORKS].effect.value}
    is_point = obstacle.geometry.geom_type == "Point"
    return when | {
        "kind": obstacle.kind, "effect": obstacle.effect, "title": obstacle.title, "text": obstacle.text,
        "place_label": obstacle.place_label, "reach_m": obstacle.reach_m, "seen": obstacle.version,
        "latitude": obstacle.geometry.y if is_point else None, "longitude": obstacle.geometry.x if is_point else None,
        "geometry": "" if is_point else obstacle.geometry.geojson,
    }  # fmt: skip


class FeedForm(forms.ModelForm):
    """An address that tells obstacles as GeoJSON."""

    class Meta:
        model = ObstacleFeed
        fields = ("name", "url", "kind", "effect", "is_active")

    def clean_url(self) -> str:
        """Only the web is asked; where the address leads is looked at each time."""
        url = str(self.cleaned_data["url"])
        if not url.lower().startswith(("https://", "http://")):
            raise forms.ValidationError(_("Please give an address that begins with https://."), code="scheme")
        return url
