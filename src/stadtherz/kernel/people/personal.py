# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What this room keeps about people: handed out, forgotten, expired (``kernel/registry/kernel_declarations``)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q
from django.utils import timezone

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.merging import references
from stadtherz.kernel.people.models import KeptForm, Membership, Origin, PaperRecord, Person, Session

TOMBSTONE = "gelöschtes Konto"


def export_account(person: Person) -> list[dict[str, Any]]:
    """The account itself."""
    return [
        {
            "pseudonym": person.pseudonym,
            "email": person.email,
            "language": person.language,
            "takes_part": person.origin,
            "joined": person.joined_at.isoformat(),
            "last_login": person.last_login.isoformat() if person.last_login else None,
        }
    ]


def erase_account(person: Person) -> None:
    """Called last. The row goes; if a contribution still needs an author, it stays as a number without a name."""
    left: list[str] = list(references(person))
    for municipality in Municipality.objects.all():
        with activate(municipality):
            left += references(person)
    if not left:
        person.delete()
        return
    Person.objects.filter(pk=person.pk).update(
        email=None, pseudonym=TOMBSTONE, pseudonym_skeleton=None, password="!", language="de", is_active=False,  # noqa: S106
        last_login=None, joined_at=timezone.now(), erased_at=timezone.now(),
    )  # fmt: skip


def expire_unconfirmed(before: datetime) -> int:
    """Remove accounts whose address was never confirmed; they could never sign in, and their name is free again."""
    unconfirmed = (
        Person.objects.filter(origin=Origin.WEB, joined_at__lt=before, last_login=None, erased_at=None)
        .exclude(email=None)
        .filter(emailaddress__verified=False)
        .exclude(pk__in=EmailAddress.objects.filter(verified=True).values("user"))
        .exclude(pk__in=SocialAccount.objects.values("user"))
        .distinct()
    )
    count = 0
    for person in unconfirmed:
        person.delete()
        count += 1
    return count


def export_addresses(person: Person) -> list[dict[str, Any]]:
    """E-mail addresses, confirmed or not."""
    return [{"address": a.email, "confirmed": a.verified} for a in EmailAddress.objects.filter(user=person)]


def erase_addresses(person: Person) -> None:
    """All e-mail addresses of the account."""
    EmailAddress.objects.filter(user=person).delete()


def export_second_factors(person: Person) -> list[dict[str, Any]]:
    """Passkeys and authenticator apps, without their secrets."""
    return [
        {
            "kind": a.get_type_display(),
            "name": a.data.get("name", "") if a.type == Authenticator.Type.WEBAUTHN else "",
            "added": a.created_at.isoformat(),
            "last_used": a.last_used_at.isoformat() if a.last_used_at else None,
        }
        for a in Authenticator.objects.filter(user=person)
    ]


def erase_second_factors(person: Person) -> None:
    """Passkeys, authenticator apps and recovery codes."""
    Authenticator.objects.filter(user=person).delete()


def export_providers(person: Person) -> list[dict[str, Any]]:
    """Connections to OpenID Connect providers."""
    return [
        {"provider": a.provider, "number_there": a.uid, "connected": a.date_joined.isoformat()}
        for a in SocialAccount.objects.filter(user=person)
    ]


def erase_providers(person: Person) -> None:
    """Connections to OpenID Connect providers."""
    SocialAccount.objects.filter(user=person).delete()


def export_sessions(person: Person) -> list[dict[str, Any]]:
    """Where the person is signed in."""
    return [
        {"device": s.device, "signed_in": s.started_at.isoformat() if s.started_at else None, "ends": s.expire_date.isoformat()}
        for s in Session.objects.filter(person=person)
    ]  # fmt: skip


def erase_sessions(person: Person) -> None:
    """Sign out everywhere."""
    Session.objects.filter(person=person).delete()


def expire_sessions(before: datetime) -> int:
    """Sessions end by themselves; this removes their rows."""
    return Session.objects.filter(Q(expire_date__lt=timezone.now())).delete()[0]


def erase_kept_forms(person: Person) -> None:
    """Forms that wait for the person to sign in again."""
    KeptForm.objects.filter(person=person).delete()


def expire_kept_forms(before: datetime) -> int:
    """Forms that nobody came back for within the hour."""
    return KeptForm.objects.filter(kept_until__lt=timezone.now()).delete()[0]


def export_roles(person: Person) -> list[dict[str, Any]]:
    """Roles in the active municipality."""
    return [{"role": m.role, "since": m.since.isoformat()} for m in Membership.objects.filter(person=person)]


def erase_roles(person: Person) -> None:
    """Roles in the active municipality."""
    Membership.objects.filter(person=person).delete()


def export_paper_record(person: Person) -> list[dict[str, Any]]:
    """What a clerk of the active municipality wrote down."""
    return [
        {
            "name": r.name,
            "address": r.address,
            "birth_year": r.birth_year,
            "entered": r.entered_at.isoformat(),
            "last_took_part": r.last_used_at.isoformat(),
        }
        for r in PaperRecord.objects.filter(person=person)
    ]


def erase_paper_record(person: Person) -> None:
    """The clerk's record; and the person as the clerk who entered others."""
    PaperRecord.objects.filter(person=person).delete()
    PaperRecord.objects.filter(entered_by=person).update(entered_by=None)


def expire_paper_records(before: datetime) -> int:
    """Names of people who have not taken part for long; what they did stays under their pseudonym."""
    return PaperRecord.objects.filter(last_used_at__lt=before).delete()[0]
