# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of participation: what a process is (``process``), ideas (``idea``), what others add to them (``voices``)."""

from stadtherz.services.participation.models.idea import Idea, IdeaPicture, PaperSheet, StatusChange
from stadtherz.services.participation.models.process import Category, Phase, Process
from stadtherz.services.participation.models.voices import Comment, Follow, Support

__all__ = [
    "Category",
    "Comment",
    "Follow",
    "Idea",
    "IdeaPicture",
    "PaperSheet",
    "Phase",
    "Process",
    "StatusChange",
    "Support",
]
