# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mail about an account: what django-allauth wants to say, written by our templates in the person's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.messages.links import without_foreign_port
from stadtherz.kernel.people.models import Person

KEPT = ("activate_url", "password_reset_url", "signup_url", "code", "from_email", "to_email", "deleted_email", "ip")


def send_account_mail(name: str, address: str, context: dict[str, Any]) -> None:
    """Queue the mail ``messages/people/<name>`` for ``address``."""
    user = context.get("user")
    person = user if isinstance(user, Person) else None
    values = {key: context[key] for key in KEPT if key in context}
    values |= {key: without_foreign_port(values[key]) for key in values if key.endswith("_url")}
    message = send(
        to=address,
        template=f"people/{name}",
        context={**values, "pseudonym": person.pseudonym if person else ""},
        language=person.language if person else (get_language() or "de").partition("-")[0],
    )
    if message is not None and person is not None and person.pk:
        message.person = person  # so that it is exported and erased with the account
        message.save(update_fields=["person"])
