# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who sees a picture that is not public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.rules import may

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def may_see(person: Person | AnonymousUser, picture: Picture) -> bool:
    """Everybody once it is public; before that its owner and those who decide about contributions."""
    if picture.is_public:
        return True
    return isinstance(person, Person) and (picture.owner_id == person.pk or may(person, "moderation.decide"))
