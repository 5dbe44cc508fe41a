# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Full addresses for mails, where there is no request to take the host from; and signed links to stop a notice."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.models import Person

SALT = "stadtherz.messages.stop"


def absolute(path: str) -> str:
    """``path`` below the active municipality's own host name."""
    town = active()
    host = town.hosts.order_by("pk").values_list("host", flat=True).first() or "localhost"
    if settings.PRODUCTION:
        return f"https://{host}{path}"
    return f"http://{host}:{settings.OPTION['port']}{path}"


def without_foreign_port(address: str) -> str:
    """An address that was made from a request, for a mail: in production the platform is at the usual port (``absolute``).

    Another one comes from whoever asked, perhaps for a stranger's password, and would carry the key there.
    """
    parts = urlsplit(address)
    return parts._replace(netloc=parts.hostname or "").geturl() if settings.PRODUCTION else address


def stop_token(person: Person, notice: str) -> str:
    """What a link to stop a notice carries; valid only in this municipality and without an end."""
    return signing.dumps([active().pk, person.pk, notice], salt=SALT)


def stop_address(person: Person, notice: str) -> str:
    """The full address for ``List-Unsubscribe`` (RFC 8058, section 3.1)."""
    return absolute(reverse("notice_stop", args=[stop_token(person, notice)]))


def read_stop_token(token: str) -> tuple[Person, str] | None:
    """The person and the kind of notice, or None if the token is not ours or from another municipality."""
    try:
        town, person_id, notice = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = Person.objects.filter(pk=person_id).first()
    return (person, notice) if person is not None and town == active().pk else None
