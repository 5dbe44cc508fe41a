# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Issuing and revoking keys."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.api.kept_keys import tell_change
from stadtherz.kernel.api.keys import hashed
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.audit.actions import record

if TYPE_CHECKING:
    from stadtherz.kernel.people.models import Person


@transaction.atomic
def issue_key(*, label: str, scopes: Sequence[str] = (), by: Person | None, secret: str = "") -> tuple[ApiKey, str]:
    """Make a key for the active municipality. The second part of the answer is the key itself, which nobody sees again.

    ``secret`` is for the demonstration alone, whose key everybody knows.
    """
    secret = secret or f"sh_{secrets.token_urlsafe(30)}"
    key = ApiKey.objects.create(
        label=label,
        prefix=secret[:9],
        secret_hash=hashed(secret),
        scopes=sorted(scopes),
        issued_by=by.pk if by else None,
    )
    record(action="api.issue_key", actor=by, subject=f"api.key:{key.pk}", detail={"scopes": sorted(scopes)})
    return key, secret


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Person | None) -> None:
    """End the key's access at once. A key that is revoked already stays as it is."""
    changed = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    if changed:
        tell_change()
        record(action="api.revoke_key", actor=by, subject=f"api.key:{key.pk}")
