# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: a sensor that nobody knows yet becomes one of the town's; which of its fields is what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import localize
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.services.sensing.actions.adoption import Measured, add_fields, adopt_device, let_go_device, unmap_field
from stadtherz.services.sensing.actions.sources import SourceRefused
from stadtherz.services.sensing.decoders import DECODERS
from stadtherz.services.sensing.models import FieldMapping, Source, SourceDevice
from stadtherz.services.sensing.quantities import QUANTITIES
from stadtherz.services.sensing.queries.sources import guess_decoder, guess_rhythm, sample_values, waiting_messages
from stadtherz.services.sensing.web.place_form import PLACE_SEARCH, PlaceForm

EVERY = ((0, _("I do not know")), (300, _("5 minutes")), (600, _("10 minutes")), (900, _("15 minutes")), (1200, _("20 minutes")), (3600, _("one hour")), (86400, _("one day")))  # fmt: skip
MOST_FIELDS = 40


def quantity_choices() -> list[tuple[str, Any]]:
    """The catalogue of quantities for a form, and "not at all"."""
    known = sorted(((key, str(each.title), each.symbol) for key, each in QUANTITIES.items()), key=lambda each: each[1])
    return [
        ("", _("do not take in")),
        *((key, f"{title} ({symbol})" if symbol else title) for key, title, symbol in known),
    ]


def _symbol(unit: str, quantity: str) -> str:
    """A unit as people read it."""
    known = QUANTITIES.get(quantity)
    return known.symbol if known is not None and known.unit == unit else unit


class AdoptionForm(PlaceForm):
    """Name, place, and a quantity for each field that the device sends."""

    name = forms.CharField(
        label=_("Name of the station"),
        max_length=120,
        help_text=_("As residents read it, such as: Climate, Stiftsplatz"),
    )
    decoder = forms.ChoiceField(
        label=_("Model"),
        required=False,
        help_text=_("How the messages are read. Without one, as the network decodes them."),
    )
    every = forms.TypedChoiceField(label=_("A value every"), choices=EVERY, coerce=int, required=False)
    field_order = ("name", "place_label", "chosen", "latitude", "longitude", "every", "decoder")

    def __init__(self, *args: Any, sample: dict[str, object], decoder: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        models = [
            ("", _("as the network decodes it")),
            *((key, f"{each.vendor} {each.title}") for key, each in DECODERS.items()),
        ]
        self.fields["decoder"].choices = models  # type: ignore[attr-defined]
        self.fields["decoder"].initial = decoder
        for name in ("decoder", "every"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]  # each has an answer that says nothing
        self.described = DECODERS.get(decoder)
        self.units: dict[str, str] = {}
        for field in list(sample)[:MOST_FIELDS]:
            self._offer(field, sample[field])

    def _offer(self, field: str, value: object) -> None:
        declared = self.described.field(field) if self.described else None
        self.units[field] = declared.unit if declared else ""
        quantity = declared.quantity if declared else ""
        absent = declared is not None and value in declared.absent
        shown = gettext("Nothing is connected there.") if absent else gettext("Now: %(value)s %(unit)s") % {
            "value": localize(value), "unit": _symbol(self.units[field], quantity),
        }  # fmt: skip
        made = forms.ChoiceField(
            label=field, choices=quantity_choices(), required=False, initial="" if absent else quantity, help_text=shown
        )
        made.says_optional = False  # type: ignore[attr-defined]  # "do not take in" says it
        self.fields[f"field:{field}"] = made

    def assigned(self) -> list[Any]:
        """The bound fields of the assignment, for the template."""
        return [self[name] for name in self.fields if name.startswith("field:")]

    def measured(self) -> dict[str, Measured]:
        """What was chosen."""
        return {
            name.removeprefix("field:"): Measured(value, self.units.get(name.removeprefix("field:"), ""))
            for name, value in self.cleaned_data.items()
            if name.startswith("field:") and value
        }

    def clean(self) -> dict[str, Any]:
        """At least one field is something: else what waits would be taken out and could not be taken in."""
        said = super().clean()
        if not self.assigned():
            self.add_error("decoder", gettext("Please choose the model, and have the messages read with it."))
        elif not any(said.get(bound.name) for bound in self.assigned()):
            self.add_error(None, gettext("Please choose a quantity for at least one value."))
        return said


@require("sensing.manage")
def adopt(request: HttpRequest, number: int) -> HttpResponse:
    """Adopt the device of this source that the address names."""
    source = get_object_or_404(Source.objects, pk=number)
    device = request.GET.get("device", "").replace("\x00", "")[:200]
    waiting = waiting_messages(source, device)
    if not waiting:
        raise Http404
    decoder = (
        request.POST.get("decoder", request.GET.get("decoder", ""))
        if (request.POST or "decoder" in request.GET)
        else guess_decoder(waiting)
    )
    sample = sample_values(waiting, decoder if decoder in DECODERS else "")
    bound = request.POST if request.method == "POST" and "look" not in request.POST else None
    rhythm = guess_rhythm(waiting, [seconds for seconds, _title in EVERY])
    initial = {"every": rhythm} | (request.POST.dict() if "look" in request.POST else {})
    form = AdoptionForm(bound, sample=sample, decoder=decoder, initial=initial)
    if bound is not None and form.is_valid():
        try:
            made, arrival = adopt_device(
                source=source, external_id=device, name=form.cleaned_data["name"], place=form.place,
                by=signed_in_person(request),
                fields=form.measured(), decoder=form.cleaned_data["decoder"],
                expected_seconds=form.cleaned_data["every"] or None,
            )  # fmt: skip
        except SourceRefused as refused:
            form.add_error(None, str(refused))
        else:
            taken = ngettext(
                "Adopted. %(n)d value that had waited was taken in.",
                "Adopted. %(n)d values that had waited were taken in.",
                arrival.new,
            )
            messages.success(request, taken % {"n": arrival.new})
            return redirect("sensing:device", made.pk)
    return render(request, "sensing/staff/adopt.html", {
        "form": form, "source": source, "device": device, "waiting": waiting, "search_url": PLACE_SEARCH,
        "model": dict(form.fields["decoder"].choices).get(decoder, "") if decoder else "",  # type: ignore[attr-defined]
    }, status=422 if form.is_bound else 200)  # fmt: skip


class FieldForm(forms.Form):
    """One more field of a device."""

    field = forms.CharField(label=_("Field"), max_length=100, help_text=_("As it stands in the messages."))
    quantity = forms.ChoiceField(label=_("What is it?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].choices = quantity_choices()[1:]  # type: ignore[attr-defined]


@require("sensing.manage")
def device(request: HttpRequest, number: int) -> HttpResponse:
    """One device: which field goes to which datastream; add one."""
    found = get_object_or_404(SourceDevice.objects.select_related("source", "thing"), pk=number)
    form = FieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        declared = DECODERS[found.decoder].field(said["field"]) if found.decoder in DECODERS else None
        try:
            add_fields(
                device=found, fields={said["field"]: Measured(said["quantity"], declared.unit if declared else "")}
            )
        except SourceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, gettext("The field is taken in from now on."))
            return redirect("sensing:device", found.pk)
    mappings = FieldMapping.objects.filter(device=found).select_related("datastream__latest")
    decoder = DECODERS.get(found.decoder)
    return render(request, "sensing/staff/device.html", {
        "device": found, "mappings": mappings, "form": form, "model": f"{decoder.vendor} {decoder.title}" if decoder else "",
    }, status=422 if form.is_bound else 200)  # fmt: skip


@require("sensing.manage")
@require_POST
def drop_field(request: HttpRequest, number: int) -> HttpResponse:
    """No longer take in this field."""
    mapping = get_object_or_404(FieldMapping.objects, pk=number)
    unmap_field(mapping=mapping, by=signed_in_person(request))
    messages.success(request, gettext("The field is no longer taken in. Its values stay."))
    return redirect("sensing:device", mapping.device_id)


@require("sensing.manage")
@require_POST
def let_go(request: HttpRequest, number: int) -> HttpResponse:
    """The device is no longer the town's."""
    found = get_object_or_404(SourceDevice.objects, pk=number)
    source = found.source_id
    let_go_device(device=found, by=signed_in_person(request))
    messages.success(request, gettext("The device was let go. What it sends waits again; station and values stay."))
    return redirect("sensing:source", source)
