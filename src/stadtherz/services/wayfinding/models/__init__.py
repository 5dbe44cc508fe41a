# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of wayfinding: what is in the way today, the ways that people keep, studies, and what surveys found."""

from stadtherz.services.wayfinding.models.obstacles import Obstacle, ObstacleFeed, ObstacleVersion, ObstacleVoice
from stadtherz.services.wayfinding.models.saved_ways import SavedWay
from stadtherz.services.wayfinding.models.studies import MissingFact, RankedBarrier, StudiedProfile, Study
from stadtherz.services.wayfinding.models.surveys import FactsVersion, SurveyAnswer

__all__ = [
    "FactsVersion",
    "MissingFact",
    "Obstacle",
    "ObstacleFeed",
    "ObstacleVersion",
    "ObstacleVoice",
    "RankedBarrier",
    "SavedWay",
    "StudiedProfile",
    "Study",
    "SurveyAnswer",
]
