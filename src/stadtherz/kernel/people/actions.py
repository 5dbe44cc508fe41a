# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs about people: enter, correct, merge, give and take roles. Sign-up and sign-in are django-allauth's."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.people.models import Membership, Origin, PaperRecord, Person, Session
from stadtherz.kernel.people.pseudonyms import clean_pseudonym, pseudonym_for_paper, skeleton
from stadtherz.kernel.people.queries import pseudonym_is_taken
from stadtherz.kernel.people.recognition import normalised_name, recognition_key
from stadtherz.kernel.people.roles import Role

FIRST_BIRTH_YEAR = 1900
YOUNGEST = 6


class NameMissing(ValueError):
    """A person without e-mail is entered by name; the name has no letters."""


class BirthYearUnlikely(ValueError):
    """The year of birth lies in the future or before 1900."""


class PseudonymTaken(ValueError):
    """Somebody has this pseudonym or one that looks like it."""


class EmailTaken(ValueError):
    """Somebody has an account with this e-mail address."""


class SomebodyElseHasThisData(ValueError):
    """Name, year of birth and street are those of another entry: one person would count twice."""


class RoleHeld(ValueError):
    """The person has this role already: somebody else was faster."""


class RoleNotHeld(ValueError):
    """The person does not have this role any more: somebody else was faster."""


class LastAdmin(ValueError):
    """This is the last administrator of the municipality; nobody could give roles any more."""


@transaction.atomic
def open_account(*, email: str, pseudonym: str, password_hash: str, language: str = "de") -> Person:
    """An account whose address somebody else vouches for: the operator at the server, or the demonstration.

    ``password_hash`` as Django's ``make_password`` gives it. Raises ``EmailTaken`` and ``PseudonymTaken``. Residents sign
    up by themselves and confirm their address.
    """
    from allauth.account.models import EmailAddress

    email = email.strip().lower()
    wait_for_others(f"email:{email}")
    if (
        Person.objects.filter(email__iexact=email).exists()
        or EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    ):
        raise EmailTaken
    if pseudonym_is_taken(pseudonym):
        raise PseudonymTaken
    person = Person(email=email, pseudonym=pseudonym, language=language, password=password_hash)
    person.save()
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


@transaction.atomic
def enter_person_without_email(
    *, name: str, clerk: Person, address: str = "", birth_year: int | None = None, pseudonym: str = ""
) -> Person:
    """Enter somebody who takes part on paper, or find the person if the same data was entered before.

    The same name, year of birth and street lead to the same person, so that whoever signs twice counts once. Without
    year and street the name alone decides. Raises ``NameMissing``, ``BirthYearUnlikely``, ``PseudonymTaken``.
    """
    name, address = " ".join(name.split()), " ".join(address.split())
    key = _key(name=name, birth_year=birth_year, address=address)
    wait_for_others(f"paper:{key}")
    known = PaperRecord.objects.select_related("person").filter(recognition=key).first()
    if known is not None:
        known.last_used_at = timezone.now()
        known.save(update_fields=["last_used_at"])
        return known.person
    person = Person(pseudonym=_pseudonym(pseudonym), origin=Origin.PAPER, is_active=False)
    person.set_unusable_password()
    person.save()
    PaperRecord.objects.create(
        person=person, name=name, address=address, birth_year=birth_year, recognition=key, entered_by=clerk
    )
    _record(action="people.enter", actor=clerk, subject=person)
    return person


@transaction.atomic
def correct_paper_record(
    *, record: PaperRecord, clerk: Person, name: str, address: str, birth_year: int | None, pseudonym: str
) -> PaperRecord:
    """Change what was written down about a person. Raises as ``enter_person_without_email``, and
    ``SomebodyElseHasThisData`` when the new data are those of another entry (merge them instead)."""
    record = PaperRecord.objects.select_for_update().select_related("person").get(pk=record.pk)
    record.name, record.address, record.birth_year = " ".join(name.split()), " ".join(address.split()), birth_year
    record.recognition = _key(name=record.name, birth_year=birth_year, address=record.address)
    person = record.person
    if pseudonym != person.pseudonym:
        person.pseudonym = _pseudonym(pseudonym, person=person)
        person.save()
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as error:
        raise SomebodyElseHasThisData from error
    _record(action="people.correct", actor=clerk, subject=person)
    return record


def _key(*, name: str, birth_year: int | None, address: str) -> str:
    if len(re.sub(r"[^a-z]", "", normalised_name(name))) < 2 and len(normalised_name(name)) < 2:
        raise NameMissing
    if birth_year is not None and not FIRST_BIRTH_YEAR <= birth_year <= timezone.localdate().year - YOUNGEST:
        raise BirthYearUnlikely
    return recognition_key(name=name, birth_year=birth_year, address=address)


def _pseudonym(wanted: str, *, person: Person | None = None) -> str:
    if not wanted.strip():
        wanted = pseudonym_for_paper()
        while pseudonym_is_taken(wanted):
            wanted = pseudonym_for_paper()
        return wanted
    cleaned = clean_pseudonym(wanted)
    wait_for_others(f"pseudonym:{skeleton(cleaned)}")
    if pseudonym_is_taken(cleaned, by_other_than=person):
        raise PseudonymTaken
    return cleaned


def wait_for_others(name: str) -> None:
    """Let two requests about the same ``name`` pass one after the other, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@transaction.atomic
def change_profile(*, person: Person, pseudonym: str, language: str) -> None:
    """Change one's public name and the language of one's mails. Raises ``PseudonymTaken`` and ``ValidationError``."""
    if pseudonym != person.pseudonym:
        person.pseudonym = _pseudonym(pseudonym, person=person)
    person.language = language
    person.save(update_fields=["pseudonym", "language"])


@transaction.atomic
def end_sessions(*, person: Person, but: str | None = None, only: str | None = None) -> int:
    """Sign the person out: everywhere, everywhere but in one session, or in one session only. Returns how many."""
    ended = Session.objects.filter(person=person)
    if but is not None:
        ended = ended.exclude(session_key=but)
    if only is not None:
        ended = ended.filter(session_key=only)
    return ended.delete()[0]


@transaction.atomic
def give_role(*, person: Person, role: Role, admin: Person | None) -> Membership:
    """Give a role in the active municipality; ``admin`` None means the operator at the server. Raises ``RoleHeld``."""
    membership, fresh = Membership.objects.get_or_create(person=person, role=role)
    if not fresh:
        raise RoleHeld
    _record(action="people.give_role", actor=admin, subject=person, role=str(role))
    return membership


@transaction.atomic
def take_role(*, person: Person, role: Role, admin: Person | None) -> None:
    """Take a role in the active municipality away. Raises ``RoleNotHeld``, ``LastAdmin``."""
    wait_for_others("people:admins")  # two admins who remove each other at the same moment must not both succeed
    held = Membership.objects.filter(person=person, role=role)
    if not held.exists():
        raise RoleNotHeld
    if (
        role == Role.ADMIN
        and not Membership.objects.filter(role=Role.ADMIN, person__is_active=True, person__erased_at=None)
        .exclude(person=person)
        .exists()
    ):
        raise LastAdmin
    held.delete()
    _record(action="people.take_role", actor=admin, subject=person, role=str(role))


def _record(*, action: str, actor: Person | None, subject: Person, **detail: Any) -> None:
    """Numbers only: the chain of decisions is never rewritten, so no name may enter it."""
    record(action=action, actor=actor, subject=f"person:{subject.pk}", detail=detail)
