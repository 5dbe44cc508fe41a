# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a clerk is asked about a device: name, place, and what each of its fields measures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.actions.adoption import Measured
from stadtherz.services.sensing.decoders import DECODERS
from stadtherz.services.sensing.models import Thing
from stadtherz.services.sensing.quantities import QUANTITIES
from stadtherz.services.sensing.queries.sources import guess_quantity
from stadtherz.services.sensing.units import code, conversion
from stadtherz.services.sensing.web.place_form import PlaceForm, free_name

EVERY = ((0, _("I do not know")), (300, _("5 minutes")), (600, _("10 minutes")), (900, _("15 minutes")), (1200, _("20 minutes")), (3600, _("one hour")), (86400, _("one day")))  # fmt: skip
MOST_FIELDS = 40


def quantity_choices() -> list[tuple[str, Any]]:
    """The catalogue of quantities for a form, and "not at all"."""
    known = sorted(((key, str(each.title), each.symbol) for key, each in QUANTITIES.items()), key=lambda each: each[1])
    return [
        ("", _("do not take in")),
        *((key, f"{title} ({symbol})" if symbol else title) for key, title, symbol in known),
    ]


def sent_unit_field(label: str) -> forms.CharField:
    """In which unit a device sends a value, in words of the clerk."""
    return forms.CharField(
        label=label, max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def converts(written: str, unit: str) -> bool:
    """Whether a unit that a clerk wrote becomes that of a series exactly."""
    return conversion(code(None, written, None), unit) is not None


def not_converted(written: str, unit: str) -> str:
    """Why not, for the form."""
    told = {"written": written, "unit": unit}
    return (
        gettext(
            "%(written)s cannot be converted to %(unit)s. Please write a unit of the same kind, such as Pa for hPa."
        )
        % told
    )


def _shown(value: object) -> str:
    """A value of a message as people read it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(localize(value))


def _symbol(unit: str, quantity: str) -> str:
    """A unit as people read it."""
    known = QUANTITIES.get(quantity)
    return known.symbol if known is not None and known.unit == unit else unit


def model_choices() -> list[tuple[str, Any]]:
    """The models that we read, and "none"."""
    known = sorted(((key, f"{each.vendor} {each.title}") for key, each in DECODERS.items()), key=lambda one: one[1])
    return [("", _("as the network decodes it")), *known]


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
    station = forms.ModelChoiceField(
        label=_("Station"), queryset=Thing._base_manager.none(), required=False, empty_label=_("a new one"),
        help_text=_("Series that no device feeds any more go on. Name and place stay as they are."),
    )  # fmt: skip
    replaces = forms.BooleanField(
        label=_("It replaces the device that measured the same there"), required=False,
        help_text=_("That one is let go: what it sends waits again."),
    )  # fmt: skip
    field_order = ("station", "replaces", "name", "place_label", "chosen", "latitude", "longitude", "every", "decoder")

    def __init__(self, *args: Any, sample: dict[str, object], decoder: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decoder"].choices = model_choices()  # type: ignore[attr-defined]
        self.fields["decoder"].initial = decoder
        self.fields["station"].queryset = Thing.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["station"].label_from_instance = lambda each: each.name  # type: ignore[attr-defined]
        if self.is_bound and self.data.get("station"):
            self.fields["name"].required = self.needs_place = False
        for name in ("decoder", "every", "station"):
            self.fields[name].says_optional = False  # type: ignore[attr-defined]  # each has an answer that says nothing
        self.described = DECODERS.get(decoder)
        self.units: dict[str, str] = {}
        for field in list(sample)[:MOST_FIELDS]:
            self._offer(field, sample[field])

    def _offer(self, field: str, value: object) -> None:
        declared = self.described.field(field) if self.described else None
        self.units[field] = declared.unit if declared else ""
        quantity = declared.quantity if declared else guess_quantity(field)
        absent = declared is not None and value in declared.absent
        shown = gettext("Nothing is connected there.") if absent else gettext("Now: %(value)s %(unit)s") % {
            "value": _shown(value), "unit": _symbol(self.units[field], quantity),
        }  # fmt: skip
        made = forms.ChoiceField(
            label=field, choices=quantity_choices(), required=False, initial="" if absent else quantity, help_text=shown
        )
        made.says_optional = False  # type: ignore[attr-defined]  # "do not take in" says it
        self.fields[f"field:{field}"] = made
        if declared is None and isinstance(value, int | float) and not isinstance(value, bool):
            self.fields[f"unit:{field}"] = sent_unit_field(field)

    def assigned(self) -> list[Any]:
        """The bound fields of the assignment, for the template."""
        return [self[name] for name in self.fields if name.startswith("field:")]

    def in_other_units(self) -> list[Any]:
        """The bound fields for units that nobody declared, for the template."""
        return [self[name] for name in self.fields if name.startswith("unit:")]

    def measured(self) -> dict[str, Measured]:
        """What was chosen."""
        said = self.cleaned_data
        chosen = {
            name.removeprefix("field:"): value for name, value in said.items() if name.startswith("field:") and value
        }
        return {
            field: Measured(quantity, code(None, said.get(f"unit:{field}", ""), None) or self.units.get(field, ""))
            for field, quantity in chosen.items()
        }

    def clean_name(self) -> str:
        """A name that no other station has, unless it belongs to one."""
        name: str = self.cleaned_data["name"].strip()
        return name if self.data.get("station") else free_name(name)

    def clean(self) -> dict[str, Any]:
        """At least one field is something: else what waits would be taken out and could not be taken in."""
        said = super().clean()
        if not self.assigned():
            self.add_error("decoder", gettext("Please choose the model, and have the messages read with it."))
        elif not any(said.get(bound.name) for bound in self.assigned()):
            self.add_error(None, gettext("Please choose a quantity for at least one value."))
        for bound in self.in_other_units():
            quantity = said.get(bound.name.replace("unit:", "field:", 1))
            if said.get(bound.name) and quantity and not converts(said[bound.name], QUANTITIES[quantity].unit):
                self.add_error(bound.name, not_converted(said[bound.name], QUANTITIES[quantity].symbol))
        return said


class FieldForm(forms.Form):
    """One more field of a device: chosen from those that its model has, else as it stands in the messages."""

    field = forms.CharField(label=_("Field"), max_length=100, help_text=_("As it stands in the messages."))
    quantity = forms.ChoiceField(label=_("What is it?"))

    def __init__(self, *args: Any, known: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            fields = [("", "–"), *((key, key) for key in known)]
            self.fields["field"] = forms.ChoiceField(label=_("Field"), choices=fields)
        self.fields["quantity"].choices = [("", "–"), *quantity_choices()[1:]]  # type: ignore[attr-defined]
