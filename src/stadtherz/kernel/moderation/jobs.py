# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A word to the moderators in the morning, if contributions wait."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation

from stadtherz.kernel.jobs import job, periodic
from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.moderation import queries
from stadtherz.kernel.moderation.rules import DECIDE
from stadtherz.kernel.people.models import Membership, Person
from stadtherz.kernel.registry.services import permissions


@periodic("0 6 * * 1-5")
@job("moderation.remind")
def remind() -> None:
    """Tell each person who may decide how much waits and since when."""
    overview = queries.overview()
    if not overview.waiting:
        return
    members = Membership.objects.filter(role__in=permissions()[DECIDE].roles, person__is_active=True)
    for person in Person.objects.filter(pk__in=members.values("person")).order_by("pk"):
        with translation.override(person.language.partition("-")[0]):
            context = {
                "overview": overview,
                "age": overview.oldest_words,
                "address": absolute(reverse("moderation:work_list")),
            }
        send(to=person, template="moderation/work", notice="work", context=context)
