# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Run in a process of its own before the server starts: static files and the demonstration with its accounts."""

from __future__ import annotations

import os
from pathlib import Path

PASSWORD = "stadtherz-demo"
ROLES = ("resident", "moderator", "editor", "clerk", "admin")


def address_of(role: str) -> str:
    """E-mail address of the demonstration account with this role."""
    return f"{role}@example.org"


def main() -> None:
    """Everything, in the database and the data folder that the environment names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "stadtherz.config.settings"
    import django

    from stadtherz.ops.processes import without_collector

    without_collector(django.setup)
    from django.core.management import call_command

    os.chdir(Path(__file__).resolve().parents[2] / "src/stadtherz")
    call_command("compilemessages", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("demo", verbosity=0)
    _invite_a_moderator()


def _invite_a_moderator() -> None:
    from stadtherz.kernel.municipalities.active import activate
    from stadtherz.kernel.municipalities.models import Municipality
    from stadtherz.kernel.people.invitations import invite
    from stadtherz.kernel.people.models import Person
    from stadtherz.kernel.people.roles import Role

    with activate(Municipality.objects.get(key="kaiserslautern")):
        admin = Person.objects.get(email=address_of("admin"))
        invite(address="new.moderator@example.org", role=Role.MODERATOR, admin=admin)


if __name__ == "__main__":
    main()
