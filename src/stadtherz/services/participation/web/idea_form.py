# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form for an idea: one page, in the order in which people think: what, where, a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.files.encoding import MAX_BYTES
from stadtherz.kernel.geo.queries import Found, search_places
from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.ui.written import WrittenField
from stadtherz.services.participation.models import Category, Idea, Process
from stadtherz.services.participation.models.idea import TEXT_LENGTH, TITLE_LENGTH
from stadtherz.services.participation.queries.processes import categories
from stadtherz.services.participation.rules import place_lies_inside
from stadtherz.services.participation.web.comment_form import new_key

PLACE_SEARCH = "/api/v1/geo/search"
PLACES_OFFERED = 5
ONLY_WORDS = "words"
PICTURE_KINDS = "image/jpeg,image/png,image/webp"  # without HEIC, telephones hand in JPEG


@dataclass(frozen=True, slots=True)
class PlaceMeant:
    """A place that the words may mean, to choose from."""

    key: str
    label: str
    is_chosen: bool


class IdeaForm(forms.Form):
    """An idea. Latitude and longitude come from the map or the address search; without them the words count."""

    title = WrittenField(label=_("What is your idea?"), max_length=TITLE_LENGTH, help_text=_("In one short sentence."))
    text = WrittenField(
        label=_("Tell us more"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What is it about, and what would be better then? Please leave out names and telephone numbers."),
    )
    category: forms.ModelChoiceField[Category] = forms.ModelChoiceField(
        None,  # which categories, the process decides
        label=_("Topic"),
        required=False,
        empty_label=_("I do not know"),
    )
    place_label = WrittenField(
        label=_("Where is it?"),
        max_length=200,
        required=False,
        help_text=_("Street, house number or the name of a place. Leave it empty if it is about the whole town."),
    )
    latitude = forms.FloatField(
        label=_("Where is it?"), widget=forms.HiddenInput, required=False, min_value=-90, max_value=90
    )
    longitude = forms.FloatField(
        label=_("Where is it?"), widget=forms.HiddenInput, required=False, min_value=-180, max_value=180
    )
    place_choice = forms.CharField(required=False, max_length=60)
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(
            attrs={
                "accept": PICTURE_KINDS,
                "data-most-bytes": MAX_BYTES,
                "data-too-large-words": _("This picture is larger than 10 MB. Please choose a smaller one."),
            }
        ),
        help_text=_("One that you took yourself, on which nobody can be recognised."),
    )
    alternative_text = WrittenField(
        label=_("What can be seen on the picture?"),
        max_length=300,
        required=False,
        help_text=_("For people who cannot see it."),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=new_key)

    def __init__(self, *args: Any, process: Process, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places_meant: list[PlaceMeant] = []
        offered = categories(process)
        field = self.fields["category"]
        if not offered:
            del self.fields["category"]
            return
        titles = {category.pk: in_words(category.title, request) for category in offered}
        field.queryset = Category.objects.filter(process=process)  # type: ignore[attr-defined]
        field.label_from_instance = lambda category: titles[category.pk]  # type: ignore[attr-defined]

    @property
    def place(self) -> Point | None:
        """The chosen place (WGS 84)."""
        longitude, latitude = self.cleaned_data.get("longitude"), self.cleaned_data.get("latitude")
        if longitude is None or latitude is None:
            return None
        return Point(longitude, latitude, srid=4326)

    def clean(self) -> dict[str, Any]:
        """The place lies in town and is more than words where it can be; a picture has words for those who cannot see it."""
        cleaned = super().clean() or {}
        if self.place is None and cleaned.get("place_label") and "place_label" in self.changed_data:
            self._find_place(cleaned)
        if self.place is not None and not place_lies_inside(self.place):
            self.add_error(
                "place_label", gettext("This place lies outside the municipality. Please choose a place inside.")
            )
        if cleaned.get("picture") and not cleaned.get("alternative_text"):
            self.add_error(
                "alternative_text", gettext("Please describe in a few words what can be seen on the picture.")
            )
        return cleaned

    def _find_place(self, cleaned: dict[str, Any]) -> None:
        """Words without a point, as they come without the map: ask once which place of that name is meant."""
        choice = cleaned.get("place_choice", "")
        if choice == ONLY_WORDS:
            return
        found = search_places(cleaned["place_label"], limit=PLACES_OFFERED)
        inside = [one for one in found if place_lies_inside(Point(one.lon, one.lat, srid=4326))]
        self.places_meant = [PlaceMeant(_key(one), one.label, choice == _key(one)) for one in inside]
        chosen = next((one for one in inside if _key(one) == choice), None) or _the_only_one(
            inside, cleaned["place_label"]
        )
        if chosen is not None:
            self.places_meant = self.places_meant if choice else []  # what was named in full needs no question
            cleaned["longitude"], cleaned["latitude"], cleaned["place_label"] = chosen.lon, chosen.lat, chosen.label
        elif inside:
            self.add_error("place_label", gettext("Which place do you mean? Please choose one from the list."))


def _the_only_one(found: list[Found], typed: str) -> Found | None:
    """The one place that was named in full ("Marktplatz" of "Marktplatz, 67655 Kaiserslautern")."""
    named = [one for one in found if one.label.partition(",")[0].casefold() == typed.strip().casefold()]
    return named[0] if len(named) == 1 else None


def _key(found: Found) -> str:
    return f"{found.lat:.6f},{found.lon:.6f}"


def initial_of(idea: Idea) -> dict[str, Any]:
    """The form as the idea stands."""
    return {
        "title": idea.title,
        "text": idea.text,
        "category": idea.category_id,
        "place_label": idea.place_label,
        "latitude": idea.place.y if idea.place else None,
        "longitude": idea.place.x if idea.place else None,
    }
