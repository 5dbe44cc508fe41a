# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much one person, and one address, hands in within an hour: enough for a lively evening, too little for a flood."""

from __future__ import annotations

from django.http import HttpRequest

from stadtherz.kernel.api import limits
from stadtherz.kernel.people.web.guards import signed_in_person
from stadtherz.services.participation.errors import TooMuchAtOnce

A_PERSON = 20
AN_ADDRESS = 100  # a stand, a school, a town hall's own network


def spend(request: HttpRequest) -> None:
    """One contribution more for this person and this address. Raises ``TooMuchAtOnce`` with the time to wait."""
    budgets = ((f"person:{signed_in_person(request).pk}", A_PERSON), (f"address:{limits.visitor(request)}", AN_ADDRESS))
    for who, limit in budgets:
        taken = limits.take(f"participation.contribution:{who}", limit=limit, per_seconds=3600)
        if not taken.allowed:
            raise TooMuchAtOnce(limits.in_words(taken))
