# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles for everybody: the list beside the map, one obstacle, "still there" or "gone"."""

from __future__ import annotations

from typing import Any

import msgspec
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.moderation.queries import open_case
from stadtherz.kernel.people.web.guards import public, signed_in, signed_in_person
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles import actions, queries, rules
from stadtherz.services.wayfinding.obstacles.actions.deciding import can_be_undone
from stadtherz.services.wayfinding.obstacles.contents import KIND
from stadtherz.services.wayfinding.obstacles.errors import Refused
from stadtherz.services.wayfinding.obstacles.vocabulary import MOST_CURRENT, State
from stadtherz.services.wayfinding.web.obstacle_rows import features, meaning, rows, said_by
from stadtherz.services.wayfinding.web.obstacle_times import next_times

A_PAGE = 50
GEOJSON = "application/geo+json"


@public
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What is in the way now and what comes, beside the map."""
    found = queries.in_order(queries.shown(Obstacle.objects.open()).select_related("feed"))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "wayfinding/obstacles/list.html", {
        "rows": rows(page), "page": page, "may_decide": rules.may_decide(request.user),
    })  # fmt: skip


@public
@require_safe
@cache_control(no_cache=True)
def places(request: HttpRequest) -> HttpResponse:
    """The same for the map, as GeoJSON."""
    found = queries.in_order(queries.shown(Obstacle.objects.open()))[:MOST_CURRENT]
    return HttpResponse(msgspec.json.encode(features(found)), content_type=GEOJSON)


@public
@require_safe
def place(request: HttpRequest, obstacle_id: int) -> HttpResponse:
    """One obstacle for its map."""
    return JsonResponse(features([_one(obstacle_id)]), content_type=GEOJSON)


@public
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The list for paper: a notice board, a bus, an information desk."""
    found = queries.in_order(queries.shown(Obstacle.objects.open()).select_related("feed"))[: A_PAGE * 10]
    return render(request, "wayfinding/obstacles/print.html", {"rows": rows(found)})


def _one(obstacle_id: int) -> Any:
    found = queries.shown(Obstacle.objects.filter(pk=obstacle_id)).select_related("feed").first()
    if found is None:
        raise Http404
    return found


@public
@require_safe
def show(request: HttpRequest, obstacle_id: int) -> HttpResponse:
    """One obstacle: what, where, until when, what it means, and what others say."""
    obstacle = _one(obstacle_id)
    current = obstacle.is_current()
    staff = rules.may_decide(request.user)
    mine = request.user.is_authenticated and obstacle.reporter_id == request.user.pk
    return render(request, "wayfinding/obstacles/show.html", {
        "row": rows([obstacle])[0], "obstacle": obstacle, "said_by": said_by(obstacle), "current": current, "mine": mine,
        "waits": mine and open_case(kind=KIND, object_id=obstacle.pk) is not None,
        "may_confirm": current and rules.may_confirm(request.user, obstacle),
        "voice": queries.voice_of(obstacle, request.user) if current else None,
        "staff": staff, "undo": staff and can_be_undone(obstacle),
        "confirmable": obstacle.state != State.CONFIRMED or obstacle.doubted_at is not None or not obstacle.is_open(),
        "endable": obstacle.is_open(), "next_times": next_times(obstacle),
    })  # fmt: skip


@signed_in
@require_POST
def say(request: HttpRequest, obstacle_id: int) -> HttpResponse:
    """One tap: still there, or gone."""
    still_there = request.POST.get("still_there") == "1"
    try:
        found = actions.say(obstacle=_one(obstacle_id), person=signed_in_person(request), still_there=still_there)
        messages.success(request, _said(found, still_there))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("wayfinding:obstacle", obstacle_id)


def _said(obstacle: Obstacle, still_there: bool) -> str:
    if not still_there:
        return _("Thank you. It is off the map now.") if obstacle.state == State.ENDED else _(
            "Thank you. As soon as another person says so too, it is off the map or the town looks at it."
        )  # fmt: skip
    if obstacle.is_confirmed:
        return _("Thank you. It is confirmed.") + " " + meaning(obstacle)
    return _("Thank you. As soon as another person says so too, it is confirmed.")
