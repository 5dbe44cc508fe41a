# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a clerk has to do by hand: people who took part on paper get no mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from stadtherz.kernel.people.models import Origin
from stadtherz.services.participation.models import Idea


def remind_of_letter(request: HttpRequest, idea: Idea) -> None:
    """Say so, if no mail reaches the author of an idea about which the town has just said something."""
    author = idea.author
    if author is not None and author.erased_at is None and author.origin == Origin.PAPER:
        words = _("Who wrote “%(title)s” has no e-mail: please tell them by letter or telephone.")
        messages.warning(request, words % {"title": idea.title})
