# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The states of a case and the only table of the changes between them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a contribution stands."""

    WAITING = "waiting", _("waits to be read")
    RETURNED = "returned", _("back with the author")
    RELEASED = "released", pgettext_lazy("state of a contribution", "released")
    DECLINED = "declined", pgettext_lazy("state of a contribution", "declined")
    WITHDRAWN = "withdrawn", _("withdrawn by the author")
    TAKEN_DOWN = "taken_down", _("taken down")
    REPLACED = "replaced", _("replaced by a newer version")


class Change(models.TextChoices):
    """What somebody does to a case."""

    SUBMIT = "submit", _("submitted again")
    RELEASE = "release", pgettext_lazy("change of a contribution", "released")
    RETURN = "return", _("returned to the author")
    DECLINE = "decline", pgettext_lazy("change of a contribution", "declined")
    WITHDRAW = "withdraw", _("withdrawn")
    TAKE_DOWN = "take_down", _("taken down")


CHANGES: dict[tuple[State, Change], State] = {
    (State.WAITING, Change.SUBMIT): State.WAITING,
    (State.RETURNED, Change.SUBMIT): State.WAITING,
    (State.WAITING, Change.RELEASE): State.RELEASED,
    (State.WAITING, Change.RETURN): State.RETURNED,
    (State.WAITING, Change.DECLINE): State.DECLINED,
    (State.WAITING, Change.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Change.WITHDRAW): State.WITHDRAWN,
    (State.RELEASED, Change.TAKE_DOWN): State.TAKEN_DOWN,
}
OPEN = frozenset({State.WAITING, State.RETURNED})
