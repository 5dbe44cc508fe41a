# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may what. A permission belongs to roles; a person has roles in the active municipality."""

from __future__ import annotations

from collections.abc import Iterable
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
    town = active().pk
    kept = _kept(person).get(town)
    if kept is None:
        kept = keep_roles(person, town, Membership.objects.filter(person=person).values_list("role", flat=True))
    return kept


def keep_roles(person: Person, town: int, given: Iterable[str]) -> frozenset[Role]:
    """Remember on the person which roles were found in the municipality with this number."""
    roles = _kept(person)[town] = frozenset(Role(role) for role in given) | {Role.RESIDENT}
    return roles


def _kept(person: Person) -> dict[int, frozenset[Role]]:
    """On the person itself, also where ``person`` is the lazy ``request.user`` around it."""
    kept: dict[int, frozenset[Role]] | None = getattr(person, "_roles", None)
    if kept is None:
        kept = person._roles = {}  # type: ignore[attr-defined]
    return kept


def may(person: Person | AnonymousUser, permission: str) -> bool:
    """Whether the person has a role that the permission was declared for. An unknown permission is an error."""
    return bool(roles_of(person) & permissions()[permission].roles)


def is_staff(person: Person | AnonymousUser) -> bool:
    """Whether the person works for the active municipality."""
    return bool(roles_of(person) & STAFF)
