# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How declarations and exported rows read on a page."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.db import models

from stadtherz.kernel.privacy.records import retention_text

register = template.Library()


@register.filter
def retention(days: int | None) -> str:
    """How long something is kept."""
    return retention_text(days)


@register.filter
def readable(value: Any) -> str:
    """A value of an exported row: texts as they are, lists and objects as JSON, nothing as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, str | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def in_words(key: str) -> str:
    """A column's name without underscores."""
    return key.replace("_", " ")


@register.filter
def table_title(model: type[models.Model]) -> str:
    """The plural name of a table."""
    name = str(model._meta.verbose_name_plural)
    return name[:1].upper() + name[1:]
