# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What went wrong with a feed: kept as a short mark, said on the page in the reader's language, and how long one waits
before such a feed is asked again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from stadtherz.kernel.outside import refusals
from stadtherz.kernel.registry.declaration import Text
from stadtherz.services.wayfinding.models import ObstacleFeed
from stadtherz.services.wayfinding.obstacles.errors import Refused, TooMany
from stadtherz.services.wayfinding.obstacles.feed_format import NotUnderstood

#: a feed that does not answer is asked less often the longer that lasts: after a tenth of that time, at most after this
LONGEST_WAIT: Final = timedelta(minutes=30)
SKIPPED: Final = "skipped"
_WORDS: Final[dict[str, Text]] = {
    refusals.NameUnknown.__name__: _("The name in the address is not known. Please check the address."),
    refusals.AddressNotAllowed.__name__: _(
        "This address is not asked: it leads inside a network, or is none of http or https. Please check the address."
    ),
    refusals.TooManyRedirects.__name__: _("The address leads from one to the next without end. Please check the address."),
    refusals.TooSlow.__name__: _("The other side did not answer in time. This mostly passes; if it lasts, ask whoever runs it."),
    refusals.Unreachable.__name__: _(
        "There was no connection to the other side, or it broke. This mostly passes; if it lasts, ask whoever runs it."
    ),
    refusals.TooLarge.__name__: _("The other side sends more than 5 MB. Is the address right?"),
    refusals.BadStatus.__name__: _("The other side answers with the error %(detail)s. If it lasts, ask whoever runs it."),
    NotUnderstood.__name__: _(
        "The answer is no GeoJSON FeatureCollection of at most 2,000 entries. Is the address right?"
    ),
    TooMany.__name__: TooMany.message,
}  # fmt: skip


def mark(error: refusals.OutsideError | NotUnderstood | Refused) -> str:
    """What is kept of an error."""
    kind = next((each.__name__ for each in type(error).__mro__ if each.__name__ in _WORDS), "")
    detail = f":{error.status}" if isinstance(error, refusals.BadStatus) else ""
    return f"{kind}{detail}" if kind else str(error)[:500]


def in_words(problem: str) -> str:
    """The sentence for the page; an empty one for no problem."""
    kind, _colon, detail = problem.partition(":")
    if kind == SKIPPED and detail.isdecimal():
        count = int(detail)
        words = ngettext("%(count)d entry could not be read.", "%(count)d entries could not be read.", count)
        return words % {"count": count}
    return str(_WORDS[kind]) % {"detail": detail} if kind in _WORDS else problem


def may_be_asked(feed: ObstacleFeed, now: datetime) -> bool:
    """Whether it is time to ask: always while it works, ever more rarely while it fails."""
    if feed.asked_at is None or feed.worked_at is None or feed.asked_at <= feed.worked_at:
        return True
    return now - feed.asked_at >= min((feed.asked_at - feed.worked_at) / 10, LONGEST_WAIT)
