# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of obstacles: kinds with what is assumed about them, what they mean for a way, and their states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

#: so many others who say "still there" confirm what a resident reported
VOICES_CONFIRM: Final = 2
#: so many who say "gone", if they are more than those who see it, end a report or ask the clerk
VOICES_END: Final = 2
#: nobody keeps an obstacle longer than this without somebody looking at it again
LONGEST: Final = timedelta(days=366)
#: a closed area larger than this (square kilometres) is a slip of the pen
LARGEST_CLOSED_KM2: Final = 4.0
MOST_POSITIONS: Final = 2_000
#: obstacles of a town that count at the same time
MOST_CURRENT: Final = 5_000


class Kind(models.TextChoices):
    """What is in the way."""

    LIFT = "lift", _("Lift out of order")
    WORKS = "works", _("Works")
    FESTIVAL = "festival", _("Festival or market")
    PARKED_CARS = "parked_cars", _("Parked vehicles")
    ICE = "ice", _("Ice or snow")
    OTHER = "other", _("Another obstacle")


class Effect(models.TextChoices):
    """What a confirmed obstacle means for a way."""

    CLOSED = "closed", _("Nobody can pass")
    WHEELS = "wheels", _("Nobody on wheels can pass")
    SLOW = "slow", _("One can pass with effort")


class State(models.TextChoices):
    """Where an obstacle stands. Time is no state: a confirmed one whose end has passed counts no more."""

    REPORTED = "reported", _("Reported, not confirmed")
    CONFIRMED = "confirmed", _("Confirmed")
    ENDED = "ended", _("Over")
    DISMISSED = "dismissed", _("Not right")


class Source(models.TextChoices):
    """Who says so."""

    RESIDENT = "resident", _("Resident")
    CLERK = "clerk", _("Town")
    FEED = "feed", _("Automatic report")


#: what counts or may count again
OPEN: Final = (State.REPORTED, State.CONFIRMED)
#: which change of state a verb may make
CHANGES: Final[dict[State, frozenset[State]]] = {
    State.REPORTED: frozenset({State.CONFIRMED, State.ENDED, State.DISMISSED}),
    State.CONFIRMED: frozenset({State.ENDED, State.DISMISSED}),
    State.ENDED: frozenset({State.CONFIRMED}),
    State.DISMISSED: frozenset({State.CONFIRMED}),
}


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is taken for granted about a kind until somebody says otherwise."""

    effect: Effect
    #: how long a report counts
    lasts: timedelta
    #: how long it counts at least after somebody has seen it again
    prolonged: timedelta
    #: metres around a reported point
    reach: int
    icon: str


ASSUMED: Final[dict[Kind, Assumed]] = {
    Kind.LIFT: Assumed(Effect.CLOSED, timedelta(hours=24), timedelta(hours=24), 25, "warning"),
    Kind.WORKS: Assumed(Effect.CLOSED, timedelta(days=14), timedelta(days=7), 8, "warning"),
    Kind.FESTIVAL: Assumed(Effect.CLOSED, timedelta(days=3), timedelta(days=1), 8, "warning"),
    Kind.PARKED_CARS: Assumed(Effect.WHEELS, timedelta(hours=4), timedelta(hours=4), 6, "warning"),
    Kind.ICE: Assumed(Effect.SLOW, timedelta(hours=12), timedelta(hours=12), 15, "warning"),
    Kind.OTHER: Assumed(Effect.WHEELS, timedelta(hours=24), timedelta(hours=24), 6, "warning"),
}
