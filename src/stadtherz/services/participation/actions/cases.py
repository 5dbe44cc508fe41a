# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The moderation case of a contribution that its author takes back."""

from __future__ import annotations

from stadtherz.kernel.moderation.actions import withdraw
from stadtherz.kernel.moderation.queries import open_case
from stadtherz.kernel.people.models import Person


def close_open_case(*, kind: str, object_id: int, author: Person) -> None:
    """Take the contribution out of the moderators' queue, if it waits there."""
    case = open_case(kind=kind, object_id=object_id)
    if case is not None:
        withdraw(case=case, author=author)
