# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How declarations and exported rows read on a page."""

from __future__ import annotations

from typing import Any

from django import template

from stadtherz.kernel.privacy import words
from stadtherz.kernel.privacy.declarations import Declared
from stadtherz.kernel.privacy.records import retention_text
from stadtherz.kernel.registry.declaration import PersonalData

register = template.Library()


@register.filter
def retention(data: PersonalData) -> str:
    """How long something is kept."""
    return retention_text(data)


@register.filter
def in_words(row: dict[str, Any]) -> list[tuple[str, str]]:
    """An exported row as people read it: name and value of each column."""
    return [(words.column(key), words.value(key, value)) for key, value in row.items()]


@register.filter
def table_title(entry: Declared) -> str:
    """What the table is called."""
    return words.table(entry.data.model, entry.model._meta.verbose_name_plural)
