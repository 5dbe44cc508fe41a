# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles for everybody: the list beside the map, one obstacle, "still there" or "gone", and reporting one."""

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

from stadtherz.kernel.api.limits import take
from stadtherz.kernel.files.actions import store_picture
from stadtherz.kernel.files.errors import PictureRefused
from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.moderation.queries import open_case
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.web.guards import public, signed_in, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles import actions, queries, rules
from stadtherz.services.wayfinding.obstacles.actions.deciding import can_be_undone
from stadtherz.services.wayfinding.obstacles.contents import KIND
from stadtherz.services.wayfinding.obstacles.errors import Refused
from stadtherz.services.wayfinding.obstacles.vocabulary import MOST_CURRENT, Kind, State
from stadtherz.services.wayfinding.web.obstacle_forms import ReportForm
from stadtherz.services.wayfinding.web.obstacle_rows import features, meaning, rows, said_by

A_PAGE = 50
REPORTS_A_DAY = 30
GEOJSON = "application/geo+json"


@public
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What is in the way now and what comes, beside the map."""
    found = queries.shown(Obstacle.objects.open()).select_related("feed").order_by("begins", "id")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "wayfinding/obstacles/list.html", {
        "rows": rows(page), "page": page, "may_decide": rules.may_decide(request.user),
    })  # fmt: skip


@public
@require_safe
@cache_control(no_cache=True)
def places(request: HttpRequest) -> HttpResponse:
    """The same for the map, as GeoJSON."""
    found = queries.shown(Obstacle.objects.open()).order_by("begins", "id")[:MOST_CURRENT]
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
    found = queries.shown(Obstacle.objects.open()).select_related("feed").order_by("begins", "id")[: A_PAGE * 10]
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
        "endable": obstacle.is_open(),
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


@signed_in(keep_form=True)
def report(request: HttpRequest) -> HttpResponse:
    """A place, perhaps a picture, and one tap on what is in the way."""
    data = request.POST or kept_form(request)
    form = ReportForm(data or None, request.FILES or None, initial=_here(request))
    if request.method == "POST" and form.is_valid():
        try:
            obstacle = _reported(request, form)
            messages.success(request, _thanks(obstacle, form, signed_in_person(request)))
            return redirect("wayfinding:obstacle", obstacle.pk)
        except (Refused, PictureRefused) as refused:
            field = "picture" if isinstance(refused, PictureRefused) else refused.field
            form.add_error(field if field in form.fields else None, str(refused))
    wrong = request.method == "POST" and bool(form.errors)
    return render(
        request, "wayfinding/obstacles/report.html", {"form": form, "kinds": list(Kind)}, status=422 if wrong else 200
    )


def _reported(request: HttpRequest, form: ReportForm) -> Obstacle:
    person = signed_in_person(request)
    if not take(f"obstacle-report:{person.pk}", limit=REPORTS_A_DAY, per_seconds=86400).allowed:
        raise Refused(_("You have reported very much today. Please call the town for what is urgent."))
    picture: Picture | None = None
    if form.cleaned_data.get("picture"):
        words = form.cleaned_data["alternative_text"] or _("Picture of the obstacle: %(kind)s") % {
            "kind": Kind(form.cleaned_data["kind"]).label
        }
        picture = store_picture(upload=form.cleaned_data["picture"], owner=person, alternative_text=words)
    return actions.report_obstacle(
        kind=Kind(form.cleaned_data["kind"]), place=form.place, reporter=person, text=form.cleaned_data["text"],
        picture=picture, submission_key=form.cleaned_data["submission_key"],
    )  # fmt: skip


def _thanks(obstacle: Obstacle, form: ReportForm, reporter: Person) -> str:
    if obstacle.is_confirmed:
        return _("Thank you. Others have seen this too: it is confirmed.") + " " + meaning(obstacle)
    again = obstacle.submission_key != form.cleaned_data["submission_key"]
    if form.cleaned_data["text"] or form.cleaned_data.get("picture"):
        if again:
            return _("Thank you. You had reported this already: what is new follows when a moderator has seen it.")
        return _("Thank you. The obstacle is on the map; what you added follows when a moderator has seen it.")
    if again and obstacle.reporter_id == reporter.pk:
        return _("You had reported this already. It is on the map; nothing was added.")
    if again:
        return _("Thank you. Somebody had reported this already; your voice is added to it.")
    return _("Thank you. The obstacle is on the map. It counts for ways as soon as two others or the town confirm it.")


def _here(request: HttpRequest) -> dict[str, str]:
    """A place from the link by which somebody came."""
    return {name: request.GET.get(name, "")[:40] for name in ("latitude", "longitude") if request.GET.get(name)}
