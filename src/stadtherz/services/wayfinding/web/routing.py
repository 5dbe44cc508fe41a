# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The routing interface below /api/routing, in the form of openrouteservice v2, so that its clients work.

It answers in that form also where it refuses, and therefore does not use problem documents. A request is computed and
forgotten: neither places nor limits are stored or logged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from stadtherz.kernel.api.errors import CONTENT_TYPE as PROBLEM
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import public
from stadtherz.services.wayfinding import graphs, neighbours
from stadtherz.services.wayfinding.engine.answering import answers_across, answers_reach
from stadtherz.services.wayfinding.engine.answering.answers import written
from stadtherz.services.wayfinding.engine.answering.refusal_hints import hint
from stadtherz.services.wayfinding.engine.answering.requested import ENGINE, AnswerError, family

Answer = Callable[[], Any]
#: all that the short form of a question knows; the key of clients is read by the interface's door
SHORT = ("start", "end", "api_key")
TYPES = {"json": "application/json", "geojson": "application/geo+json", "gpx": "application/gpx+xml"}


def type_of(form: str) -> str:
    """The content type of an answer."""
    return f"{TYPES.get(form, TYPES['json'])};charset=UTF-8"


def read(content: bytes, kind: str = "application/json") -> Any:
    """The body of a request. ``kind``: its Content-Type; who names none means JSON. Raises AnswerError."""
    if kind and "json" not in kind:
        raise AnswerError(2000, f"Content-Type '{kind}' is not supported.", status=415)
    try:
        return msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise AnswerError(2000, "The body of the request is no JSON.") from error


def _send(content: bytes, form: str = "json", status: int = 200) -> HttpResponse:
    return HttpResponse(content, status=status, content_type=type_of(form))


def refused(refusal: AnswerError, content: bytes, wishes: str) -> bytes:
    """A refusal as it is sent, with what to do about it in the language that was asked for."""
    return written(refusal.body(hint(refusal, content, wishes)))


def in_form(view: Callable[..., HttpResponse], thousand: int = 2000) -> Callable[..., HttpResponse]:
    """What the interface's door says (an unknown key, too many questions, a body that is too large) in the form of this interface's
    refusals, since its clients read no other."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = view(request, *args, **kwargs)
        if found.headers.get("Content-Type") == PROBLEM:
            said = json.loads(found.content)
            error = {"code": thousand + 99, "message": said["title"]}
            found.content = written({"error": error, "info": {"engine": ENGINE}, "hint": said["detail"]})
            found.headers["Content-Type"] = type_of("json")
        return found

    return entered


def _answer(request: HttpRequest, work: Answer, form: str, thousand: int = 2000) -> HttpResponse:
    """`thousand`: in which openrouteservice numbers the refusals of this request."""
    try:
        with family(thousand):
            return _send(written(work()), form)
    except AnswerError as refusal:
        return _refuse(request, refusal)
    except graphs.NoGraph:
        said = "The walking graph of this town is being prepared. Try again in a few minutes."
        return _refuse(request, AnswerError(thousand + 99, said, status=503))


def _refuse(request: HttpRequest, refusal: AnswerError) -> HttpResponse:
    told = refused(refusal, request.body, request.headers.get("Accept-Language", ""))
    return _send(told, status=refusal.status)


def _ask_across(request: HttpRequest, question: Callable[..., Any], profile: str, *more: str) -> Any:
    """What cannot be read is refused before anything else is looked at. The answer may lead over the border."""
    body = read(request.body, request.content_type or "")
    return question(graphs.town(), profile, body, *more, **_neighbours())


def _neighbours() -> dict[str, Any]:
    return {"name": active().name, "neighbour_at": neighbours.neighbour_at}


def _isochrones(*asked: Any, **towns: Any) -> Any:
    return answers_reach.isochrones(*asked, near=neighbours.neighbours_near, **towns)


def _directions(*asked: Any, **towns: Any) -> Any:
    return answers_across.directions(*asked, near=neighbours.neighbours_near, **towns)


def _explain(*asked: Any, **towns: Any) -> Any:
    return answers_across.explain(*asked, near=neighbours.neighbours_near, **towns)


def _not_allowed(request: HttpRequest, *methods: str, thousand: int = 2000) -> HttpResponse:
    answer = _refuse(
        request, AnswerError(thousand + 99, f"This address takes {' and '.join(methods)} only.", status=405)
    )
    answer.headers["Allow"] = ", ".join(methods)
    return answer


@public
def directions(request: HttpRequest, profile: str, form: str = "json") -> HttpResponse:
    """``POST /v2/directions/{profile}[/json|/geojson|/gpx]``, or ``GET …?start=lon,lat&end=lon,lat`` for GeoJSON."""
    if request.method == "GET":
        return _answer(request, partial(_short, request, profile), "geojson")
    if request.method != "POST":
        return _not_allowed(request, "GET", "POST")
    return _answer(request, partial(_ask_across, request, _directions, profile, form), form)


def _short(request: HttpRequest, profile: str) -> Any:
    for name in request.GET:
        if name not in SHORT:
            raise AnswerError(2012, f'Unknown parameter "{name}": more than start and end is asked by POST.')
    points = [_point(request, "start"), _point(request, "end")]
    body = {"coordinates": points}
    return answers_across.directions(
        graphs.town(), profile, body, "geojson", near=neighbours.neighbours_near, **_neighbours()
    )  # fmt: skip


def _point(request: HttpRequest, name: str) -> list[str]:
    if name not in request.GET:
        raise AnswerError(2001, f"Parameter '{name}' is missing.")
    return request.GET[name].split(",")


@public
def isochrones(request: HttpRequest, profile: str) -> HttpResponse:
    """``POST /v2/isochrones/{profile}``: areas within reach."""
    if request.method != "POST":
        return _not_allowed(request, "POST", thousand=3000)
    return _answer(request, partial(_ask_across, request, _isochrones, profile), "geojson", 3000)


@public
def matrix(request: HttpRequest, profile: str) -> HttpResponse:
    """``POST /v2/matrix/{profile}``: times and lengths between many places."""
    if request.method != "POST":
        return _not_allowed(request, "POST", thousand=6000)
    return _answer(request, partial(_ask_across, request, answers_reach.matrix, profile), "json", 6000)


@public
def reasons(request: HttpRequest, profile: str) -> HttpResponse:
    """``POST /v2/reasons/{profile}`` (ours): why there is no way, or why it is so long."""
    if request.method != "POST":
        return _not_allowed(request, "POST")
    return _answer(request, partial(_ask_across, request, _explain, profile), "json")
