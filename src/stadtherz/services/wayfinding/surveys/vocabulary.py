# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of surveys."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

#: so many people with the same answer suggest that it is right
AGREEING: Final = 2
#: an answer that waited in a browser longer than this is about a street that may have changed
OLDEST: Final = timedelta(days=60)
#: answers from one address within an hour
AN_HOUR: Final = 120
#: photos from one address within an hour: each is looked at by somebody
PHOTOS_AN_HOUR: Final = 30


class AnswerState(models.TextChoices):
    """Where an answer stands."""

    WAITING = "waiting", _("Waits to be looked at")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Not accepted")
