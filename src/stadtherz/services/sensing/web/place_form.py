# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A place in a clerk's form: chosen on the map, or by an address in words, also without JavaScript."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.geo.search.finding import search_places
from stadtherz.services.sensing.models import Thing

PLACE_SEARCH = "/api/v1/geo/search"
SURE = 12.0  # an answer this much better than the next needs no question


class PlaceForm(forms.Form):
    """Fields of a place. An address without a point on the map is looked up; several answers are offered to choose from."""

    place_label = forms.CharField(
        label=_("Where does it stand?"), max_length=200, required=False,
        help_text=_("Street and number, or choose the place on the map."),
    )  # fmt: skip
    chosen = forms.ChoiceField(label=_("Which of these?"), required=False, widget=forms.RadioSelect)
    latitude = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)

    needs_place = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = search_places(str(self.data.get("place_label", ""))[:200], limit=5) if self._asks() else []
        self.fields["place_label"].says_optional = False  # type: ignore[attr-defined]  # words or a point: one is needed
        choices = [(f"{one.lat:.6f},{one.lon:.6f}", one.label) for one in self.offered]
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]
        self.fields["chosen"].says_optional = False  # type: ignore[attr-defined]  # it is only there to be answered

    def _asks(self) -> bool:
        return bool(self.data.get("place_label")) and not (self.data.get("latitude") and self.data.get("longitude"))

    @property
    def place(self) -> Point | None:
        """The chosen place (WGS 84)."""
        said = self.cleaned_data
        if said.get("latitude") is not None and said.get("longitude") is not None:
            return Point(said["longitude"], said["latitude"], srid=4326)
        if said.get("chosen"):
            latitude, longitude = said["chosen"].split(",")
            return Point(float(longitude), float(latitude), srid=4326)
        if self._is_sure():
            return Point(self.offered[0].lon, self.offered[0].lat, srid=4326)
        return None

    def _is_sure(self) -> bool:
        """Whether nobody needs to be asked: one answer, one far better than the next, or one that says what was written, word for word."""
        if len(self.offered) < 2:
            return bool(self.offered)
        written = _letters(self.data.get("place_label", ""))
        exact = [_letters(one.label.partition(",")[0]) == written for one in self.offered]
        return exact == [True, *(False for _one in exact[1:])] or self.offered[0].score - self.offered[1].score >= SURE

    def clean(self) -> dict[str, Any]:
        """A place in words must lead to one on the map, as a sensor without a place is of little use."""
        cleaned = super().clean() or {}
        if "place_label" in cleaned and self.needs_place and self.place is None:
            if self.offered:
                self.add_error("chosen", pgettext("to staff", "Several places fit. Please choose one."))
            elif cleaned["place_label"]:
                self.add_error(
                    "place_label", gettext("This address was not found. Please try the street without the number.")
                )
            else:
                self.add_error("place_label", gettext("Please say where it stands, or choose the place on the map."))
        return cleaned


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def free_name(name: str, *, station: Thing | None = None) -> str:
    """The name of a station if no other one has it: of two that are called the same nobody knows which is meant."""
    others = Thing.objects.filter(name=name)
    if (others.exclude(pk=station.pk) if station else others).exists():
        raise forms.ValidationError(
            gettext(
                "There is a station of this name already. Please say what tells this one from it, such as its street."
            )
        )
    return name
