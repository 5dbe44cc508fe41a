# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions for directions when many ask at once: what the database must say about them is asked for all that wait, and a
few threads work out the ways.

It answers as the ordinary view in ``web.routing``, whose functions it uses. What is not the plain case (a key, a page of
another site, a limit that is reached, a town without a map, a place on a neighbour's map) it passes on to that view.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.conf import settings

from stadtherz.kernel.api.door import PER_SECONDS, WITHOUT_KEY
from stadtherz.kernel.api.limits import take_together, visitor
from stadtherz.kernel.group_commit import GroupCommitter
from stadtherz.kernel.lanes import LaneAnswer, LaneRequest
from stadtherz.kernel.language.middleware import choose, offered_by
from stadtherz.kernel.municipalities.active import activate_in_transaction
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.ui.security_headers import headers_of_a_part
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.answering import answers_across
from stadtherz.services.wayfinding.engine.answering.answers import Town, written
from stadtherz.services.wayfinding.engine.answering.requested import AnswerError
from stadtherz.services.wayfinding.engine.graph import GraphError
from stadtherz.services.wayfinding.web.routing import read, refused, type_of

#: new limits are prepared without Python's lock, so that a second one and the many known ones need not wait for it
THREADS: Final = 3
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ways")


@dataclass(frozen=True, slots=True)
class Question:
    """Where somebody asks, and the address that the question came from."""

    municipality: Municipality
    visitor: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """The town's router, which knows everything that was committed before the question; and how many questions are left to
    this visitor."""

    town: Town
    left: int


class _Beyond(Exception):
    """A place lies outside the map of this town; the ordinary view knows the neighbours."""


@cache
def gate() -> GroupCommitter[Question, Admitted | None]:
    """The one of this process."""
    return GroupCommitter(admit, name="ways", most_waiting=2_000, most_at_once=64, gather_seconds=0.001)


async def directions(request: LaneRequest) -> LaneAnswer | None:
    """``POST /v2/directions/{profile}[/{form}]``; None: the ordinary view shall answer."""
    if "authorization" in request.headers or "origin" in request.headers:
        return None
    asked = request.as_django()
    if settings.SECURE_SSL_REDIRECT and not asked.is_secure():
        return None
    admitted = await gate().submit(Question(request.municipality, visitor(asked)))
    if admitted is None:
        return None
    answered = await asyncio.get_running_loop().run_in_executor(_threads, _answer, request, admitted.town)
    if answered is None:
        return None
    language = choose(
        cookie=asked.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
        wishes=request.headers.get("accept-language", ""),
        offered=offered_by(request.municipality),
    )
    status, kind, body = answered
    headers = headers_of_a_part(language) | {
        "Cache-Control": "no-cache", "RateLimit-Remaining": str(admitted.left), "Vary": "Authorization, Accept-Language, Cookie",
    }  # fmt: skip
    return LaneAnswer(status, body, kind, headers)


def admit(questions: list[Question]) -> Sequence[Admitted | None]:
    """In the gate's thread and transaction: brings each town's router up to date, and takes one off each visitor's limit."""
    towns = {one.municipality.pk: one.municipality for one in questions}
    routers: dict[int, Town] = {}
    for number in sorted(towns):
        with activate_in_transaction(towns[number]):
            try:
                routers[number] = graphs.town()
            except (graphs.NoGraph, GraphError):  # the view says it
                continue
    known = [place for place, one in enumerate(questions) if one.municipality.pk in routers]
    keys = [f"api:{questions[place].municipality.pk}:ip:{questions[place].visitor}" for place in known]
    outcomes: list[Admitted | None] = [None] * len(questions)
    left = take_together(keys, limit=WITHOUT_KEY, per_seconds=PER_SECONDS)
    for place, number_left in zip(known, left, strict=True):
        if number_left is not None:
            outcomes[place] = Admitted(routers[questions[place].municipality.pk], number_left)
    return outcomes


def _answer(request: LaneRequest, town: Town) -> tuple[int, str, bytes] | None:
    """Status, content type and body; None where a neighbour may have to be asked."""
    form = request.groups.get("form") or "json"
    try:
        found = answers_across.directions(
            town, request.groups["profile"], read(request.body, request.headers.get("content-type", "")), form, name=request.municipality.name,
            neighbour_at=_not_here,
        )  # fmt: skip
    except AnswerError as refusal:
        told = refused(refusal, request.body, request.headers.get("accept-language", ""))
        return refusal.status, type_of("json"), told
    except _Beyond:
        return None
    return 200, type_of(form), written(found)


def _not_here(_point: Any) -> Any:
    raise _Beyond
