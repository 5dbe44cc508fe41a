# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads about people that are used more than once."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from stadtherz.kernel.people.models import Membership, PaperRecord, Person, Session
from stadtherz.kernel.people.pseudonyms import skeleton
from stadtherz.kernel.people.recognition import normalised_name
from stadtherz.kernel.people.roles import Role


def public_name(person: Person) -> str:
    """The name that others may read (setting ``ACCOUNT_USER_DISPLAY``)."""
    return person.public_name


def pseudonym_is_taken(pseudonym: str, *, by_other_than: Person | None = None) -> bool:
    """Whether somebody has this name or one that looks like it."""
    taken = Person.objects.annotate(folded=Lower("pseudonym")).filter(
        Q(pseudonym_skeleton=skeleton(pseudonym)) | Q(folded=pseudonym.lower(), erased_at=None)
    )
    if by_other_than is not None:
        taken = taken.exclude(pk=by_other_than.pk)
    return taken.exists()


def find_person(text: str) -> Person | None:
    """The person with exactly this pseudonym or e-mail address: whoever gives a role must know whom."""
    text = text.strip()
    if not text:
        return None
    field = "email__iexact" if "@" in text else "pseudonym__iexact"
    return Person.objects.filter(**{field: text}, erased_at=None).first()


def memberships() -> QuerySet[Membership]:
    """Roles given in the active municipality, by person."""
    return Membership.objects.exclude(role=Role.RESIDENT).select_related("person").order_by("person__pseudonym", "role")


def search_paper_records(text: str) -> QuerySet[PaperRecord]:
    """People without e-mail whose name, address or pseudonym contains every word of ``text``."""
    found = PaperRecord.objects.select_related("person")
    for word in text.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(name_normalised__contains=normalised_name(word) or word)
            | Q(address__icontains=word)
            | Q(person__pseudonym__icontains=word)
        )
    return found.order_by("name", "pk")


def similar_paper_records(name: str) -> list[PaperRecord]:
    """People without e-mail whose name reads the same: perhaps the one that the clerk is about to enter."""
    return list(PaperRecord.objects.select_related("person").filter(name_normalised=normalised_name(name)))


def sessions_of(person: Person) -> QuerySet[Session]:
    """The person's signed-in browsers that have not expired, newest first."""
    return Session.objects.filter(person=person, started_at__isnull=False, expire_date__gt=timezone.now()).order_by(
        "-started_at"
    )
