# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""People for tests, with roles in the active municipality."""

from __future__ import annotations

import itertools

from allauth.account.models import EmailAddress

from stadtherz.kernel.people.models import Membership, Person
from stadtherz.kernel.people.roles import Role

_number = itertools.count(1)
PASSWORD = "ein langes Testwort"


def person(*roles: Role, pseudonym: str = "", email: str = "") -> Person:
    """A person with a usable password, a confirmed address and ``roles`` in the active municipality."""
    number = next(_number)
    made = Person(pseudonym=pseudonym or f"Pseudonym {number}", email=email or f"person{number}@example.org")
    made.set_password(PASSWORD)
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    for role in roles:
        Membership.objects.create(person=made, role=role)
    return made
