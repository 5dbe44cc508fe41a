# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: name and place of a station, changed because it moved or because they were told wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.ui.meanwhile import saved_words
from stadtherz.services.sensing.actions.places import place_of
from stadtherz.services.sensing.actions.stations import correct_place, move_station, rename_station
from stadtherz.services.sensing.models import Datastream, Thing
from stadtherz.services.sensing.web.place_form import PLACE_SEARCH, PlaceForm, free_name

MOVED, WRONG = "moved", "wrong"
SAME_PLACE = 1e-6  # degrees, some centimetres


class StationForm(PlaceForm):
    """Name and place. Without a new place it stays where it is."""

    needs_place = False
    name = forms.CharField(
        label=_("Name of the station"),
        max_length=120,
        help_text=_("As residents read it, such as: Climate, Stiftsplatz"),
    )
    why = forms.ChoiceField(
        label=_("If the place changes"), widget=forms.RadioSelect, initial=MOVED,
        choices=(
            (MOVED, _("It stands there from now on. Earlier values belong to the earlier place.")),
            (WRONG, _("It always stood there. The place was told wrong.")),
        ),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    """The name and the place that the page told."""
    field_order = ("name", "place_label", "chosen", "latitude", "longitude", "why", "seen")

    def __init__(self, data: Any = None, *, station: Thing, stands: tuple[float, float] | None) -> None:
        self.station, self.stands = station, stands  # latitude, longitude
        now = version(station.name, stands)
        self.before = data.get("seen", "") if data and data.get("seen", now) != now else ""
        """What the page told, if somebody else has changed it since."""
        if self.before:
            data = data.copy()
            data["seen"] = now  # who has read what is told may send again
            if self.was_moved and self._is_near(data, _place_in(self.before)):
                data["latitude"], data["longitude"] = map(str, stands or ("", ""))
        if data and data.get("place_label") and self._is_here(data.get("latitude"), data.get("longitude")):
            data = data.copy()  # an address in words goes before the point that the map showed at the beginning
            data["latitude"] = data["longitude"] = ""
        latitude, longitude = stands or (None, None)
        super().__init__(
            data, initial={"name": station.name, "latitude": latitude, "longitude": longitude, "seen": now}
        )
        self.fields["place_label"].label = _("Where does it stand now?")
        self.fields["place_label"].help_text = _(
            "Street and number, or a click on the map. Empty: it stays where it is."
        )

    def clean_name(self) -> str:
        """A name that no other station has."""
        return free_name(self.cleaned_data["name"].strip(), station=self.station)

    @property
    def was_moved(self) -> bool:
        """Whether somebody else has moved it since the page was opened."""
        return bool(self.before) and _place_in(self.before) != _place_in(version("", self.stands))

    def _is_here(self, latitude: Any, longitude: Any) -> bool:
        return self._is_near({"latitude": latitude, "longitude": longitude}, self.stands)

    @staticmethod
    def _is_near(said: Any, place: tuple[float, float] | None) -> bool:
        try:
            there = float(said.get("latitude")), float(said.get("longitude"))
        except (TypeError, ValueError):
            return False
        return place is not None and all(abs(a - b) < SAME_PLACE for a, b in zip(there, place, strict=True))

    @property
    def new_place(self) -> Point | None:
        """Where it is to stand, if that is another place than until now."""
        place = self.place
        return None if place is None or self._is_here(place.y, place.x) else place

    def clean(self) -> dict[str, Any]:
        """Words that lead nowhere, or to several places, are asked about; none at all are no new place."""
        self.needs_place = bool(self.data.get("place_label"))
        cleaned = super().clean()
        if self.before and cleaned.get("name") not in {None, self.station.name}:
            self.add_error("name", saved_words(self.station.name))
        if self.was_moved:
            self.add_error(
                "place_label",
                gettext("Meanwhile this station has been moved. Please look at the map before you save again."),
            )
        return cleaned


def version(name: str, stands: tuple[float, float] | None) -> str:
    """What a page tells of a station, so that it is known whether somebody else has changed it."""
    place = "" if stands is None else f"{stands[0]:.7f},{stands[1]:.7f}"
    return f"{place} {name}"


def _place_in(told: str) -> tuple[float, float] | None:
    """Latitude and longitude in a ``version``; it comes from a form."""
    try:
        latitude, longitude = map(float, told.partition(" ")[0].split(","))
    except ValueError:
        return None
    return latitude, longitude


@require("sensing.manage")
def station(request: HttpRequest, number: int) -> HttpResponse:
    """Change name and place."""
    found = Thing.objects.filter(pk=number).first() if number < 2**31 else None
    if found is None:
        raise Http404
    place = place_of(found.pk)
    point = place.geometry.point_on_surface if place is not None and place.geometry is not None else None
    form = StationForm(request.POST or None, station=found, stands=(point.y, point.x) if point is not None else None)
    first = Datastream.objects.filter(thing=found).order_by("pk").first()
    back = ("sensing:sensor", first.pk) if first is not None else ("sensing:sources",)
    if request.method == "POST" and form.is_valid():
        _take_over(request, found, form)
        return redirect(*back)
    return render(request, "sensing/staff/station.html", {
        "form": form, "station": found, "search_url": PLACE_SEARCH, "series": first,
    }, status=422 if form.is_bound else 200)  # fmt: skip


def _take_over(request: HttpRequest, found: Thing, form: StationForm) -> None:
    by, name, place = signed_in_person(request), form.cleaned_data["name"], form.new_place
    if name != found.name:
        rename_station(station=found, name=name, by=by)
    if place is not None and form.cleaned_data["why"] == MOVED:
        move_station(station=found, place=place, by=by)
    elif place is not None:
        correct_place(station=found, place=place, by=by)
    messages.success(request, gettext("The station has been changed."))
