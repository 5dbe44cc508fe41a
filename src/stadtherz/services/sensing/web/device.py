# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: a device that was adopted; which of its fields is what, in which unit it comes, which model it is."""

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
from stadtherz.kernel.ui.meanwhile import KnowsSeen
from stadtherz.services.sensing.actions.adoption import Measured, add_fields, change_model, let_go_device
from stadtherz.services.sensing.actions.mappings import map_field, unmap_field
from stadtherz.services.sensing.actions.sources import SourceRefused
from stadtherz.services.sensing.decoders import DECODERS
from stadtherz.services.sensing.models import FieldMapping, SourceDevice, SourceKind
from stadtherz.services.sensing.units import SAME, code, code_of, conversion, shown
from stadtherz.services.sensing.web.adoption_form import FieldForm, model_choices, not_converted
from stadtherz.services.sensing.web.words import conversion_words

FRAMES = frozenset({SourceKind.TTN, SourceKind.CHIRPSTACK, SourceKind.MQTT})  # their devices may send bytes


class ModelForm(forms.Form, KnowsSeen):
    """As which model the messages of a device are read."""

    decoder = forms.ChoiceField(label=_("Model"), required=False)

    def __init__(self, data: Any = None, *, device: SourceDevice) -> None:
        super().__init__(data, initial={"decoder": device.decoder})
        self.device = device
        self.fields["decoder"].choices = model_choices()  # type: ignore[attr-defined]
        self.fields["decoder"].says_optional = False  # type: ignore[attr-defined]  # one of the answers is "none"
        self.show_seen()

    def stored(self) -> dict[str, Any]:
        """As which model it is read now."""
        return {"decoder": self.device.decoder}

    def stored_words(self, name: str, value: Any) -> str:
        """The model as the list tells it."""
        return str(dict(model_choices()).get(value, value))

    def clean(self) -> dict[str, Any]:
        """Two clerks may have looked at the same device."""
        said = super().clean() or {}
        self.check_seen(said)
        return said


class SentUnitForm(forms.Form, KnowsSeen):
    """In which unit a device sends a value."""

    unit = forms.CharField(
        label=_("Unit in which the device sends"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As it is written, such as Pa, °F, km/h. Empty: as it is sent, without conversion."),
    )  # fmt: skip

    def __init__(self, *args: Any, mapping: FieldMapping, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mapping, self.change = mapping, SAME
        self.fields["unit"].says_optional = False  # type: ignore[attr-defined]  # its hint says what empty means
        self.show_seen()

    def stored(self) -> dict[str, Any]:
        """How its values are converted now."""
        return {"unit": [self.mapping.scale, self.mapping.offset]}

    def stored_words(self, name: str, value: Any) -> str:
        """The conversion as the page tells it."""
        return conversion_words(self.mapping)

    def clean_unit(self) -> str:
        """Only what is converted exactly."""
        written: str = self.cleaned_data["unit"].strip()
        unit = self.mapping.datastream.unit_of_measurement
        change = conversion(code(None, written, None) or code_of(unit), code_of(unit))
        if change is None:
            raise forms.ValidationError(not_converted(written, shown(unit)))
        self.change = change
        return written

    def clean(self) -> dict[str, Any]:
        """Another clerk, or another unit of the series, may have changed it."""
        said = super().clean() or {}
        self.check_seen(said, {"unit": [self.change.factor, self.change.addend]})
        return said


@require("sensing.manage")
def device(request: HttpRequest, number: int) -> HttpResponse:
    """One device: which field goes to which datastream; add one."""
    return _page(request, get_object_or_404(SourceDevice.objects.select_related("source", "thing"), pk=number))


def _page(request: HttpRequest, found: SourceDevice, read_as: ModelForm | None = None) -> HttpResponse:
    """The page of a device; ``read_as`` is what was sent about its model and is not right yet."""
    decoder = DECODERS.get(found.decoder)
    mappings = list(FieldMapping.objects.filter(device=found).select_related("datastream__latest"))
    taken = {each.field for each in mappings}
    known = [each.key for each in decoder.fields if each.key not in taken] if decoder else []
    # where the model has no other field, there is nothing to choose from
    form = FieldForm(None if read_as else request.POST or None, known=known) if known or decoder is None else None
    if form is not None and form.is_bound and form.is_valid():
        said = form.cleaned_data
        declared = decoder.field(said["field"]) if decoder else None
        try:
            add_fields(
                device=found, fields={said["field"]: Measured(said["quantity"], declared.unit if declared else "")}
            )
        except SourceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, gettext("The field is taken in from now on."))
            return redirect("sensing:device", found.pk)
    return render(request, "sensing/staff/device.html", {
        "device": found, "mappings": mappings, "main": _main(mappings), "form": form, "model": f"{decoder.vendor} {decoder.title}" if decoder else "",
        "unread": [each.field for each in mappings if decoder and decoder.field(each.field) is None],
        "model_form": (read_as or ModelForm(device=found)) if found.source.kind in FRAMES else None,
    }, status=422 if read_as or (form is not None and form.is_bound) else 200)  # fmt: skip


def _main(mappings: list[FieldMapping]) -> FieldMapping | None:
    """What the device hangs there for: not to tell how full its battery is."""
    measured = [each for each in mappings if not each.datastream.quantity.startswith("battery")]
    return next(iter([*measured, *mappings]), None)


@require("sensing.manage")
@require_POST
def model(request: HttpRequest, number: int) -> HttpResponse:
    """Read what it sends as another model."""
    found = get_object_or_404(SourceDevice.objects.select_related("source", "thing"), pk=number)
    form = ModelForm(request.POST, device=found)
    if not form.is_valid():
        return _page(request, found, read_as=form)
    if form.cleaned_data["decoder"] != found.decoder:
        change_model(device=found, decoder=form.cleaned_data["decoder"], by=signed_in_person(request))
        messages.success(
            request, gettext("The messages are read with this model from now on. Values that are stored stay.")
        )
    return redirect("sensing:device", found.pk)


@require("sensing.manage")
def sent_unit(request: HttpRequest, number: int) -> HttpResponse:
    """Say in which unit a field comes; its values are converted from then on."""
    found = get_object_or_404(FieldMapping.objects.select_related("device__thing", "datastream"), pk=number)
    form = SentUnitForm(request.POST or None, mapping=found)
    if request.method == "POST" and form.is_valid():
        change = form.change
        changed = map_field(
            device=found.device, field=found.field, datastream=found.datastream, scale=change.factor,
            offset=change.addend, by=signed_in_person(request),
        )  # fmt: skip
        told = gettext("From the next value on: %(how)s. Earlier values stay as they are.")
        messages.success(request, told % {"how": conversion_words(changed)})
        return redirect("sensing:device", found.device_id)
    return render(request, "sensing/staff/sent_unit.html", {
        "form": form, "mapping": found, "unit": shown(found.datastream.unit_of_measurement),
    }, status=422 if form.is_bound else 200)  # fmt: skip


@require("sensing.manage")
@require_POST
def drop_field(request: HttpRequest, number: int) -> HttpResponse:
    """No longer take in this field."""
    mapping = get_object_or_404(FieldMapping.objects, pk=number)
    unmap_field(mapping=mapping, by=signed_in_person(request))
    told = gettext("The field is no longer taken in. Its values stay. Taken in again below, the same series goes on.")
    messages.success(request, told)
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
