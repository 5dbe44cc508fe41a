# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage person``: open an account at the server, give and take roles. This is how the first administrator comes in."""

from __future__ import annotations

import getpass
import itertools
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.core.validators import validate_email

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.actions import (
    EmailTaken,
    LastAdmin,
    PseudonymTaken,
    RoleHeld,
    RoleNotHeld,
    give_role,
    open_account,
    take_role,
)
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.queries import find_person, pseudonym_is_taken
from stadtherz.kernel.people.roles import Role

REASONS: dict[type[Exception], str] = {
    EmailTaken: "There is an account with this e-mail address. Give it a role with: person give --email …",
    PseudonymTaken: "This pseudonym is taken. Choose another with --pseudonym.",
    RoleHeld: "The person has this role already.",
    RoleNotHeld: "The person does not have this role.",
    LastAdmin: "This is the last administrator of the municipality. Give the role to somebody else first.",
}


class Command(BaseCommand):
    """Open an account, give or take a role."""

    help = "Open an account at the server (create), give or take a role (give, take)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["create", "give", "take"])
        parser.add_argument("--email", required=True, help="e-mail address of the person")
        parser.add_argument("--municipality", required=True, help="key of the municipality, such as kaiserslautern")
        parser.add_argument("--role", choices=Role.values, default=Role.RESIDENT, help="role in the municipality")
        parser.add_argument("--pseudonym", default="", help="public name (create; default: the address before the @)")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        municipality = Municipality.objects.filter(key=options["municipality"]).first()
        if municipality is None:
            keys = ", ".join(Municipality.objects.order_by("key").values_list("key", flat=True)) or "none yet"
            raise CommandError(f"There is no municipality {options['municipality']!r}. There are: {keys}.")
        role = Role(options["role"])
        with activate(municipality):
            try:
                done = self._do(options, role)
            except tuple(REASONS) as reason:
                raise CommandError(REASONS[type(reason)]) from reason
        self.stdout.write(f"{done} in {municipality.name}.")

    def _do(self, options: dict[str, Any], role: Role) -> str:
        if options["verb"] == "create":
            person = self._create(options)
            if role is not Role.RESIDENT:
                give_role(person=person, role=role, admin=None)
            return f"{person.email} has an account ({person.pseudonym}) and is {role.value}"
        known = find_person(options["email"])
        if known is None:
            raise CommandError("There is no account with this e-mail address. Open one with: person create --email …")
        if role is Role.RESIDENT:
            raise CommandError("Everybody is a resident. Name the role with --role.")
        if options["verb"] == "give":
            give_role(person=known, role=role, admin=None)
            return f"{known.email} is {role.value}"
        take_role(person=known, role=role, admin=None)
        return f"{known.email} is no longer {role.value}"

    def _create(self, options: dict[str, Any]) -> Person:
        email, pseudonym = options["email"], options["pseudonym"] or _free_pseudonym(options["email"])
        try:
            validate_email(email)
            password = self._password(from_stdin=options["password_stdin"])
            validate_password(password, Person(email=email, pseudonym=pseudonym))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return open_account(email=email, pseudonym=pseudonym, password_hash=make_password(password))

    def _password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\n")
        if not sys.stdin.isatty():
            raise CommandError("No terminal to ask for the password. Use --password-stdin.")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Once more: "):
            raise CommandError("The passwords differ.")
        return password


def _free_pseudonym(email: str) -> str:
    """What stands before the @; the administrators of two towns are both called admin, so with a number if it is taken."""
    wished = email.partition("@")[0]
    names = (wished if number == 1 else f"{wished}{number}" for number in itertools.count(1))
    return next(name for name in names if not pseudonym_is_taken(name))
