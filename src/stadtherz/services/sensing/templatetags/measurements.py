# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``{% load measurements %}{{ moment|ago }}``: "5 minutes ago" for what was just now, else day and time."""

from __future__ import annotations

from datetime import datetime

from django import template

from stadtherz.services.sensing.web import words

register = template.Library()


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago a moment was, as the pages of measurements say it."""
    return words.ago(moment)
