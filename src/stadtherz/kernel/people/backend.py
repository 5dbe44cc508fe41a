# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who signs in, and who is signed in: django-allauth's backend, which brings the person's roles along in one query."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from stadtherz.kernel.municipalities.active import active_or_none
from stadtherz.kernel.municipalities.statements import Statement
from stadtherz.kernel.people.models import Membership, Person
from stadtherz.kernel.people.rules import keep_roles


def _with_roles(*, person: int) -> QuerySet[Person]:
    roles = Membership.objects.filter(person=OuterRef("pk")).values("role")
    return Person.objects.filter(pk=person).annotate(roles_here=ArraySubquery(roles))[:1]


SIGNED_IN = Statement[Person](_with_roles)


class Backend(AuthenticationBackend):
    """Signs in by e-mail address and password."""

    def get_user(self, user_id: Any) -> Person | None:
        """The person of a session, if the account may still sign in; with the roles in the active municipality."""
        town = active_or_none()
        if town is None:
            return super().get_user(user_id)
        person = SIGNED_IN.first(person=int(user_id))
        if person is None or not self.user_can_authenticate(person):
            return None
        keep_roles(person, town.pk, person.__dict__.pop("roles_here"))
        return person
