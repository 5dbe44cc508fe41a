# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the declarations of all rooms and services, and finds tables that should have one and have none.

A table holds personal data if it refers to a person, or has an e-mail address, an IP address, or a free text that
somebody may fill with anything (GDPR Art. 4 No. 1 and Art. 30).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from stadtherz.kernel.municipalities.tenancy import TownModel
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.registry.declaration import PersonalData
from stadtherz.kernel.registry.services import personal_data

FREE_TEXT_FROM = 100
"""A line as long as this takes a sentence, and so a name or an address."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration with the table that it is about."""

    data: PersonalData
    model: type[models.Model]

    @property
    def of_town(self) -> bool:
        """Whether the rows belong to one municipality each."""
        return issubclass(self.model, TownModel)


class DeclaresUnknownTable(LookupError):
    """A ``PersonalData`` names a model that is not installed."""


def declared() -> list[Declared]:
    """All declarations, services last. Raises ``DeclaresUnknownTable``."""
    found = []
    for data in personal_data():
        try:
            found.append(Declared(data, apps.get_model(data.model)))
        except LookupError as error:
            raise DeclaresUnknownTable(data.model) from error
    return found


def reasons_to_declare(model: type[models.Model]) -> list[str]:
    """Names of the columns that can hold something about a person."""
    return [field.name for field in model._meta.local_fields if _about_people(field)]


def _about_people(field: models.Field[Any, Any]) -> bool:
    if isinstance(field, models.ForeignKey):
        return field.related_model is Person
    if isinstance(field, models.EmailField | models.GenericIPAddressField | models.TextField | models.JSONField):
        return True
    free = isinstance(field, models.CharField) and not field.choices and (field.max_length or 0) >= FREE_TEXT_FROM
    return free and not isinstance(field, models.SlugField)


def undeclared() -> dict[str, list[str]]:
    """Tables that can hold personal data and that nobody has declared: label and columns."""
    known = {entry.model for entry in declared()}
    return {
        model._meta.label: columns
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model not in known and (columns := reasons_to_declare(model))
    }
