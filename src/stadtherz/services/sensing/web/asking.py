# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: what another system is asked for, changed on the page of its source."""

from __future__ import annotations

from typing import Any

from django import forms

from stadtherz.kernel.ui.meanwhile import KnowsSeen
from stadtherz.services.sensing.actions.sources import decided
from stadtherz.services.sensing.connectors.base import BadAnswer, Setting
from stadtherz.services.sensing.connectors.registry import CONNECTORS
from stadtherz.services.sensing.models import Source, SourceKind


class AskedForm(forms.Form, KnowsSeen):
    """One field for each setting of the source's connector."""

    def __init__(self, source: Source, data: Any = None) -> None:
        self.connector = CONNECTORS[source.connector]
        self.settings = self.connector.settings
        given = {each.key: source.settings.get(each.key, each.default) for each in self.settings}
        super().__init__(data, initial={key: listed(value) for key, value in given.items()}, prefix="asked")
        self.source = source
        for each in self.settings:
            self.fields[each.key] = field_of(each)
        self.show_seen()

    def stored(self) -> dict[str, Any]:
        """The source as it was read."""
        return decided(self.source)

    def clean(self) -> dict[str, Any]:
        """Together the settings must be something that can be asked for."""
        said = super().clean() or {}
        if not self.errors:
            try:
                self.connector.check(self.changed())
            except BadAnswer as wrong:
                self.add_error(None, str(wrong))
        if not self.errors:
            self.check_seen(said, self.changed())
        return said

    def changed(self) -> dict[str, Any]:
        """The settings as the connector reads them."""
        return {each.key: as_read(each, self.cleaned_data[each.key]) for each in self.settings}


def field_of(setting: Setting) -> forms.CharField:
    """The field of a form for a setting of a connector."""
    return forms.CharField(
        label=setting.title,  # type: ignore[arg-type]
        help_text=setting.help,  # type: ignore[arg-type]
        required=setting.required,
        max_length=2000,
    )


def as_read(setting: Setting, said: str) -> Any:
    """What was said, as the connector reads it."""
    return parted(said) if setting.kind == "list" else said.strip()


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
