# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Accounts to try the platform with, one for each role. Their password is public, so they never enter production."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.actions import RoleHeld, give_role, open_account
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role

PASSWORD = "stadtherz-demo"  # noqa: S105 - public on purpose


class DemoInProduction(RuntimeError):
    """Demonstration accounts were asked for in production: everybody knows their password."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What the start of the platform prints."""

    role: Role
    email: str
    pseudonym: str


ACCOUNTS = (
    DemoAccount(Role.RESIDENT, "resident@example.org", "Stadtspatz"),
    DemoAccount(Role.MODERATOR, "moderator@example.org", "Lotsin"),
    DemoAccount(Role.EDITOR, "editor@example.org", "Federkiel"),
    DemoAccount(Role.CLERK, "clerk@example.org", "Aktenzeichen"),
    DemoAccount(Role.ADMIN, "admin@example.org", "Schlüsselbund"),
)


@cache
def _hash() -> str:
    """One for all accounts, because hashing is slow on purpose and everybody knows the password."""
    return make_password(PASSWORD)


def demo_account(role: Role) -> Person:
    """The person who has this role in the demonstration, after ``demo_people``."""
    return Person.objects.get(email=next(account.email for account in ACCOUNTS if account.role is role))


def demo_person(role: Role) -> Person | None:
    """The same, or None where there is no demonstration."""
    email = next(account.email for account in ACCOUNTS if account.role is role)
    return Person.objects.filter(email=email, erased_at=None).first()


def demo_people(municipality: Municipality) -> list[str]:
    """Make the accounts where they are missing, give their roles in ``municipality``; returns what the start prints."""
    if settings.PRODUCTION:
        raise DemoInProduction("Demonstration accounts have a public password and are not made in production.")
    with activate(municipality):
        for account in ACCOUNTS:
            person = Person.objects.filter(email=account.email).first() or open_account(
                email=account.email, pseudonym=account.pseudonym, password_hash=_hash()
            )
            if account.role is not Role.RESIDENT:
                try:
                    give_role(person=person, role=account.role, admin=None)
                except RoleHeld:
                    continue
    roles = "  ".join(account.email for account in ACCOUNTS)
    return [f"Accounts to try: {roles}", f"Password of all: {PASSWORD}"]
