# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page "your way": a question, its answer in words, as steps and on the map, or why there is no way.

Nothing is kept: the question stands in the address, the answer is computed and forgotten, and no cache may hold it,
because a link says where somebody goes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from stadtherz.kernel.geo.actions import MODEL_ATTRIBUTION, OSM_ATTRIBUTION
from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui import dates
from stadtherz.services.wayfinding import graphs, planning
from stadtherz.services.wayfinding.demonstration import MODEL_TOWN, trips_to_try
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.profiles import Limit
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles import queries
from stadtherz.services.wayfinding.planning.over_the_border import (
    Border,
    beyond_the_border,
    find_way_across,
    gpx_across,
)
from stadtherz.services.wayfinding.web import obstacle_rows
from stadtherz.services.wayfinding.web.asking import EASY, WayForm, ask, in_language
from stadtherz.services.wayfinding.web.heights import drawn
from stadtherz.services.wayfinding.web.limits import in_words
from stadtherz.services.wayfinding.web.pace import paced
from stadtherz.services.wayfinding.web.words import KIND_WORDS, facts, gaps, hint, unknown
from stadtherz.services.wayfinding.web.workers import worker


@public
@require_safe
@cache_control(no_store=True, private=True)
@paced
def plan(request: HttpRequest) -> HttpResponse:
    """The form, and below it, once it is filled, the answer."""
    form = ask(request)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= _answer(form)
    elif not form.is_bound:
        context["to_try"] = _to_try(form)
    return render(request, "wayfinding/plan.html", context)


def _to_try(form: WayForm) -> list[dict[str, Any]]:
    """Trips of the demonstration, each with the address of its answer."""
    return [
        {
            "start": start.label, "goal": goal.label, "aid": in_language(PRESETS[trip.aid].title, form.language),
            "shows": trip.shows, "url": form.address({"start": start, "goal": goal}, aid=trip.aid),
        }
        for trip, start, goal in trips_to_try(current_extract())
    ]  # fmt: skip


@public
@require_safe
@cache_control(no_store=True, private=True)
@paced
def line(request: HttpRequest) -> HttpResponse:
    """The answer for the map, as GeoJSON; the same question, computed once more."""
    form = ask(request)
    nothing: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    if not (form.is_bound and form.is_valid()):
        return JsonResponse(nothing, status=404, content_type="application/geo+json")
    try:
        way = _find(form, more=False)
    except (planning.NoPlan, graphs.NoGraph):
        return JsonResponse(nothing, status=404, content_type="application/geo+json")
    found = _as_features(way, start=form.places["start"].label, goal=form.places["goal"].label)
    found["features"] += _obstacles(way)
    return JsonResponse(found, content_type="application/geo+json")


@public
@require_safe
@cache_control(no_store=True, private=True)
@paced
def track(request: HttpRequest) -> HttpResponse:
    """The answer as GPX 1.1, to take along in another program."""
    form = ask(request)
    if not (form.is_bound and form.is_valid()):
        return HttpResponseRedirect(form.address())
    try:
        text = _track(form)
    except (planning.NoPlan, graphs.NoGraph):
        return HttpResponseRedirect(form.address())
    response = HttpResponse(text, content_type="application/gpx+xml")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=_("way") + ".gpx") or ""
    return response


def _as_features(way: planning.Way, *, start: str, goal: str) -> dict[str, Any]:
    """The way for the map: a line for each step, start, destination and what is in the way as points."""

    def point(id: str, letter: str, title: str, lon: float, lat: float) -> dict[str, Any]:
        return {
            "type": "Feature", "properties": {"id": id, "letter": letter, "title": title},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }  # fmt: skip

    lines = [
        {
            "type": "Feature", "properties": {"id": step.id, "dashed": not way.keeps_limits},
            "geometry": {"type": "LineString", "coordinates": step.line},
        }
        for step in way.steps if len(step.line) > 1
    ]  # fmt: skip
    lines += [
        {
            "type": "Feature",
            "properties": {"id": "", "dashed": not way.keeps_limits, "level": slope.level, "label": _steep(slope)},
            "geometry": {"type": "LineString", "coordinates": slope.line},
        }
        for slope in way.slopes
    ]  # fmt: skip
    lines += [
        {
            "type": "Feature",
            "properties": {"dot": "open" if kerb.height is None else "full", "label": _kerb(kerb)},
            "geometry": {"type": "Point", "coordinates": [kerb.lon, kerb.lat]},
        }
        for kerb in way.kerbs
    ]  # fmt: skip
    points = [point("start", "A", start, *way.start), point("goal", "B", goal, *way.goal)]
    points += [point(b.id, str(number), b.text, b.lon, b.lat) for number, b in enumerate(way.broken, 1)]
    return {"type": "FeatureCollection", "clustered": False, "features": [*lines, *points]}


def _steep(slope: planning.Slope) -> str:
    figure = number_format(abs(slope.permille) / 10, decimal_pos=0)
    return (_("%(figure)s %% up") if slope.permille > 0 else _("%(figure)s %% down")) % {"figure": figure}


def _kerb(kerb: planning.Kerb) -> str:
    return (
        "?"
        if kerb.height is None
        else f"{number_format(kerb.height / 10, decimal_pos=0 if kerb.height % 10 == 0 else 1)} cm"
    )


def _drawn_beside(way: planning.Way) -> list[dict[str, str]]:
    """What the map draws beside the line, in words for below it: a sign (its class) and what that means."""
    levels = {slope.level for slope in way.slopes}
    heights = {kerb.height is None for kerb in way.kerbs}
    said = [
        ("level-1", _("steeper than 3 %%") % {}, 1 in levels), ("level-2", _("steeper than 6 %%") % {}, 2 in levels),
        ("dot-full", _("kerb"), False in heights), ("dot-open", _("kerb of unknown height"), True in heights),
    ]  # fmt: skip
    return [{"sign": sign, "text": text} for sign, text, shown in said if shown]


def _broken(way: planning.Way, *, easy: bool) -> list[dict[str, Any]]:
    """What is in the way, with what would help, and a photo of it or where one can say what is there."""
    return [
        {
            "it": broken, "hint": hint(broken, easy=easy), "photo_at": urlsplit(broken.photo).hostname or active().name,
            "look": _where_to_say(broken),
        }
        for broken in way.broken
    ]  # fmt: skip


def _where_to_say(broken: planning.InTheWay) -> str:
    """The page where somebody can say what the place looks like; what is only closed today needs no measuring."""
    if broken.limit is Limit.CLOSED:
        return ""
    if broken.question:
        return reverse("wayfinding:survey_question", args=[broken.question])
    return reverse("wayfinding:surveys", query={"ort": f"{broken.lat:.5f},{broken.lon:.5f}"})


def _obstacles(way: planning.Way) -> list[dict[str, Any]]:
    """Today's obstacles that the answer names, as the list numbers them."""
    keys = [int(one.key) for one in (*way.passed, *way.avoided) if one.key]
    if not keys:
        return []
    found = queries.shown(Obstacle.objects.filter(pk__in=keys)).order_by("id")
    return list(obstacle_rows.features(found, beside_a_way=True)["features"])


def question_of(form: WayForm) -> planning.Question:
    """What the form asks the planner."""
    start, goal = form.places["start"], form.places["goal"]
    assert form.profile is not None  # the form is valid
    return planning.Question(
        (start.lon, start.lat), (goal.lon, goal.lat), form.profile, form.language,
        both_ways=form.cleaned_data["both"], kind=form.cleaned_data["kind"] or planning.BEST,
    )  # fmt: skip


def _find(form: WayForm, *, more: bool = True) -> planning.Way:
    """The way inside this town, over the border to or from a neighbour, or inside the neighbour."""
    question, here = question_of(form), graphs.town()
    beyond = beyond_the_border(here, question.start, question.goal)
    if isinstance(beyond, Border):
        return find_way_across(beyond, question, more=more)
    if beyond is None:
        return planning.find_way(here, question, more=more)
    way = planning.find_way(beyond, question, more=more)
    # pages about the neighbour's obstacles are the neighbour's
    way.passed[:], way.avoided[:] = (
        [replace(one, url="", key="") for one in found] for found in (way.passed, way.avoided)
    )
    for step in way.steps:
        step.met[:] = [replace(one, url="") for one in step.met]
    return way


def _source() -> str:
    """Whose map it is; a printed way has no map that says so."""
    return _(MODEL_ATTRIBUTION if graphs.map_in_use().startswith(MODEL_TOWN) else OSM_ATTRIBUTION)


def _track(form: WayForm) -> str:
    question, here = question_of(form), graphs.town()
    beyond = beyond_the_border(here, question.start, question.goal)
    if isinstance(beyond, Border):
        return gpx_across(beyond, question)
    return planning.as_gpx(beyond or here, question)


def _answer(form: WayForm) -> dict[str, Any]:
    """What the template shows: the way, or the reason why there is none."""
    aid = dict(form.fields["aid"].choices)[form.cleaned_data["aid"]]  # type: ignore[attr-defined]
    limits = [*in_words(form.differs), *([_("also on the way back")] if form.cleaned_data["both"] else [])]
    asked = {"start": form.places["start"].label, "goal": form.places["goal"].label, "aid": aid, "limits": limits}
    try:
        way = _find(form)
    except (planning.NoPlan, graphs.NoGraph) as reason:
        return {"asked": asked, "refused": refusal(reason, asked)}
    kind, easy = form.cleaned_data["kind"] or planning.BEST, form.language == EASY
    return {
        "asked": asked, "way": way, "line_url": form.address(page="line"), "back_url": form.way_back(),
        "track_url": form.address(page="track"), "unknown": unknown(way, easy=easy), "facts": facts(way, easy=easy), "gaps": gaps(way, easy=easy),
        "kind": KIND_WORDS[kind] if kind != planning.BEST else "",
        "others": [
            {"title": KIND_WORDS[other.kind], "summary": other.summary,
             "url": form.address(kind="" if other.kind == planning.BEST else other.kind)}
            for other in way.others
        ],
        "heights": drawn(way.heights), "as_of": dates.moment(timezone.now()), "map_source": _source(),
        "kept_question": urlsplit(form.address()).query,
        "broken": _broken(way, easy=easy), "legend": _drawn_beside(way),
    }  # fmt: skip


def refusal(reason: Exception, asked: dict[str, Any]) -> dict[str, str]:
    """What happened and what to do next."""
    named = (asked["start"], asked.get("goal", ""))
    if isinstance(reason, graphs.NoGraph):
        return {
            "title": _("The map of ways is still being prepared"),
            "text": _("That takes a few minutes. Open this link again later; it stays as it is."),
        }
    if isinstance(reason, planning.SamePlace):
        return {
            "title": _("You are already there"),
            "text": _("Start and destination are the same place. Please change one of them."),
        }
    if isinstance(reason, planning.OutsideMap):
        return {
            "title": _("%(place)s lies outside the map of this town") % {"place": named[reason.index]},
            "text": _("We only know ways inside the town and close around it. Please choose a place that lies there."),
        }
    if isinstance(reason, planning.NoWayNearby):
        return {
            "title": _("We know no way near %(place)s") % {"place": named[reason.index]},
            "text": _("Perhaps the place lies on closed ground or in the water. Please choose a place on a street."),
        }
    if isinstance(reason, planning.NotAcross):
        return {
            "title": _("No way leads over the border, not even without limits"),
            "text": _(
                "The maps of both towns share no way there, and no one or two towns between them have maps here that join both. Plan "
                "the way in two parts, or, if you know one, please tell the town."
            ),
        }
    return {
        "title": _("No way leads there, not even without limits"),
        "text": _("Start and destination are not connected on the map. If you know the way, please tell the town."),
    }


@public
@require_safe
@cache_control(max_age=3600)
def offline(request: HttpRequest) -> HttpResponse:
    return worker("offline.js")


@public
@require_safe
@cache_control(max_age=3600)
def installed(request: HttpRequest) -> HttpResponse:
    """What a device needs to know to put the page on its home screen (W3C Web Application Manifest)."""
    page, town = reverse("wayfinding:plan"), active()
    said = {
        "id": page, "start_url": page, "scope": page, "display": "minimal-ui", "name": f"{_('Your way')} – {town.name}",
        "short_name": _("Your way"), "lang": get_language(), "theme_color": town.accent, "background_color": "#ffffff",
        "icons": [{"src": static("ui/mark.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json")
