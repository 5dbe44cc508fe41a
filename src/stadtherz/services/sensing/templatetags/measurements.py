# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``{% load measurements %}{{ moment|ago }}``: "5 minutes ago" for what was just now, else day and time; what a series measures."""

from __future__ import annotations

from datetime import datetime

from django import template

from stadtherz.services.sensing.models import Datastream, FieldMapping
from stadtherz.services.sensing.queries.figures import title_of
from stadtherz.services.sensing.web import words

register = template.Library()


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago a moment was, as the pages of measurements say it."""
    return words.ago(moment)


@register.filter
def quantity_title(datastream: Datastream) -> str:
    """What a series measures: a word of the catalogue, else its name."""
    return title_of(datastream)


@register.filter
def latest(datastream: Datastream) -> str:
    """What a series told last."""
    return words.latest_words(datastream)


@register.filter
def converted(mapping: FieldMapping) -> str:
    """What is done to the values of a field before they are stored."""
    return words.conversion_words(mapping)
