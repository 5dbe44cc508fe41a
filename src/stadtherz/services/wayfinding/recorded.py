# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the service's entries in the record of decisions say: actions, kinds of their subjects, values of their details."""

from __future__ import annotations

from django.utils.dates import WEEKDAYS
from django.utils.translation import pgettext_lazy

from stadtherz.kernel.registry.declaration import Text
from stadtherz.services.wayfinding.obstacles.vocabulary import Effect, Kind, State
from stadtherz.services.wayfinding.obstacles.weekly import SHORT

RECORDED: dict[str, Text] = {
    "wayfinding.obstacle_draw": pgettext_lazy("record", "Entered an obstacle"),
    "wayfinding.obstacle_change": pgettext_lazy("record", "Changed an obstacle"),
    "wayfinding.obstacle_confirm": pgettext_lazy("record", "Confirmed an obstacle"),
    "wayfinding.obstacle_dismiss": pgettext_lazy("record", "Dismissed a reported obstacle"),
    "wayfinding.obstacle_end": pgettext_lazy("record", "Ended an obstacle"),
    "wayfinding.obstacle_skip": pgettext_lazy("record", "Left out one time of an obstacle that recurs"),
    "wayfinding.obstacle_undo": pgettext_lazy("record", "Took a change of an obstacle back"),
    "wayfinding.feed_add": pgettext_lazy("record", "Added a feed of obstacles"),
    "wayfinding.feed_change": pgettext_lazy("record", "Changed a feed of obstacles"),
    "wayfinding.accept_answer": pgettext_lazy("record", "Accepted an answer from the spot"),
    "wayfinding.refuse_answer": pgettext_lazy("record", "Refused an answer from the spot"),
    "wayfinding.take_back_answer": pgettext_lazy("record", "Took a decision about an answer back"),
    "wayfinding.order_study": pgettext_lazy("record", "Ordered a study of barriers"),
    "wayfinding.obstacle:": pgettext_lazy("record", "Obstacle no."),
    "wayfinding.feed:": pgettext_lazy("record", "Feed no."),
    "wayfinding.answer:": pgettext_lazy("record", "Answer no."),
    "wayfinding.study:": pgettext_lazy("record", "Study no."),
    **{f"wayfinding={day}": WEEKDAYS[number] for number, day in enumerate(SHORT)},
    **{f"wayfinding={value}": value.label for vocabulary in (Kind, Effect, State) for value in vocabulary},
}
