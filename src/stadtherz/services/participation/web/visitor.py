# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is behind a request that only people with an account can make."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from stadtherz.kernel.people.models import Person


def person_of(request: HttpRequest) -> Person:
    """The person; the guards ``signed_in`` and ``require`` have let nobody else through."""
    return cast("Person", request.user)
