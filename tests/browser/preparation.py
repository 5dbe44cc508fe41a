# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Run in a process of its own before the server starts: static files, the demonstration, one account per role."""

from __future__ import annotations

import os

PASSWORD = "ein langes Wort zum Testen"
ROLES = ("resident", "moderator", "editor", "clerk", "admin")


def address_of(role: str) -> str:
    """E-mail address of the test account with this role."""
    return f"{role}@browser.example"


def accounts() -> None:
    """A person per role in the default municipality, able to sign in with ``PASSWORD``."""
    from allauth.account.models import EmailAddress

    from stadtherz.kernel.municipalities.active import activate
    from stadtherz.kernel.municipalities.models import Municipality
    from stadtherz.kernel.people.models import Membership, Person

    with activate(Municipality.objects.get(is_default=True)):
        for role in ROLES:
            person = Person(pseudonym=f"Probe {role}", email=address_of(role))
            person.set_password(PASSWORD)
            person.save()
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
            if role != "resident":
                Membership.objects.create(person=person, role=role)


def main() -> None:
    """Everything, in the database and the data folder that the environment names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "stadtherz.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("demo", verbosity=0)
    accounts()


if __name__ == "__main__":
    main()
