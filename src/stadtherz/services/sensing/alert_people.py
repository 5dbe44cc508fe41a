# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What rules and alerts know about people: which account set them up or took them over."""

from __future__ import annotations

from stadtherz.kernel.people.models import Person
from stadtherz.services.sensing.models import Alert, AlertRule


def erase_rules(person: Person) -> None:
    """The rule stays, the account behind it is forgotten."""
    AlertRule.objects.filter(created_by=person).update(created_by=None)
    for rule in AlertRule.objects.filter(mail_to__icontains=person.email) if person.email else ():
        kept = [part for part in rule.mail_to.split() if part.strip(",;").lower() != (person.email or "").lower()]
        AlertRule.objects.filter(pk=rule.pk).update(mail_to=" ".join(kept))


def erase_acknowledgements(person: Person) -> None:
    """The alert stays taken over, by nobody in particular."""
    Alert.objects.filter(acknowledged_by=person).update(acknowledged_by=None)
