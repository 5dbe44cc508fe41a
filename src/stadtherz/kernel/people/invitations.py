# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Invitations to a role: a signed link by mail to an address that has no account yet. Nothing is stored until it is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.actions import give_role
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.rules import may

SALT = "stadtherz.people.invitation"
VALID = timedelta(days=7)


class InvitationInvalid(ValueError):
    """The link is not ours, is older than a week, was withdrawn with the role, or its sender may no longer give roles."""


class InvitedSomebodyElse(ValueError):
    """The invitation was sent to another address than the one of this account."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the link says."""

    address: str
    role: Role
    admin: Person
    sent_at: datetime


@transaction.atomic
def invite(*, address: str, role: Role, admin: Person) -> None:
    """Send the link. Side effects: a mail, an entry in the record without the address."""
    now = int(timezone.now().timestamp())
    token = signing.dumps([active().pk, address, str(role), admin.pk, now], salt=SALT, compress=True)
    link = absolute(reverse("people:invitation", args=[token]))
    send(to=address, template="people/invitation", context={"role": role.label, "link": link, "days": VALID.days})
    record(action="people.invite", actor=admin, subject=f"person:{admin.pk}", detail={"role": str(role)})


def read_invitation(token: str) -> Invitation:
    """What the link says, if it still counts. Raises ``InvitationInvalid``."""
    try:
        town, address, role, admin_id, sent = signing.loads(token, salt=SALT, max_age=VALID)
        admin = Person.objects.get(pk=admin_id, erased_at=None)
    except (signing.BadSignature, ValueError, TypeError, Person.DoesNotExist) as error:
        raise InvitationInvalid from error
    if town != active().pk or not may(admin, "people.grant"):
        raise InvitationInvalid
    return Invitation(address, Role(role), admin, datetime.fromtimestamp(sent, tz=UTC))


@transaction.atomic
def accept_invitation(*, invitation: Invitation, person: Person) -> None:
    """Give the role. Raises ``InvitedSomebodyElse``, ``InvitationInvalid``, ``RoleHeld``. Side effect: as ``give_role``."""
    if (person.email or "").casefold() != invitation.address.casefold():
        raise InvitedSomebodyElse
    taken = AuditEntry.objects.filter(
        action="people.take_role", subject=f"person:{person.pk}", at__gt=invitation.sent_at,
        detail__role=str(invitation.role),
    )  # fmt: skip
    if taken.exists():  # what was taken away does not come back by an old link
        raise InvitationInvalid
    give_role(person=person, role=invitation.role, admin=invitation.admin)
