# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody who took part on paper opens an account: the two become one person, and nothing is lost or counted twice.

Services move what they store when they are told (``events.PeopleMerged``). What no handler moved keeps the old row from
being removed, so that a service that forgot to listen is noticed instead of losing data.
"""

from __future__ import annotations

from django.apps import apps
from django.db import models, transaction

from stadtherz.kernel.audit.actions import record as audit
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.actions import wait_for_others
from stadtherz.kernel.people.events import PeopleMerged
from stadtherz.kernel.people.models import Origin, PaperRecord, Person, Session
from stadtherz.kernel.registry.events import publish


class NotOnPaper(ValueError):
    """Only a person who was entered on paper in this municipality can be merged into an account."""


class NotAnAccount(ValueError):
    """The person to keep has no confirmed account of its own."""


class SomethingNotMoved(RuntimeError):
    """A table still refers to the person that should go; its service has no handler for ``PeopleMerged``."""


@transaction.atomic
def merge_paper_into_account(*, gone: Person, kept: Person, clerk: Person) -> Person:
    """Make the paper person ``gone`` and the account ``kept`` one. Contributions and supports go to ``kept``.

    What both have supported counts once afterwards. The paper record stays with ``kept``, so that the clerk still finds
    the person by name and does not enter it anew. Raises ``NotOnPaper``, ``NotAnAccount``, ``SomethingNotMoved``.
    """
    wait_for_others(f"people.merge:{min(gone.pk, kept.pk)}")
    record = PaperRecord.objects.select_for_update().filter(person=gone).first()
    if gone.origin != Origin.PAPER or record is None:
        raise NotOnPaper
    if kept.email is None or kept.erased_at is not None or kept == gone:
        raise NotAnAccount
    if PaperRecord.objects.filter(person=kept).exists():
        record.delete()
    else:
        record.person = kept
        record.save(update_fields=["person"])
    publish(PeopleMerged(kept_id=kept.pk, gone_id=gone.pk))
    _move_kernel_rows(gone=gone, kept=kept)
    left = references(gone)
    if left:
        raise SomethingNotMoved(f"Not moved in {active()}: {', '.join(left)}")
    Session.objects.filter(person=gone).delete()
    audit(action="people.merge", actor=clerk, subject=f"person:{kept.pk}", detail={"gone": gone.pk})
    gone.delete()
    return kept


def _move_kernel_rows(*, gone: Person, kept: Person) -> None:
    """The kernel's own tables count nothing per person, so that their rows can simply change hands."""
    for field in fields_to_person():
        model = field.model
        if model.__module__.startswith("stadtherz.kernel.") and model not in (Session, PaperRecord):
            model._default_manager.filter(**{field.name: gone}).update(**{field.name: kept})


def references(person: Person) -> list[str]:
    """Labels of the columns that still refer to ``person`` in the active municipality or in shared tables."""
    found = []
    for field in fields_to_person():
        model = field.model
        if model._default_manager.filter(**{field.name: person}).exists():
            found.append(f"{model._meta.label}.{field.name}")
    return found


def fields_to_person() -> list[models.ForeignKey[Person, Person]]:
    """Every foreign key to a person, in all rooms and services."""
    return [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Person
    ]
