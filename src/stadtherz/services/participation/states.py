# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The states of an idea, and which change is allowed: what the town makes of it, and who can see it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """What the town makes of an idea."""

    RECEIVED = "received", _("Received")
    IN_REVIEW = "in_review", _("In review")
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")


class Visibility(models.TextChoices):
    """Who can see a contribution. Public is ``RELEASED`` alone."""

    WAITING = "waiting", _("Waits for the moderators")
    RELEASED = "released", _("Public")
    RETURNED = "returned", _("Returned for revision")
    DECLINED = "declined", _("Not published")
    WITHDRAWN = "withdrawn", _("Withdrawn by the author")
    TAKEN_DOWN = "taken_down", _("Taken down")
    MERGED = "merged", _("Merged with another idea")


class Origin(models.TextChoices):
    """Which way a contribution came in. All ways count the same."""

    WEB = "web", _("online")
    PAPER = "paper", _("on paper")
    IMPORT = "import", _("on an earlier platform")


# What everybody can read: on a page of its own, or on that of the idea that a double was merged into.
ON_RECORD = frozenset({Visibility.RELEASED, Visibility.MERGED})

# The same status may be answered again: an interim notice. A decision may be reopened, but nothing becomes "received" again.
STATUS_CHANGES: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.RECEIVED, Status.IN_REVIEW, Status.PLANNED, Status.DONE, Status.DECLINED}),
    Status.IN_REVIEW: frozenset({Status.IN_REVIEW, Status.PLANNED, Status.DONE, Status.DECLINED}),
    Status.PLANNED: frozenset({Status.PLANNED, Status.IN_REVIEW, Status.DONE, Status.DECLINED}),
    Status.DONE: frozenset({Status.DONE, Status.IN_REVIEW}),
    Status.DECLINED: frozenset({Status.DECLINED, Status.IN_REVIEW}),
}

# What an author may still change or withdraw.
IN_THE_AUTHORS_HANDS = frozenset({Visibility.WAITING, Visibility.RELEASED, Visibility.RETURNED})
