# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs of moderation, one file a concern; services import them from here."""

from stadtherz.kernel.moderation.actions.decisions import (
    claim,
    decline,
    release,
    release_many,
    return_to_author,
    undo,
    undo_batch,
)
from stadtherz.kernel.moderation.actions.reporting import report
from stadtherz.kernel.moderation.actions.submission import submit, withdraw
from stadtherz.kernel.moderation.actions.take_down import confirm_take_down, keep, propose_take_down
from stadtherz.kernel.moderation.actions.taking_over import PublicElsewhere, take_over

__all__ = [
    "PublicElsewhere",
    "claim",
    "confirm_take_down",
    "decline",
    "keep",
    "propose_take_down",
    "release",
    "release_many",
    "report",
    "return_to_author",
    "submit",
    "take_over",
    "undo",
    "undo_batch",
    "withdraw",
]
