# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The support button for the moments in which hundreds press it: a coroutine gathers clicks and counts them together.

It answers only a click that was counted. Everything else (nobody signed in, a forged or unreadable request, a refusal)
it passes on to the ordinary view, ``web.idea.support``, which says what is wrong and asks the same verb again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from secrets import token_hex
from types import SimpleNamespace

from django.conf import settings
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from stadtherz.kernel.group_commit import GroupCommitter
from stadtherz.kernel.lanes import LaneAnswer, LaneRequest, is_forged
from stadtherz.kernel.language.middleware import choose, offered_by
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.sessions import is_key
from stadtherz.kernel.people.signed_in import people_signed_in
from stadtherz.kernel.ui.security_headers import headers_of_a_part
from stadtherz.services.participation.actions.supports import Click, SupportCount, settle_clicks

FORM = "application/x-www-form-urlencoded"
# Numbers and marks that stand in a kept button for what belongs to one idea and one visitor.
_IDEA, _TOKEN = 7_310_000_000_000, f"token{token_hex(16)}"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A click as it arrived: whose session, not yet whose."""

    municipality: Municipality
    session: str
    idea: int
    wanted: bool


@cache
def committer() -> GroupCommitter[Pressed, SupportCount | None]:
    """The one of this process."""
    return GroupCommitter(write, name="supports")


async def press(request: LaneRequest) -> LaneAnswer | None:
    """Count the click and answer with the button as it is now; None: the ordinary view shall answer."""
    if request.body and not request.headers.get("content-type", "").startswith(FORM):
        return None
    asked = request.as_django()
    session = asked.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not is_key(session) or (settings.SECURE_SSL_REDIRECT and not asked.is_secure()) or is_forged(asked):
        return None
    idea, wanted = int(request.groups["idea"]), "revoke" not in asked.POST
    counted = await committer().submit(Pressed(request.municipality, session, idea, wanted))
    if counted is None:
        return None
    if request.headers.get("hx-request") != "true":
        return LaneAnswer(302, headers={"Location": reverse("participation:idea", args=[idea])})
    language = choose(
        cookie=asked.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        wishes=request.headers.get("accept-language", ""),
        offered=offered_by(request.municipality),
    )
    part = button(language, wanted, counted.count).replace(str(_IDEA), str(idea)).replace(_TOKEN, get_token(asked))
    return LaneAnswer(200, part.encode(), "text/html; charset=utf-8", headers_of_a_part(language))


def write(pressed: list[Pressed]) -> Sequence[SupportCount | None]:
    """In the committer's thread and transaction: who clicked, and all clicks of a town in one go."""
    people = people_signed_in({one.session for one in pressed})
    outcomes: list[SupportCount | None] = [None] * len(pressed)
    towns = {one.municipality.pk: one.municipality for one in pressed}
    for number in sorted(towns):
        places = [n for n, one in enumerate(pressed) if one.municipality.pk == number and one.session in people]
        clicks = [Click(pressed[n].idea, people[pressed[n].session], pressed[n].wanted) for n in places]
        with activate(towns[number]):
            settled = settle_clicks(clicks=clicks)
        for n, outcome in zip(places, settled, strict=True):
            outcomes[n] = outcome if isinstance(outcome, SupportCount) else None
    return outcomes


@lru_cache(maxsize=2000)
def button(language: str, is_supported: bool, count: int) -> str:
    """The part of the page that htmx exchanges, with marks for idea and token: few texts for any number of clicks."""
    idea = SimpleNamespace(pk=_IDEA, support_count=count, is_supported=is_supported, is_released=True)
    context = {"idea": idea, "can_support": True, "takes_part": True, "csrf_token": _TOKEN}
    with translation.override(language):
        return render_to_string("participation/support.html", context)
