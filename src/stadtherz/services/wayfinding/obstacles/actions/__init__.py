# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs about obstacles: the only writers. Locks are taken in one order: obstacles by number, then the town's number."""

from stadtherz.services.wayfinding.obstacles.actions.change import Drawn
from stadtherz.services.wayfinding.obstacles.actions.deciding import (
    change_obstacle,
    confirm_obstacle,
    dismiss_obstacle,
    draw_obstacle,
    end_obstacle,
    skip_time,
    undo_change,
)
from stadtherz.services.wayfinding.obstacles.actions.reporting import report_obstacle, say

__all__ = [
    "Drawn",
    "change_obstacle",
    "confirm_obstacle",
    "dismiss_obstacle",
    "draw_obstacle",
    "end_obstacle",
    "report_obstacle",
    "say",
    "skip_time",
    "undo_change",
]
