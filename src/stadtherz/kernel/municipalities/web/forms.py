# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form of a municipality: names, colours, coat of arms, languages, map view, services, texts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stadtherz.kernel.municipalities.actions import state_of
from stadtherz.kernel.municipalities.models import HEX_COLOUR, Municipality
from stadtherz.kernel.registry.services import services

TEXTS = {
    "imprint": _("Imprint"),
    "contact": _("Contact"),
    "privacy": _("Data protection"),
    "accessibility": _("Accessibility"),
    "about": _("About this platform"),
}
VARIANTS = {
    "de": pgettext_lazy("language", "German"),
    "de-easy": pgettext_lazy("language", "Easy language"),
    "en": pgettext_lazy("language", "English"),
}
LONGEST_TEXT = 20_000


class MunicipalityForm(forms.Form):
    """Everything that an administrator may change; the verb checks the colours."""

    state = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("As people say it: Kaiserslautern."))
    official_name = forms.CharField(label=_("Official name"), max_length=200, required=False)
    ags = forms.RegexField(
        r"^\d{5,12}\Z",
        label=_("Official municipality key (AGS)"),
        required=False,
        error_messages={"invalid": _("The key has 5 to 12 digits.")},
    )
    accent = forms.CharField(
        label=_("Colour on light pages"),
        validators=[HEX_COLOUR],
        widget=forms.TextInput({"type": "color"}),
        help_text=_("The town's own colour."),
    )
    accent_dark = forms.CharField(
        label=_("Colour on dark pages"),
        validators=[HEX_COLOUR],
        widget=forms.TextInput({"type": "color"}),
        help_text=_("A lighter tone of the same colour."),
    )
    logo = forms.FileField(
        label=_("Coat of arms"), required=False, help_text=_("PNG, JPEG or WebP. Left empty, the present one stays.")
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=[(code, VARIANTS[code]) for code in ("de", "en")],
        widget=forms.CheckboxSelectMultiple,
    )
    latitude = forms.FloatField(label=_("Centre of the map: latitude"), min_value=-85, max_value=85)
    longitude = forms.FloatField(label=_("Centre of the map: longitude"), min_value=-180, max_value=180)
    map_zoom = forms.FloatField(label=_("Zoom of the map"), min_value=5, max_value=18)
    services = forms.MultipleChoiceField(
        label=_("Services switched on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is switched off is not reachable; its data stay."),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _initial(municipality), **kwargs})
        services_field = self.fields["services"]
        assert isinstance(services_field, forms.MultipleChoiceField)
        services_field.choices = [(service.key, service.title) for service in services()]
        for name, title in TEXTS.items():
            for code, language in VARIANTS.items():
                self.fields[f"text_{name}_{code}"] = forms.CharField(
                    label=f"{title} ({language})",
                    required=False,
                    max_length=LONGEST_TEXT,
                    widget=forms.Textarea({"rows": 6, "lang": code.partition("-")[0]}),
                )

    def texts(self) -> list[dict[str, Any]]:
        """Each text with its fields, the languages that it is written in, and whether one of them is wrong."""
        found = []
        for name, title in TEXTS.items():
            fields = {code: self[f"text_{name}_{code}"] for code in VARIANTS}
            written = [str(VARIANTS[code]) for code, bound in fields.items() if bound.value()]
            is_wrong = any(bound.errors for bound in fields.values())
            found.append({"title": title, "fields": fields.values(), "written": written, "is_wrong": is_wrong})
        return found

    def changes(self, municipality: Municipality) -> dict[str, Any]:
        """Cleaned values as the verb takes them; texts that this form does not know stay."""
        data = self.cleaned_data
        texts = dict(municipality.texts)
        for name in TEXTS:
            written = {code: data[f"text_{name}_{code}"].strip() for code in VARIANTS}
            texts[name] = {code: text for code, text in written.items() if text}
            if not texts[name]:
                del texts[name]
        return {
            "name": data["name"],
            "official_name": data["official_name"],
            "ags": data["ags"],
            "accent": data["accent"].lower(),
            "accent_dark": data["accent_dark"].lower(),
            "languages": data["languages"],
            "map_centre": Point(data["longitude"], data["latitude"], srid=4326),
            "map_zoom": data["map_zoom"],
            "services": data["services"],
            "texts": texts,
        }


def _initial(municipality: Municipality) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "state": state_of(municipality),
        "name": municipality.name,
        "official_name": municipality.official_name,
        "ags": municipality.ags,
        "accent": municipality.accent,
        "accent_dark": municipality.accent_dark,
        "languages": municipality.languages,
        "latitude": municipality.map_centre.y,
        "longitude": municipality.map_centre.x,
        "map_zoom": municipality.map_zoom,
        "services": municipality.services,
    }
    for name in TEXTS:
        written = municipality.texts.get(name) or {}
        written = {"de": written} if isinstance(written, str) else written
        for code in VARIANTS:
            initial[f"text_{name}_{code}"] = written.get(code, "")
    return initial


class HostForm(forms.Form):
    """A further host name."""

    host = forms.CharField(
        label=_("Host name"),
        max_length=253,
        help_text=_("For instance mitreden.kusel.de; the name must point to this server."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
