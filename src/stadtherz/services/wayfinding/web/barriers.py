# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For planners: what stands in the way of the most trips, as a list, on the map, and as a table for spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.audit.spreadsheet import spreadsheet
from stadtherz.kernel.geo.models import District
from stadtherz.kernel.language.letters import in_address
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.actions.studies import STUDIED, StudyRefused, fingerprint, order_study
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.studies.barriers import ASKED_LONG, ASKED_STEEP
from stadtherz.services.wayfinding.engine.telling.phrases import Table, table
from stadtherz.services.wayfinding.graphs import Loaded
from stadtherz.services.wayfinding.models import RankedBarrier, StudiedProfile, Study
from stadtherz.services.wayfinding.near_street import near_street
from stadtherz.services.wayfinding.queries.studies import AtOneSpot, earlier_studies, last_study, ranked
from stadtherz.services.wayfinding.studies.vocabulary import METHOD, StudyState
from stadtherz.services.wayfinding.web.asking import in_language
from stadtherz.services.wayfinding.web.comparing import Comparison, asked_for, columns, compared, roughly, share, since
from stadtherz.services.wayfinding.web.mending import measure, met

#: rows on a page and on the map, besides those that they name; the table has them all
SHOWN = 40
SIDES = {1: "left", 2: "right"}


@dataclass(frozen=True, slots=True)
class Row:
    """A barrier as the list shows it."""

    id: str
    number: int
    spot: AtOneSpot
    measure: str
    place: str
    profiles: str
    #: an estimate from a sample has no more than two figures
    shortened: int
    with_others: str
    instead: str
    #: what it opened in the study that this one is compared with
    then: str = ""


def words() -> Table:
    """The engine's words in the page's language."""
    return table((get_language() or "de").split("-")[0])


def title_of(profile: str) -> str:
    """The name of a profile; a preset that has gone keeps its key."""
    preset = PRESETS.get(profile)
    return in_language(preset.title, (get_language() or "de").split("-")[0]) if preset else profile


def rows_of(
    spots: Sequence[AtOneSpot], here: Loaded | None, comparison: Comparison | None = None
) -> list[Row]:  # fmt: skip
    """The barriers of a study in words, as they are ranked; ``here`` names those on ways without a name."""
    spoken, engine = words(), here.town.engine if here else None
    return [
        Row(
            f"b{spot.number}", spot.number, spot, measure(met(spot.rows), spoken), spot.name or _nameless(spot, engine),
            " · ".join(title_of(key) for key in sorted({row.profile for row in spot.rows}, key=_place_of)),
            roughly(spot.shortened), ", ".join(map(str, spot.with_others)), ", ".join(map(str, spot.instead)),
            since(comparison.then.get(spot.spot)) if comparison else "",
        )
        for spot in spots
    ]  # fmt: skip


def _place_of(profile: str) -> int:
    """Profiles stand in the order in which people choose from them."""
    return STUDIED.index(profile) if profile in STUDIED else len(STUDIED)


def _shown(spots: Sequence[AtOneSpot]) -> list[AtOneSpot]:
    """The first ones, and those that they name."""
    named = {number for spot in spots[:SHOWN] for number in (*spot.with_others, *spot.instead)}
    return [spot for rank, spot in enumerate(spots) if rank < SHOWN or spot.number in named]


def _here() -> Loaded | None:
    try:
        return graphs.loaded()
    except graphs.NoGraph:
        return None


def _nameless(spot: AtOneSpot, engine: Engine | None) -> str:
    """A way without a name, and the street near it, while the map is there."""
    near = near_street(engine, spot.point.x, spot.point.y) if engine else ""
    return ", ".join(part for part in (_("Way without a name"), near) if part)


def _profile(request: HttpRequest) -> str:
    asked = request.GET.get("profil", "")
    return asked if asked in STUDIED else ""


def _district(request: HttpRequest) -> District | None:
    number = whole_number(request.GET.get("ortsbezirk", ""))
    return None if number is None else District.objects.filter(pk=number).first()


def _is_stale(study: Study, studied: Sequence[StudiedProfile], here: Loaded | None) -> bool:
    """Whether the town's map, what was found out on the spot, how trips are counted, or a profile has changed since."""
    limits = {key: fingerprint(PRESETS[key].profile) for key in STUDIED}
    if study.method != METHOD or {one.profile: one.figures for one in studied} != limits:
        return True
    return here is not None and (here.facts != study.facts_version or graphs.map_in_use() != study.extract)


@require("wayfinding.plan")
@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """The list with its map, how it was counted, and the button to count anew."""
    newest, profile, district, here = last_study(done=False), _profile(request), _district(request), _here()
    study = newest if newest is not None and newest.state == StudyState.DONE else last_study()
    spots = ranked(study, profile, district) if study else []
    studied = list(study.profiles.all()) if study else []
    earlier = earlier_studies(study) if study else []
    before = asked_for(request, earlier)
    comparison = compared(study, before, spots, profile=profile, district=district) if study and before else None
    asked = {
        "profil": profile, "ortsbezirk": str(district.pk) if district else "", "vergleich": str(before.pk) if before else "",
    }  # fmt: skip
    query = "?" + urlencode({name: value for name, value in asked.items() if value})
    return render(request, "wayfinding/staff/barriers.html", {
        "study": study, "waiting": newest is not None and newest.state == StudyState.WAITING,
        "failed": newest if newest is not None and newest.state == StudyState.FAILED else None,
        "rows": rows_of(_shown(spots), here, comparison), "count": len(spots), "profile": profile, "profile_title": title_of(profile) if profile else "",
        "profiles": [{"key": key, "title": title_of(key)} for key in STUDIED],
        "districts": list(District.objects.only("pk", "name").order_by("name")), "district": district,
        "stale": study is not None and _is_stale(study, studied, here),
        "asked_long": ASKED_LONG, "asked_steep": ASKED_STEEP,
        "sample": study is not None and study.sampled < study.addresses, "earlier": earlier, "comparison": comparison, "gone": rows_of(comparison.gone, here) if comparison else [],
        "columns": [*_columns(), *(columns() if comparison else ())],
        "figures": [[*_figures(one), *(comparison.figures(one) if comparison else ())] for one in studied],
        "places_url": reverse("wayfinding:barrier_places") + query, "csv_url": reverse("wayfinding:barrier_csv") + query,
    })  # fmt: skip


def _columns() -> list[dict[str, Any]]:
    return [
        {"title": _("Who")}, {"title": _("Trips"), "numeric": True}, {"title": _("possible"), "numeric": True},
        {"title": _("possible"), "unit": "%", "numeric": True},
        {"title": _("not joined on the map"), "numeric": True},
    ]  # fmt: skip


def _figures(one: StudiedProfile) -> list[Any]:
    return [title_of(one.profile), one.trips, one.joined, share(one), one.severed]


@require("wayfinding.plan")
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The same for the map: a point and the course of each barrier."""
    study = last_study()
    features: list[dict[str, Any]] = []
    rows = rows_of(_shown(ranked(study, _profile(request), _district(request))), _here()) if study else []
    lines = dict(RankedBarrier.objects.filter(pk__in=[row.spot.rows[0].pk for row in rows]).values_list("pk", "line"))
    for row in rows:
        for line in lines[row.spot.rows[0].pk].coords:
            features.append(_feature("LineString", line, {"id": row.id}))
    for row in rows:
        where = row.spot.point
        title = f"{row.number}. {row.place}: {row.measure}"
        features.append(
            _feature("Point", (where.x, where.y), {"id": row.id, "letter": str(row.number), "title": title})
        )
    return JsonResponse({"type": "FeatureCollection", "clustered": False, "features": features})


def _feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates},
    }  # fmt: skip


@require("wayfinding.plan")
@require_safe
def as_table(request: HttpRequest) -> HttpResponse:
    """Everything as CSV, with what is needed to repeat the counting."""
    study, profile, district = last_study(), _profile(request), _district(request)
    if study is None:
        raise Http404
    spots = ranked(study, profile, district)
    before = asked_for(request, earlier_studies(study))
    comparison = compared(study, before, spots, profile=profile, district=district) if before else None
    headings = [
        _("Rank"), _("Street"), _("What would mend it"), _("For whom"), _("Trips that it opens"),
        _("Addresses from which"), _("Trips that get much shorter (estimate)"),
        _("Trips that it opens, all profiles added up"), _("Trips that get much shorter, all profiles added up"),
        _("Trips in whose way it stands, all profiles added up"), _("Trips that it opens together with others"),
        _("Rank of these others"), _("Rank of those that open the same trips"),
        _("Nobody knows whether it is one"), _("Metres"), _("Longitude"),
        _("Latitude"), _("Way in OpenStreetMap"), _("Broken limits"), _("Trips that it opened then"),
        _("Study compared with"), _("Study"), _("Counted on"), _("Method"), _("Surveyed facts"), _("Map"), _("Seed"),
    ]  # fmt: skip
    body = (_cells(row, study, comparison) for row in rows_of(spots, _here(), comparison))
    parts = ["hindernisse", str(study.pk), profile, in_address(district.name) if district else ""]
    return spreadsheet("-".join(part for part in parts if part) + ".csv", headings, body)


def _cells(row: Row, study: Study, comparison: Comparison | None) -> list[object]:
    spot = row.spot
    then = comparison.then.get(spot.spot) if comparison else None
    facts = json.dumps({one.profile: one.facts for one in spot.rows}, ensure_ascii=False)
    return [
        row.number, row.place, row.measure, row.profiles, spot.trips, spot.addresses, spot.shortened, spot.sum_of_trips,
        spot.sum_of_shortened, spot.stands_in, spot.trips_together, row.with_others, row.instead, _("yes") if spot.only_unknown else _("no"), round(spot.metres), round(spot.point.x, 6),
        round(spot.point.y, 6), spot.rows[0].key.partition(".")[0], facts, then.trips if then else None, comparison.study.pk if comparison else None, study.pk,
        timezone.localdate(study.ended_at).isoformat() if study.ended_at else None, study.method, study.facts_version,
        study.extract, study.seed,
    ]  # fmt: skip


@require("wayfinding.plan")
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Have the trips counted anew."""
    try:
        order_study(person=signed_in_person(request))
    except StudyRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The trips are being counted. This takes a minute or two; come back to this page."))
    return redirect("wayfinding:barriers")
