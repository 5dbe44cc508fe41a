# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles for clerks: the work list, drawing and changing, one tap to confirm, end, dismiss or undo, and the feeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.services.wayfinding.models import Obstacle, ObstacleFeed
from stadtherz.services.wayfinding.obstacles import actions, queries
from stadtherz.services.wayfinding.obstacles.actions.feeding import add_feed, change_feed, read_feed
from stadtherz.services.wayfinding.obstacles.errors import Refused
from stadtherz.services.wayfinding.obstacles.feed_problems import in_words
from stadtherz.services.wayfinding.obstacles.rules import CLEAR
from stadtherz.services.wayfinding.obstacles.vocabulary import ASSUMED, OPEN
from stadtherz.services.wayfinding.web.obstacle_forms import DrawForm, FeedForm, initial_of
from stadtherz.services.wayfinding.web.obstacle_rows import meaning, rows

MOST_ROWS = 200
PAST = timedelta(days=30)
PLACE_SEARCH = "/api/v1/geo/search"


@require(CLEAR)
@require_safe
def work_list(request: HttpRequest) -> HttpResponse:
    """What somebody should look at first; then what counts, what comes, and what was over lately."""
    now = timezone.now()
    shown = queries.shown(Obstacle.objects.all()).select_related("feed")
    to_look_at = {obstacle.pk for obstacle in queries.to_look_at()[:MOST_ROWS]}
    open_ones = list(queries.in_order(shown.filter(state__in=OPEN, ends__gt=now))[: MOST_ROWS * 5])
    past = shown.filter(changed_at__gt=now - PAST).exclude(state__in=OPEN, ends__gt=now).order_by("-changed_at", "-id")
    quiet = [o for o in open_ones if o.pk not in to_look_at]
    return render(request, "wayfinding/obstacles/staff/list.html", {
        "first": rows(o for o in open_ones if o.pk in to_look_at),
        "current": rows(o for o in quiet if o.is_current(now)),
        "coming": rows(o for o in quiet if not o.is_current(now)),
        "past": rows(past[:50]), "silent": ObstacleFeed.objects.filter(is_active=True).exclude(problem=""),
    })  # fmt: skip


@require(CLEAR, keep_form=True)
def new(request: HttpRequest) -> HttpResponse:
    """Draw an obstacle with its period."""
    return _draw(request, None)


@require(CLEAR, keep_form=True)
def edit(request: HttpRequest, obstacle_id: int) -> HttpResponse:
    """Change place, period, meaning or words."""
    return _draw(request, get_object_or_404(Obstacle.objects.all(), pk=obstacle_id))


def _draw(request: HttpRequest, obstacle: Obstacle | None) -> HttpResponse:
    form = DrawForm(request.POST or kept_form(request) or None, initial=initial_of(obstacle))
    if request.method == "POST" and form.is_valid():
        try:
            return _drawn(request, form, obstacle)
        except Refused as refused:
            form.add_error(form.field_of(refused), str(refused))
    wrong = request.method == "POST" and bool(form.errors)
    return render(request, "wayfinding/obstacles/staff/draw.html", {
        "form": form, "obstacle": obstacle, "search_url": PLACE_SEARCH,
        "assumed": json.dumps({kind.value: assumed.effect.value for kind, assumed in ASSUMED.items()}),
    }, status=422 if wrong else 200)  # fmt: skip


def _drawn(request: HttpRequest, form: DrawForm, obstacle: Obstacle | None) -> HttpResponse:
    clerk = signed_in_person(request)
    if obstacle is None:
        made = actions.draw_obstacle(drawn=form.drawn(), clerk=clerk)
        messages.success(request, _done_entering(made))
    else:
        seen = form.cleaned_data["seen"]
        made = actions.change_obstacle(obstacle=obstacle, drawn=form.drawn(), clerk=clerk, seen=seen or 0)
        messages.success(request, _("The change is saved. It counts at once."))
    return redirect("wayfinding:obstacle", made.pk)


def _done_entering(made: Obstacle) -> str:
    if made.weekly:
        return _("The obstacle is entered. It counts each time, and vanishes by itself.")
    return _("The obstacle is entered. It counts from its beginning to its end.")


Verb = Callable[..., Obstacle]
VERBS: Final[dict[str, Verb]] = {
    "confirm": actions.confirm_obstacle, "end": actions.end_obstacle, "dismiss": actions.dismiss_obstacle,
    "skip": actions.skip_time, "undo": actions.undo_change,
}  # fmt: skip


def _done(verb: str, obstacle: Obstacle) -> str:
    return {
        "confirm": _("Confirmed.") + " " + meaning(obstacle),
        "end": _("It is over. Ways lead there again."),
        "skip": _("It is left out this time. After that it counts again."),
        "dismiss": _("The report is taken off the map."),
        "undo": _("Undone. It is as it was before."),
    }[verb]


@require(CLEAR)
@require_POST
def decide(request: HttpRequest, obstacle_id: int) -> HttpResponse:
    """Confirm, end, dismiss, or undo the last of these."""
    verb = request.POST.get("verb", "")
    if verb not in VERBS:
        raise Http404
    obstacle = get_object_or_404(Obstacle.objects.all(), pk=obstacle_id)
    try:
        changed = VERBS[verb](obstacle=obstacle, clerk=signed_in_person(request))
        messages.success(request, _done(verb, changed))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("wayfinding:obstacle", obstacle_id)


@require(CLEAR)
def feeds(request: HttpRequest) -> HttpResponse:
    """The addresses that are asked, what they said last, and a form for another."""
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_feed(clerk=signed_in_person(request), **form.cleaned_data)
            messages.success(request, _("The feed is entered. It is asked within two minutes."))
            return redirect("wayfinding:obstacle_feeds")
        except Refused as refused:
            form.add_error(None, str(refused))
    wrong = request.method == "POST"
    context: dict[str, Any] = {
        "form": form, "feeds": [{"it": feed, "problem": in_words(feed.problem)} for feed in ObstacleFeed.objects.all()]
    }  # fmt: skip
    return render(request, "wayfinding/obstacles/staff/feeds.html", context, status=422 if wrong else 200)


@require(CLEAR)
def feed(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Change a feed, or ask it now."""
    found = get_object_or_404(ObstacleFeed.objects.all(), pk=feed_id)
    if request.method == "POST" and "ask" in request.POST:
        read_feed(feed=found)
        found.refresh_from_db()
        if found.problem:
            messages.error(request, in_words(found.problem))
        else:
            messages.success(request, _("The feed was asked and understood."))
        return redirect("wayfinding:obstacle_feeds")
    form = FeedForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_feed(feed=found, clerk=signed_in_person(request), **form.cleaned_data)
            messages.success(request, _("The change is saved."))
            return redirect("wayfinding:obstacle_feeds")
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form, "feed": found, "problem": in_words(found.problem), "back": reverse("wayfinding:obstacle_feeds")
    }  # fmt: skip
    return render(
        request, "wayfinding/obstacles/staff/feed.html", context, status=422 if request.method == "POST" else 200
    )
