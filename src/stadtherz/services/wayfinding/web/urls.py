# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of wayfinding: the page to plan a way, and the routing interface, each of whose operations passes the
interface's door (service on, limits, keys)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path, re_path

from stadtherz.kernel.api.door import door
from stadtherz.services.wayfinding.web import (
    barriers,
    gaps,
    helping,
    obstacles,
    obstacles_staff,
    prepared,
    reach,
    reporting,
    review,
    routing,
    saved,
    surveys,
    way,
)

KEY = "wayfinding"
PROFILE = r"(?P<profile>[a-z-]{1,40})"


def _asked(view: Callable[..., HttpResponse], thousand: int = 2000) -> Callable[..., HttpResponse]:
    """Questions of programs, also from pages of other sites. ``thousand``: in which openrouteservice numbers their refusals."""
    return routing.in_form(door(view, KEY, shared=("GET", "HEAD", "POST")), thousand)


urlpatterns = [
    path("ankommen/weg/", way.plan, name="plan"),
    path("ankommen/weg/linie.geojson", way.line, name="line"),
    path("ankommen/weg/weg.gpx", way.track, name="track"),
    path("ankommen/weg/offline.js", way.offline, name="offline"),
    path("ankommen/weg/app.webmanifest", way.installed, name="installed"),
    path("ankommen/umkreis/", reach.reach, name="reach"),
    path("ankommen/umkreis/flaechen.geojson", reach.areas, name="reach_areas"),
    path("ankommen/orte/", helping.places, name="places"),
    path("ankommen/orte/orte.geojson", helping.points, name="places_points"),
    path("ankommen/weg/meine/", saved.listing, name="saved"),
    path("ankommen/weg/meine/neu/", saved.keep, name="saved_keep"),
    path("ankommen/weg/meine/<int:way_id>/weg/", saved.drop, name="saved_let_go"),
    path("ankommen/hindernisse/", obstacles.listing, name="obstacles"),
    path("ankommen/hindernisse/orte.geojson", obstacles.places, name="obstacle_places"),
    path("ankommen/hindernisse/liste/", obstacles.printed, name="obstacles_print"),
    path("ankommen/hindernisse/melden/", reporting.report, name="obstacle_report"),
    path("ankommen/hindernisse/<int:obstacle_id>/", obstacles.show, name="obstacle"),
    path("ankommen/hindernisse/<int:obstacle_id>/ort.geojson", obstacles.place, name="obstacle_place"),
    path("ankommen/hindernisse/<int:obstacle_id>/stimme/", obstacles.say, name="obstacle_say"),
    path("ankommen/hindernisse/<int:obstacle_id>/aendern/", obstacles_staff.edit, name="obstacle_edit"),
    path("ankommen/hindernisse/<int:obstacle_id>/entscheiden/", obstacles_staff.decide, name="obstacle_decide"),
    path("ankommen/amt/hindernisse/", obstacles_staff.work_list, name="obstacles_staff"),
    path("ankommen/amt/hindernisse/neu/", obstacles_staff.new, name="obstacle_new"),
    path("ankommen/amt/hindernisse/quellen/", obstacles_staff.feeds, name="obstacle_feeds"),
    path("ankommen/amt/hindernisse/quellen/<int:feed_id>/", obstacles_staff.feed, name="obstacle_feed"),
    path("ankommen/mithelfen/", surveys.overview, name="surveys"),
    path("ankommen/mithelfen/orte.geojson", surveys.places, name="survey_places"),
    path("ankommen/mithelfen/runde/", surveys.walk, name="survey_round"),
    path("ankommen/mithelfen/runde/offline.js", surveys.offline, name="survey_offline"),
    path("ankommen/mithelfen/frage/<str:token>/", surveys.question, name="survey_question"),
    path("ankommen/mithelfen/frage/<str:token>/ort.geojson", surveys.course, name="survey_course"),
    path("ankommen/amt/vor-ort/", review.answers, name="survey_review"),
    path("ankommen/amt/vor-ort/entscheiden/", review.decide, name="survey_decide"),
    path("ankommen/amt/vor-ort/<int:answer_id>/zuruecknehmen/", review.undo, name="survey_undo"),
    path("ankommen/amt/vor-ort/<int:answer_id>/foto/<int:width>/", review.photo, name="survey_photo"),
    path("ankommen/amt/vor-ort/aenderungen.osc", review.changes, name="survey_changes"),
    path("ankommen/amt/luecken/", gaps.overview, name="gaps"),
    path("ankommen/amt/luecken/wege.geojson", gaps.lines, name="gap_lines"),
    path("ankommen/amt/luecken/tabelle.csv", gaps.as_table, name="gap_csv"),
    path("ankommen/amt/karte/", prepared.overview, name="prepared"),
    path("ankommen/amt/karte/tabelle.csv", prepared.as_table, name="prepared_csv"),
    path("ankommen/amt/barrieren/", barriers.ranking, name="barriers"),
    path("ankommen/amt/barrieren/orte.geojson", barriers.places, name="barrier_places"),
    path("ankommen/amt/barrieren/tabelle.csv", barriers.as_table, name="barrier_csv"),
    path("ankommen/amt/barrieren/zaehlen/", barriers.order, name="order_study"),
    path("api/routing/v2/directions/<slug:profile>", _asked(routing.directions), name="directions"),
    path("api/routing/v2/directions/<slug:profile>/<slug:form>", _asked(routing.directions), name="directions_form"),
    re_path(
        rf"^api/routing/v2/isochrones/{PROFILE}(?:/geojson)?\Z", _asked(routing.isochrones, 3000), name="isochrones"
    ),
    re_path(rf"^api/routing/v2/matrix/{PROFILE}(?:/json)?\Z", _asked(routing.matrix, 6000), name="matrix"),
    path("api/routing/v2/reasons/<slug:profile>", _asked(routing.reasons), name="reasons"),
]
