# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For everybody on the way: what the map does not know near here, one question a screen, by phone and without network.

A round is one document with several questions, each a form of its own. With JavaScript one of them is to be seen and an
answer waits in the browser until there is a network; without, they stand below each other. Nobody needs an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib import messages
from django.contrib.gis.geos import MultiPoint, Point, Polygon
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from stadtherz.kernel.api.limits import take, visitor
from stadtherz.kernel.files.errors import PictureRefused
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.people.web.guards import public
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.actions.surveys import AnswerRefused, Found, answer
from stadtherz.services.wayfinding.engine.surveys.questions import Question, Spot, askable, edges_at
from stadtherz.services.wayfinding.engine.surveys.surveyed import Seek
from stadtherz.services.wayfinding.places import meant
from stadtherz.services.wayfinding.planning import MARGIN_DEGREES
from stadtherz.services.wayfinding.queries.studies import last_study, still_missing
from stadtherz.services.wayfinding.queries.surveys import as_fact, with_public_photo
from stadtherz.services.wayfinding.surveys.choices import ASKED, Asked
from stadtherz.services.wayfinding.surveys.photos import title_of
from stadtherz.services.wayfinding.surveys.vocabulary import AN_HOUR, PHOTOS_AN_HOUR
from stadtherz.services.wayfinding.web.obstacle_forms import PICTURE_KINDS
from stadtherz.services.wayfinding.web.survey_items import Item, engine_here, items_of, one_of, read_token, where_now
from stadtherz.services.wayfinding.web.workers import worker

LISTED, ROUND = 30, 8
#: an answer lies on its spot; a new map may have moved that a little (some 15 to 20 m)
NEAR_DEGREES = 0.0002
PHOTOS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Here:
    """Where somebody is, as they said it; ``problem`` when it was not understood."""

    point: Point | None = None
    label: str = ""
    problem: str = ""

    @property
    def query(self) -> str:
        """The place as parameter of a link."""
        return f"?ort={self.point.y:.5f},{self.point.x:.5f}" if self.point else ""


def _here(request: HttpRequest) -> Here:
    text = request.GET.get("ort", "").strip()[:200]
    if not text:
        return Here()
    found = meant(text)
    place = found.place or (found.choices[0] if found.choices else None)
    if place is None:
        return Here(label=text, problem=_("We did not find this place. Try the street without the number."))
    try:
        if not graphs.town().covers((place.lon, place.lat), margin=MARGIN_DEGREES):
            return Here(
                label=text, problem=_("This place lies outside the map of this town. Below is what helps most in town.")
            )
    except graphs.NoGraph:
        pass
    return Here(Point(place.lon, place.lat, srid=4326), place.label)


def _person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


@public
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The most useful missing facts of the town, or near a place."""
    study, here = last_study(), _here(request)
    items: list[Item] = []
    if study is not None:
        try:
            items = items_of(still_missing(study, near=here.point, limit=LISTED, person=_person(request)))
        except graphs.NoGraph:
            study = None
    return render(request, "wayfinding/survey/overview.html", {
        "items": items, "here": here, "study": study, "places_url": reverse("wayfinding:survey_places") + here.query,
        "round_url": reverse("wayfinding:survey_round") + here.query,
    })  # fmt: skip


@public
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The same for the map."""
    study, here = last_study(), _here(request)
    try:
        items = items_of(still_missing(study, near=here.point, limit=LISTED, person=_person(request))) if study else []
    except graphs.NoGraph:
        items = []
    features = [_line(f"q{item.number}", line) for item in items for line in _drawn(item.line)]
    features += [
        _point(f"q{item.number}", str(item.number), f"{item.asked.short}: {item.place}", item.line[len(item.line) // 2])
        for item in items
    ]
    return JsonResponse({"type": "FeatureCollection", "clustered": False, "features": features})


def _drawn(lines: list[list[tuple[float, float]]]) -> list[list[tuple[float, float]]]:
    """Lines that a map can draw: a lift goes up and down at one point."""
    return [line for line in lines if len(set(line)) > 1]


def _line(id: str, line: list[tuple[float, float]]) -> dict[str, Any]:
    geometry = {"type": "LineString", "coordinates": line}
    return {"type": "Feature", "properties": {"id": id}, "geometry": geometry}


def _point(id: str, letter: str, title: str, line: list[tuple[float, float]]) -> dict[str, Any]:
    middle = np.array(line).mean(axis=0) if len(line) == 2 else line[len(line) // 2]
    geometry = {"type": "Point", "coordinates": [float(middle[0]), float(middle[1])]}
    return {"type": "Feature", "properties": {"id": id, "letter": letter, "title": title}, "geometry": geometry}


@public
@require_safe
def walk(request: HttpRequest) -> HttpResponse:
    """A round: some questions, one after the other."""
    study, here = last_study(), _here(request)
    try:
        items = items_of(still_missing(study, near=here.point, limit=ROUND, person=_person(request))) if study else []
    except graphs.NoGraph:
        items = []
    if not items:
        return redirect(reverse("wayfinding:surveys") + here.query)
    return _show(request, items)


@public
@require_safe
@cache_control(max_age=3600)
def offline(request: HttpRequest) -> HttpResponse:
    return worker("round-offline.js")


def _show(request: HttpRequest, items: list[Item], **more: Any) -> HttpResponse:
    staff = may(request.user, "wayfinding.survey")
    today = timezone.localdate().isoformat()
    context = {
        "items": items,
        "count": len(items),
        "today": today,
        "by_staff": staff,
        "picture_kinds": PICTURE_KINDS,
        **more,
    }
    return render(request, "wayfinding/survey/round.html", context, status=422 if more.get("errors") else 200)


@public
@require_safe
def course(request: HttpRequest, token: str) -> HttpResponse:
    """Where one question is, for the map."""
    item = one_of(token)
    features = [_line("here", line) for line in _drawn(item.line)]
    if item.uphill:
        features += [_end("start", "A", item.line[0][0]), _end("end", "B", item.line[-1][-1])]
    else:
        features.append(_point("here", "", item.place, item.line[len(item.line) // 2]))
    return JsonResponse({"type": "FeatureCollection", "clustered": False, "features": features})


def _end(id: str, letter: str, at: tuple[float, float]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": list(at)}
    return {"type": "Feature", "properties": {"id": id, "letter": letter, "title": letter}, "geometry": geometry}


@public
def question(request: HttpRequest, token: str) -> HttpResponse:
    """One question; a POST is its answer, also from a browser that kept it while there was no network."""
    if request.method != "POST":
        try:
            item = one_of(token)
        except Http404:
            return redirect("wayfinding:survey_question", token=where_now(token))
        return _show(request, [item], photos=_photos(item))
    wants_json = "application/json" in request.headers.get("Accept", "")
    taken = take(f"survey:{visitor(request)}", limit=AN_HOUR, per_seconds=3600)
    if not taken.allowed:
        return _refused(
            request, token, _("That was a lot within one hour. Thank you! Please go on later."), 429, wants_json
        )
    asked, spot = read_token(token)
    person = _person(request)
    try:
        found, key = _found(request.POST, asked, spot)
        town = graphs.town()
        staff = may(request.user, "wayfinding.survey")
        photo = _photo(request)
        answer(town=town, found=found, person=person, by_staff=staff, key=key, photo=photo)
    except (AnswerRefused, graphs.NoGraph, PictureRefused) as refusal:
        text = str(refusal) or _("The map of the town is being prepared. Try again in a few minutes.")
        return _refused(request, token, text, 422, wants_json, photo=isinstance(refusal, PictureRefused))
    if wants_json:
        return JsonResponse({"taken": True})
    told = _("Thank you! Your answer has arrived.")
    if photo is not None:
        told += " " + _("The photo is shown when a moderator has seen it.")
    messages.success(request, told)
    return redirect("wayfinding:surveys")


class TooManyPhotos(PictureRefused):
    """Each photo is looked at by somebody."""

    def __init__(self) -> None:
        super().__init__(_("Those were many photos within one hour. Please send the answer without one."))


def _photo(request: HttpRequest) -> UploadedFile | None:
    """The photo that came with the answer. Raises ``TooManyPhotos``."""
    sent = request.FILES.get("photo")
    if sent is None:
        return None
    if not take(f"survey-photo:{visitor(request)}", limit=PHOTOS_AN_HOUR, per_seconds=3600).allowed:
        raise TooManyPhotos
    return sent


def _photos(item: Item) -> list[dict[str, Any]]:
    """What people photographed there, once a moderator has released it; also when the way had another number then."""
    engine, (question, spot) = engine_here(), read_token(item.token)
    seek = Seek(engine.graph, askable(engine.model), engine.grid)
    here = set(edges_at(engine.graph, spot).tolist())
    west, south, east, north = MultiPoint([Point(*at) for line in item.line for at in line]).extent
    room = Polygon.from_bbox((west - NEAR_DEGREES, south - NEAR_DEGREES, east + NEAR_DEGREES, north + NEAR_DEGREES))
    near = with_public_photo().filter(question=question.value, point__coveredby=room)[: 10 * PHOTOS_SHOWN]
    found = [one for one in near if here.intersection(seek.edges(as_fact(one)).tolist())]
    return [{"it": given, "title": title_of(given)} for given in found[:PHOTOS_SHOWN]]


def _refused(
    request: HttpRequest, token: str, text: str, status: int, wants_json: bool, *, photo: bool = False
) -> HttpResponse:
    """``photo``: it is only the photo that cannot be taken; the answer can be sent again without it."""
    if wants_json:
        return JsonResponse({"taken": False, "error": text, "photo": photo}, status=status)
    wrong = "photo" if photo else "answer"
    return _show(request, [one_of(token)], errors=text, wrong=wrong, given=request.POST)


class Unanswered(AnswerRefused):
    """The form says nothing."""


def _found(data: QueryDict, question: Question, spot: Spot) -> tuple[Found, UUID]:
    """What a form says. Raises an ``AnswerRefused``."""
    value = _value(data, ASKED[question])
    if question is Question.INCLINE and value:
        direction = data.get("uphill", "")
        if direction not in {"along", "against"}:
            raise Unanswered(_("Please say in which direction it goes up."))
        value = value if direction == "along" else -value
    try:
        on = date.fromisoformat(data.get("on", ""))
    except ValueError as error:
        raise Unanswered(_("Please give the day on which you were there.")) from error
    try:
        key = UUID(data.get("key", ""))
    except ValueError as error:
        raise Unanswered(_("The form was incomplete. Please load the page again.")) from error
    return Found(question, spot, value, on, data.get("note", "")), key


def _value(data: QueryDict, asked: Asked) -> int:
    figure = data.get("figure", "").strip().replace(",", ".")
    if figure and asked.figure:
        try:
            number = Decimal(figure[:12])
        except InvalidOperation as error:
            raise Unanswered(_("Please write the figure with digits only, such as 4 or 4.5.")) from error
        if not number.is_finite() or not asked.figure.least <= number <= asked.figure.greatest:
            raise Unanswered(
                _("The figure must lie between %(least)d and %(greatest)d.")
                % {"least": asked.figure.least, "greatest": asked.figure.greatest}
            )
        return round(number * asked.figure.factor)
    chosen = data.get("choice", "")
    for choice in asked.choices:
        if chosen == str(int(choice.value)):
            return int(choice.value)
    raise Unanswered(_("Please choose an answer."))
