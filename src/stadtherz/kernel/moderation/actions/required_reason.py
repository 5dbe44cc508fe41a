# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""No decision against a contribution without a reason that its author can read."""

from stadtherz.kernel.moderation.errors import ReasonMissing, WordsMissing
from stadtherz.kernel.moderation.reasons import NEEDS_WORDS, reasons_for
from stadtherz.kernel.moderation.states import Change


def require_reason(change: Change, reason: str, text: str) -> None:
    """Raise ``ReasonMissing`` or ``WordsMissing`` if the author would not learn why. A release needs no reason."""
    allowed = {found.key for found in reasons_for(change)}
    if allowed and reason not in allowed:
        raise ReasonMissing
    if reason in NEEDS_WORDS and not text.strip():
        raise WordsMissing
