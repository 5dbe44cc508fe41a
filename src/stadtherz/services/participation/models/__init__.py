# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of participation: what a process is (``process``), ideas (``idea``), what others add to them (``voices``), and
which of two ideas that say the same is kept (``merge``).
"""

from stadtherz.services.participation.models.idea import Idea, IdeaPicture, PaperSheet, StatusChange
from stadtherz.services.participation.models.merge import Merge
from stadtherz.services.participation.models.process import Category, Phase, Process
from stadtherz.services.participation.models.voices import Comment, Follow, Support

__all__ = [
    "Category",
    "Comment",
    "Follow",
    "Idea",
    "IdeaPicture",
    "Merge",
    "PaperSheet",
    "Phase",
    "Process",
    "StatusChange",
    "Support",
]
