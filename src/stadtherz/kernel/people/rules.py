# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may what. A permission belongs to roles; a person has roles in the active municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.models import Membership, Person
from stadtherz.kernel.people.roles import STAFF, Role
from stadtherz.kernel.registry.services import permissions

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def roles_of(person: Person | AnonymousUser) -> frozenset[Role]:
    """Roles in the active municipality; one query a request, kept on the person."""
    if not isinstance(person, Person) or not person.is_active:
        return frozenset()
    kept: dict[int, frozenset[Role]] = person.__dict__.setdefault("_roles", {})
    town = active().pk
    if town not in kept:
        given = Membership.objects.filter(person=person).values_list("role", flat=True)
        kept[town] = frozenset(Role(role) for role in given) | {Role.RESIDENT}
    return kept[town]


def may(person: Person | AnonymousUser, permission: str) -> bool:
    """Whether the person has a role that the permission was declared for. An unknown permission is an error."""
    return bool(roles_of(person) & permissions()[permission].roles)


def is_staff(person: Person | AnonymousUser) -> bool:
    """Whether the person works for the active municipality."""
    return bool(roles_of(person) & STAFF)
