# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The offer to undo, kept in the session of the moderator who decided, for the minute that it is worth something."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from stadtherz.kernel.moderation.rules import UNDO_SECONDS

KEY = "moderation_undo"


def offer_undo(
    request: HttpRequest, *, decision: int | None = None, batch: uuid.UUID | None = None, words: str
) -> None:
    """Remember what can be undone; a later decision replaces it."""
    request.session[KEY] = {
        "decision": decision, "batch": str(batch or ""), "words": words,
        "until": timezone.now().timestamp() + UNDO_SECONDS,
    }  # fmt: skip


def undo_offer(request: HttpRequest) -> dict[str, Any] | None:
    """What can be undone now, with the seconds that are left."""
    offer = request.session.get(KEY)
    if not offer:
        return None
    left = int(offer["until"] - timezone.now().timestamp())
    return {**offer, "left": left} if left > 0 else None


def take_offer(request: HttpRequest) -> dict[str, Any] | None:
    """The offer, which is gone then."""
    offer: dict[str, Any] | None = request.session.pop(KEY, None)
    return offer
