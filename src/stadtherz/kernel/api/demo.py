# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A key to try the interfaces with. It is public like the passwords of the demonstration, and opens nothing in production."""

from __future__ import annotations

from django.db import IntegrityError

from stadtherz.kernel.api.actions import issue_key
from stadtherz.kernel.api.keys import DEMO_KEY
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.api.root import scopes
from stadtherz.kernel.municipalities.models import Municipality


def demo_key(municipality: Municipality) -> list[str]:
    """Make the key where it is missing, for the default municipality; returns what the start prints."""
    if not municipality.is_default:
        return []
    if not ApiKey.objects.filter(prefix=DEMO_KEY[:9]).exists():
        try:
            issue_key(label="Demonstration", scopes=scopes(), by=None, secret=DEMO_KEY)
        except IntegrityError:  # it belongs to the town that was the default before
            return []
    return [f"Key of the interfaces (may write): {DEMO_KEY}, as in  curl -H 'Authorization: Bearer {DEMO_KEY}' …"]
