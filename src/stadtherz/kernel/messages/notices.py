# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The kinds of notices. A person chooses for each how often; those that an account cannot do without are always sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.messages.models import Rhythm
from stadtherz.kernel.registry.declaration import Text


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of notice. ``optional`` ones can be stopped, also by one click from the mail program (RFC 8058)."""

    key: str
    title: Text
    explanation: Text
    optional: bool = True
    rhythm: Rhythm = Rhythm.AT_ONCE
    for_staff: bool = False


NOTICES: tuple[Notice, ...] = (
    Notice(
        "account",
        _("Your account"),
        _("Confirmations, new passwords, security. These are always sent."),
        optional=False,
    ),
    Notice(
        "contribution",
        _("Your contributions"),
        _("Your text was released, or needs a change; the town answered you."),
    ),
    Notice(
        "follow",
        _("What you follow"),
        _("News about ideas and projects that you follow."),
    ),
    Notice(
        "work",
        _("Work that waits"),
        _("For staff: on workdays in the morning, if contributions wait to be read."),
        for_staff=True,
    ),
)
BY_KEY = {notice.key: notice for notice in NOTICES}
