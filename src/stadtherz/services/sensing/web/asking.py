# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: what another system is asked for, changed on the page of its source."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.services.sensing.actions.sources import ask_soon, change_source
from stadtherz.services.sensing.connectors.registry import CONNECTORS
from stadtherz.services.sensing.models import Source, SourceKind


class AskedForm(forms.Form):
    """One field for each setting of the source's connector."""

    def __init__(self, source: Source, data: Any = None) -> None:
        self.settings = CONNECTORS[source.connector].settings
        given = {each.key: source.settings.get(each.key, each.default) for each in self.settings}
        super().__init__(data, initial={key: listed(value) for key, value in given.items()}, prefix="asked")
        for each in self.settings:
            self.fields[each.key] = forms.CharField(
                label=each.title,  # type: ignore[arg-type]
                help_text=each.help,  # type: ignore[arg-type]
                required=each.required,
                max_length=2000,
            )

    def changed(self) -> dict[str, Any]:
        """The settings as the connector reads them."""
        said = self.cleaned_data
        return {each.key: parted(said[each.key]) if each.kind == "list" else said[each.key] for each in self.settings}


def parted(text: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def listed(value: Any) -> str:
    """The other way round."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def form_of(source: Source, data: Any = None) -> AskedForm | None:
    """The form of a source that is asked; None for others."""
    is_asked = source.kind == SourceKind.CONNECTOR and source.connector in CONNECTORS
    return AskedForm(source, data) if is_asked else None


@require("sensing.manage")
@require_POST
def ask_for(request: HttpRequest, number: int) -> HttpResponse:
    """Take over what the form says, and ask within a minute."""
    found = get_object_or_404(Source, pk=number, kind=SourceKind.CONNECTOR)
    form = form_of(found, request.POST)
    if form is None or not form.is_valid():
        messages.error(request, gettext("Please say what is to be asked for."))
        return redirect("sensing:source", found.pk)
    if form.changed() != {key: found.settings.get(key) for key in form.changed()}:
        change_source(source=found, by=signed_in_person(request), settings={**found.settings, **form.changed()})
    ask_soon(source=found)
    messages.success(request, gettext("The system is asked within a minute."))
    return redirect("sensing:source", found.pk)
