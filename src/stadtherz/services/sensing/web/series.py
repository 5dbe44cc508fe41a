# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: into which series a source writes that names them itself, as programs do that speak SensorThings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.services.sensing.actions.adoption import set_up_station
from stadtherz.services.sensing.actions.sources import SourceRefused, grant_datastream, withdraw_datastream
from stadtherz.services.sensing.models import Datastream, Source, SourceDatastream, SourceKind
from stadtherz.services.sensing.web.adoption_form import EVERY, quantity_choices
from stadtherz.services.sensing.web.place_form import PLACE_SEARCH, PlaceForm, free_name

MOST_SERIES = 500


def names_series(source: Source) -> bool:
    """Whether what comes from this source names its series itself."""
    return source.kind == SourceKind.HTTP or (source.kind == SourceKind.MQTT and source.settings.get("format") == "sta")


class StationForm(PlaceForm):
    """Name, place and quantities of a new station."""

    name = forms.CharField(
        label=_("Name of the station"), max_length=120, help_text=_("As residents read it, such as: Climate, Stiftsplatz")
    )  # fmt: skip
    quantities = forms.MultipleChoiceField(label=_("What does it measure?"), widget=forms.CheckboxSelectMultiple)
    every = forms.TypedChoiceField(label=_("A value every"), choices=EVERY, coerce=int, required=False)
    field_order = ("name", "place_label", "chosen", "latitude", "longitude", "quantities", "every")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantities"].choices = quantity_choices()[1:]  # type: ignore[attr-defined]
        self.fields["every"].says_optional = False  # type: ignore[attr-defined]  # it has an answer that says nothing

    def clean_name(self) -> str:
        """A name that no other station has."""
        return free_name(self.cleaned_data["name"].strip())


class SeriesForm(forms.Form):
    """A series that is there already."""

    series = forms.ModelChoiceField(
        label=_("A series that is there already"),
        queryset=Datastream._base_manager.none(),
        empty_label=_("please choose"),
    )

    def __init__(self, source: Source, data: Any = None) -> None:
        super().__init__(data)
        others = Datastream.objects.exclude(pk__in=SourceDatastream.objects.filter(source=source).values("datastream"))
        field = self.fields["series"]
        field.queryset = others.select_related("thing").order_by("name", "pk")  # type: ignore[attr-defined]
        field.label_from_instance = lambda each: each.name  # type: ignore[attr-defined]


def written_series(source: Source) -> list[Datastream]:
    """The series into which the source may write."""
    found = Datastream.objects.filter(pk__in=SourceDatastream.objects.filter(source=source).values("datastream"))
    return list(found.select_related("thing", "latest").order_by("name", "pk")[:MOST_SERIES])


@require("sensing.manage")
def set_up(request: HttpRequest, number: int) -> HttpResponse:
    """A new station for this source."""
    source = get_object_or_404(Source.objects, pk=number)
    form = StationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.place is not None:
        said = form.cleaned_data
        try:
            set_up_station(
                source=source, name=said["name"], place=form.place, quantities=said["quantities"],
                expected_seconds=said["every"] or None, by=signed_in_person(request),
            )  # fmt: skip
        except SourceRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(
                request, gettext("The station is set up. The key of the source may write into its series.")
            )
            return redirect("sensing:source", source.pk)
    return render(request, "sensing/staff/new_station.html", {
        "form": form, "source": source, "search_url": PLACE_SEARCH,
    }, status=422 if form.is_bound else 200)  # fmt: skip


@require("sensing.manage")
@require_POST
def grant(request: HttpRequest, number: int) -> HttpResponse:
    """Let the source write into a series, or no longer."""
    source, by = get_object_or_404(Source.objects, pk=number), signed_in_person(request)
    if "withdraw" in request.POST:
        chosen = SourceDatastream.objects.filter(
            source=source, datastream_id=request.POST["withdraw"] if request.POST["withdraw"].isdecimal() else 0
        ).select_related("datastream").first()  # fmt: skip
        if chosen is not None:
            withdraw_datastream(source=source, datastream=chosen.datastream, by=by)
            messages.success(request, gettext("The source no longer writes into this series. Its values stay."))
        return redirect("sensing:source", source.pk)
    form = SeriesForm(source, request.POST)
    if form.is_valid():
        grant_datastream(source=source, datastream=form.cleaned_data["series"], by=by)
        messages.success(request, gettext("The source may write into this series."))
    else:
        messages.error(request, gettext("Please choose a series."))
    return redirect("sensing:source", source.pk)
