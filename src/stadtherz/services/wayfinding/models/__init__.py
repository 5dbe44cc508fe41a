# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of wayfinding: what is in the way today, and the ways that people keep."""

from stadtherz.services.wayfinding.models.obstacles import Obstacle, ObstacleFeed, ObstacleVersion, ObstacleVoice
from stadtherz.services.wayfinding.models.saved_ways import SavedWay

__all__ = ["Obstacle", "ObstacleFeed", "ObstacleVersion", "ObstacleVoice", "SavedWay"]
