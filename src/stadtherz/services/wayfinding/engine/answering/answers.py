# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers in openrouteservice's form, as plain functions from a request's JSON to an answer's JSON.

A web API only has to pass the parsed body and send what comes back; every refusal is an `AnswerError` with status and
body. Beside openrouteservice's fields stand our own under "stadtherz": summary in words, unverified metres, verified
share, barriers passed, reasons for a detour; and under "why_not" in a refusal, what is in the way.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from .. import compatible
from ..alternatives import alternatives
from ..engine import Engine, NoRouteError, Point, PointNotFoundError
from ..metric import PLAIN, SNAP_M, Metric, Options
from ..obstacles import edges_in_area
from ..positions import positions
from ..profiles import Profile
from ..reasons import Reasons, why_not, why_so_long
from ..telling import today
from ..telling.describing import Describer
from ..telling.directions import instructions, summary
from ..telling.on_the_way import encounters, met_as_json, waymarks, with_encounters
from ..telling.phrases import Table, table
from ..telling.reason_words import in_words, violation_in_words
from ..telling.route import Route
from ..vocabulary import Kind
from .answer_forms import geometry, heights, in_units, renumber, reshaped_segments
from .asking import Asked, read_directions
from .requested import ENGINE, AnswerError
from .shapes import bbox, extras, gpx, hull, segments

ATTRIBUTION: Final = "stadtherz | OpenStreetMap contributors"
FORMATS: Final = ("json", "geojson", "gpx")
#: of warnings that openrouteservice has no number for
OUR_WARNING: Final = 100
_ENCODER: Final = msgspec.json.Encoder()


Box = tuple[float, float, float, float]


def common(one: Box, other: Box) -> Box:
    """What lies in both."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


class Town:
    """An engine with what is needed to describe its ways."""

    def __init__(self, engine: Engine, mapped: Box | None = None) -> None:
        """`mapped`: what the map shows as a whole (west, south, east, north); ways that begin there stick out of it."""
        self.engine, self.describer = engine, Describer(engine)
        self.bounds: Box = engine.graph.bounds
        self.mapped: Box = self.bounds if mapped is None else common(self.bounds, mapped)

    def shows(self, point: Point) -> bool:
        """Whether a place lies where the map is whole: on its fringe a neighbour's map may know more."""
        west, south, east, north = self.mapped
        return west <= point[0] <= east and south <= point[1] <= north

    def covers(self, point: Point, *, margin: float = 0.0) -> bool:
        """Whether a place lies on the map of this town, or not farther beside it than ``margin`` (degrees)."""
        west, south, east, north = self.bounds
        return west - margin <= point[0] <= east + margin and south - margin <= point[1] <= north + margin


def directions(town: Town, profile: str, body: Any, form: str = "json") -> Any:
    """`/v2/directions/{profile}[/json|/geojson|/gpx]` as plain data: a dict, or text for GPX. Raises AnswerError."""
    content = written_directions(town, profile, body, form)
    return content.decode() if form == "gpx" else msgspec.json.decode(content)


def written_directions(town: Town, profile: str, body: Any, form: str = "json") -> bytes:
    """The same as it is sent. Raises AnswerError."""
    return written(directions_in(town, read_form(profile, body, form), form))


def written(content: Any) -> bytes:
    """An answer as it is sent."""
    return content.encode() if isinstance(content, str) else _ENCODER.encode(content)


def read_form(profile: str, body: Any, form: str) -> Asked:
    """The checked request. Raises AnswerError."""
    if form not in FORMATS:
        raise AnswerError(2007, f"This response format is not supported: {form}.", status=406)
    return read_directions(profile, body, form)


def directions_in(town: Town, asked: Asked, form: str) -> Any:
    """The same for a checked request inside one town, ready to be `written`."""
    words = table(asked.language)
    metric = town.engine.metric(asked.pricing, options_in(town, asked))
    try:
        legs = town.engine.legs(metric, asked.points)
        for index, snap in enumerate((legs[0].start, *(leg.end for leg in legs))):
            asked.check_radius(index, asked.points[index], snap.metres)
        best = town.describer.route(metric, legs)
    except (NoRouteError, PointNotFoundError) as error:
        raise refused(town, metric, asked, error, words) from error
    routes = [best]
    kinds = ["best"]
    if asked.alternatives is not None:
        for other in _alternatives(town, asked, best, metric):
            routes.append(other.route)
            kinds.append(other.kind)
    if form == "gpx":
        met = encounters(best, today.passed(town.engine, best.legs))
        told = with_encounters(instructions(best, words), met, best.steps, words)
        return gpx(best, told, summary(best.totals, words), now(), waymarks(met, words))
    answers = [
        _route(town, metric, route, kind=kind, asked=asked, words=words)
        for route, kind in zip(routes, kinds, strict=True)
    ]
    avoided, moved = today.differs(town.engine, metric, asked.points, best.legs)
    answers[0]["stadtherz"]["obstacles"] |= {
        "avoided": [today.as_json(o, words) for o in avoided],
        "moved": [today.moved_as_json(one, one.index, len(asked.points) - 1, words) for one in moved],
    }
    return in_form(form, answers, routes, asked)


def in_form(form: str, answers: Sequence[dict[str, Any]], routes: Sequence[Route], asked: Asked) -> dict[str, Any]:
    """All routes as JSON or GeoJSON."""
    return _geojson(answers, routes, asked) if form == "geojson" else _json(answers, routes, asked)


def options_in(town: Town, asked: Asked) -> Options:
    """What the request asks beyond the profile, on the map of this town."""
    avoid: frozenset[int] = frozenset()
    if asked.avoid is not None:
        avoid = frozenset(edges_in_area(town.engine.graph, town.engine.grid, asked.avoid).tolist())
    if asked.no_ferries:
        avoid |= frozenset((town.engine.graph.edges["kind"] == Kind.FERRY).nonzero()[0].tolist())
    is_ours = isinstance(asked.pricing, Profile)
    if is_ours and asked.radius is None and not (avoid or asked.both_ways or asked.by):
        return PLAIN
    usual = SNAP_M if is_ours else compatible.SNAP_M
    radius = usual if asked.radius is None else asked.radius
    if None in asked.radii:
        radius = max(radius, usual)
    return Options(both_ways=asked.both_ways, avoid=avoid, radius=radius, by=asked.by)


def _alternatives(town: Town, asked: Asked, best: Route, metric: Metric) -> list[Any]:
    count, share, weight = wanted_alternatives(asked)
    found = alternatives(
        town.engine, town.describer, asked.pricing, asked.points, best=best, options=metric.options, share=share,
        longest=weight,
    )  # fmt: skip
    return found[: max(0, count - 1)]


def wanted_alternatives(asked: Asked) -> tuple[int, float, float]:
    """How many routes, how much they may share, how much longer they may be."""
    wanted = asked.alternatives or {}
    return int(wanted["target_count"]), wanted["share_factor"], wanted["weight_factor"]


def _route(town: Town, metric: Metric, route: Route, *, kind: str, asked: Asked, words: Table) -> dict[str, Any]:
    texts = instructions(route, words) if asked.instructions else None
    passed = today.passed(town.engine, route.legs)
    met = encounters(route, passed)
    if met and texts:
        texts = with_encounters(texts, met, route.steps, words)
    said = [{**today.as_json(o, words), "met": met_as_json(met, o)} for o in passed]
    answer = told(route, texts, kind=kind, asked=asked, words=words, passed=said)
    if asked.extra:
        found = extras(town.engine.graph, route, metric.costs.unverified, asked.extra)
        answer["extras"] = extras_in_units(found, asked)
    return answer


def extras_in_units(found: dict[str, Any], asked: Asked) -> dict[str, Any]:
    for one in found.values():
        for row in one["summary"]:
            row["distance"] = in_units(row["distance"], asked)
    return found


def told(
    route: Route, texts: Sequence[Sequence[str]] | None, *, kind: str, asked: Asked, words: Table,
    passed: Sequence[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """One route with its figures, its steps, and the obstacles that it passes."""
    totals = route.totals
    answer: dict[str, Any] = {
        "summary": {"distance": round(totals.metres * asked.units, 1 if asked.units == 1 else 3),
                    "duration": round(totals.seconds, 1)},
        "segments": reshaped_segments(segments(route, texts), route, asked),
        "way_points": [0, *route.leg_points],
        "stadtherz": {
            "kind": kind, "summary": summary(totals, words), "unknown_metres": round(totals.unverified, 1),
            "verified_share": round(totals.verified_share, 3), "ascent": round(totals.ascent, 1),
            "descent": round(totals.descent, 1), "steepest_up_percent": totals.steepest_up / 10,
            "steepest_down_percent": totals.steepest_down / 10, "kerbs_cm": [mm / 10 for mm in totals.kerbs],
            "kerbs_unknown": totals.kerbs_unknown, "steps": totals.steps, "steps_guessed": totals.steps_guessed,
            "crossings": totals.crossings,
            "longest_without_rest": round(totals.longest_without_rest, 1),
            "obstacles": {"passed": list(passed), "avoided": [], "moved": []},
        },
    }  # fmt: skip
    if asked.form.elevation:
        answer["summary"] |= {"ascent": round(totals.ascent, 1), "descent": round(totals.descent, 1)}
    if asked.form.warnings:
        answer["warnings"] = [{"code": OUR_WARNING, "message": said} for said in asked.form.warnings]
    if asked.form.simplify:
        renumber(answer, route)
    if not (asked.instructions or asked.form.attributes):
        del answer["segments"]
    return answer


def _json(answers: Sequence[dict[str, Any]], routes: Sequence[Route], asked: Asked) -> dict[str, Any]:
    for answer, route in zip(answers, routes, strict=True):
        answer["bbox"] = _box(route, asked)
        if asked.geometry:
            answer["geometry"] = geometry(route, asked, "json")
    return {
        "bbox": _hull([a["bbox"] for a in answers]),
        "routes": list(answers),
        "metadata": about("routing", asked.query),
    }


def _geojson(answers: Sequence[dict[str, Any]], routes: Sequence[Route], asked: Asked) -> dict[str, Any]:
    boxes = [_box(route, asked) for route in routes]
    features = [
        {
            "type": "Feature", "bbox": box, "properties": answer,
            "geometry": geometry(route, asked, "geojson"),
        }
        for answer, route, box in zip(answers, routes, boxes, strict=True)
    ]  # fmt: skip
    return {
        "type": "FeatureCollection", "bbox": _hull(boxes), "features": features,
        "metadata": about("routing", asked.query),
    }  # fmt: skip


def _box(route: Route, asked: Asked) -> list[float]:
    """With heights: west, south, lowest, east, north, highest."""
    west, south, east, north = bbox(route)
    if not asked.form.elevation:
        return [west, south, east, north]
    z = heights(route)
    return [west, south, float(z.min()), east, north, float(z.max())]


def _hull(boxes: Sequence[list[float]]) -> list[float]:
    if len(boxes) == 1 or len(boxes[0]) == 4:
        return hull(boxes)
    half = len(boxes[0]) // 2
    columns = list(zip(*boxes, strict=True))
    return [*map(min, columns[:half]), *map(max, columns[half:])]


def now() -> str:
    """The moment in the form of GPX and of JSON answers."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def about(service: str, query: Mapping[str, Any]) -> dict[str, Any]:
    stamp = int(time.time() * 1000)
    said = {"attribution": ATTRIBUTION, "service": service, "timestamp": stamp, "query": query, "engine": ENGINE}
    return said if query.get("id") is None else {**said, "id": query["id"]}


def refused(
    town: Town, metric: Metric, asked: Asked, error: NoRouteError | PointNotFoundError, words: Table
) -> AnswerError:
    """Never an empty answer without a reason."""
    if isinstance(error, PointNotFoundError) and not error.limited:
        return not_found(town, error)
    code, message = error.code, str(error)
    try:
        reasons = why_not(town.engine, town.describer, metric, asked.points)
    except PointNotFoundError as other:
        return AnswerError(other.code, str(other), status=404)
    return AnswerError(code, message, status=404, more={"why_not": _closest_as_json(town, metric, reasons, words)})


def not_found(town: Town, error: PointNotFoundError) -> AnswerError:
    """No way near a place, and perhaps why."""
    x, y = error.point
    advice = "swapped" if town.covers((y, x)) else "" if town.covers((x, y)) else "outside"
    return AnswerError(error.code, str(error), status=404, advice=advice)


def explain(town: Town, profile: str, body: Any) -> dict[str, Any]:
    """ "Why so long?" or "why not?" for a request for directions. Raises AnswerError."""
    return explain_in(town, read_directions(profile, body))


def explain_in(town: Town, asked: Asked) -> dict[str, Any]:
    """The same for a checked request inside one town."""
    words = table(asked.language)
    metric = town.engine.metric(asked.pricing, options_in(town, asked))
    try:
        legs = town.engine.legs(metric, asked.points)
    except (NoRouteError, PointNotFoundError) as error:
        refusal = refused(town, metric, asked, error, words)
        if "why_not" not in refusal.more:
            raise refusal from error
        found: dict[str, Any] = refusal.more["why_not"]
        return found
    return reasons_as_json(why_so_long(town.engine, town.describer, metric, legs), words)


def reasons_as_json(reasons: Reasons, words: Table) -> dict[str, Any]:
    """What is in the way, or what the detour avoids."""
    return {
        "kind": reasons.kind, "text": in_words(reasons, words), "distance": round(reasons.metres, 1),
        "detour": round(reasons.detour_metres, 1),
        "violations": [
            {
                **asdict(violation), "limit": str(violation.limit.name).lower(), "asked": violation.asked,
                "text": violation_in_words(violation, words), "metres": round(violation.metres, 1),
            }
            for violation in reasons.violations
        ],
        "changes": {name: value if isinstance(value, bool) else int(value) for name, value in reasons.changes.items()},
        "changed_distance": reasons.changed_metres,
    }  # fmt: skip


def _closest_as_json(town: Town, metric: Metric, reasons: Reasons, words: Table) -> dict[str, Any]:
    answer = reasons_as_json(reasons, words)
    if reasons.leg is not None:
        answer["obstacles"] = [today.as_json(o, words) for o in today.passed(town.engine, [reasons.leg])]
        line = town.describer.route(metric, [reasons.leg]).coordinates
        answer["geometry"] = {"type": "LineString", "coordinates": positions(line)}
    return answer
