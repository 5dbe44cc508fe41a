# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs of the room: erase a person (GDPR Art. 17), and remove what has been kept long enough (Art. 5 (1) e)."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.municipalities.active import activate, active
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.actions import LastAdmin
from stadtherz.kernel.people.models import Membership, Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.privacy.declarations import declared
from stadtherz.kernel.registry.declaration import resolve

logger = logging.getLogger(__name__)


@transaction.atomic
def erase_person(*, person: Person, by: Person | None) -> None:
    """Remove everything about a person, at once and in all municipalities; public contributions stay without a name.

    ``by``: the person or the clerk who was asked. Each table's own ``erase`` decides what goes and what stays; the
    person's row goes last. Raises ``LastAdmin`` when a municipality would be left without an administrator.
    """
    number = person.pk
    for municipality in Municipality.objects.all():
        with activate(municipality):
            _require_other_admin(person)
    entries = [entry for entry in reversed(declared()) if entry.data.erase]
    for municipality in Municipality.objects.all():
        with activate(municipality):
            for entry in entries:
                if entry.of_town:
                    resolve(entry.data.erase)(person)
    record(action="privacy.erase", actor=by, subject=f"person:{number}")
    for entry in entries:
        if not entry.of_town:
            resolve(entry.data.erase)(person)


def _require_other_admin(person: Person) -> None:
    admins = set(Membership.objects.filter(role=Role.ADMIN, person__is_active=True).values_list("person_id", flat=True))
    if admins == {person.pk}:
        raise LastAdmin(active().name)


def expire_town() -> dict[str, int]:
    """Remove what is older than its retention in the active municipality. Returns rows by table."""
    return _expire(of_town=True)


def expire_installation() -> dict[str, int]:
    """Remove what is older than its retention in the tables of the whole installation. Returns rows by table."""
    return _expire(of_town=False)


def _expire(*, of_town: bool) -> dict[str, int]:
    now = timezone.now()
    removed: dict[str, int] = {}
    for entry in declared():
        data = entry.data
        if entry.of_town != of_town or not data.expire or data.retention_days is None:
            continue
        with transaction.atomic():
            count = resolve(data.expire)(now - timedelta(days=data.retention_days))
        if count:
            removed[data.model] = count
            logger.info("Retention: removed %s of %s", count, data.model)
    return removed
