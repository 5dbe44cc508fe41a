# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Kept ways as data about people: handed out and erased with the account."""

from __future__ import annotations

from typing import Any

from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding.models import SavedWay


def export_ways(person: Person) -> list[dict[str, Any]]:
    """The ways that the person keeps."""
    return [
        {"name": way.name, "question": way.question, "today": way.standing, "kept_since": way.created_at.isoformat()}
        for way in SavedWay.objects.filter(person=person).order_by("created_at")
    ]


def erase_ways(person: Person) -> None:
    """Remove all of them."""
    SavedWay.objects.filter(person=person).delete()
