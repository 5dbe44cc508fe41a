# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing into the record, from inside the verb that is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from stadtherz.kernel.audit.chain import check_detail, content_hash
from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.municipalities.active import active_id

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stadtherz.kernel.people.models import Person


def record(
    *, action: str, actor: Person | AnonymousUser | int | None, subject: str, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Add an entry in the caller's transaction: either both happened or neither.

    ``action`` is a key such as "moderation.release", ``subject`` names what it was done to ("participation.idea:17"),
    ``actor`` is the person who did it, or None for the platform itself. ``detail`` holds texts, whole numbers, true,
    false, null, and lists and objects of these, and never a name, an address or a text that a resident wrote.
    The entry gets its number and hash when the transaction commits. Raises ``DetailNotRecordable``.
    """
    detail = detail or {}
    check_detail(detail)
    number = actor if isinstance(actor, int) else getattr(actor, "pk", None)
    at = timezone.now()
    digest = content_hash(municipality=active_id(), at=at, actor=number, action=action, subject=subject, detail=detail)
    return AuditEntry.objects.create(
        at=at, actor=number, action=action, subject=subject, detail=detail, content_hash=digest
    )


def seal() -> None:
    """Seal what this transaction recorded now instead of at its commit: for tests and for imports that check at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS audit_seal IMMEDIATE")
        cursor.execute("SET CONSTRAINTS audit_seal DEFERRED")
