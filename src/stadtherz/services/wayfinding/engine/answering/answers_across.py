# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers in openrouteservice's form for requests of which some places lie on a neighbouring town's map: each leg inside
one town is answered by that town, each leg over the border by both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from msgspec import structs

from ..across import cross_all
from ..alternatives import differing
from ..engine import NoRouteError, Point, PointNotFoundError
from ..joining import joined
from ..joints import between, joints
from ..legs import Leg
from ..metric import Metric
from ..positions import positions
from ..reasons_across import why_not_across, why_so_long_across
from ..telling import today
from ..telling.directions import instructions, summary
from ..telling.on_the_way import Encounter, encounters, met_as_json, moved, waymarks, with_encounters
from ..telling.phrases import Table, table
from ..telling.route import Route
from .answers import (
    Box,
    Town,
    directions_in,
    explain_in,
    extras_in_units,
    hull,
    in_form,
    not_found,
    now,
    options_in,
    read_form,
    reasons_as_json,
    told,
    wanted_alternatives,
)
from .asking import Asked, read_directions
from .requested import AnswerError
from .shapes import extras, gpx

#: name and router of another town on whose map a place lies
Neighbour = Callable[[Point], "tuple[str, Town] | None"]
#: names and routers of the other towns whose maps touch a box
Near = Callable[[Box], "Sequence[tuple[str, Town]]"]


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the way inside one town; ``leg_number``: of which leg of the request; ``enters``: the name of the town,
    where the way comes into it over a border."""

    town: Town
    metric: Metric
    leg: Leg
    leg_number: int
    enters: str = ""


def none_near(_box: Box) -> Sequence[tuple[str, Town]]:
    """There is no town between."""
    return ()


class Towns:
    """On whose map each place of a request lies."""

    def __init__(
        self, here: Town, name: str, neighbour_at: Neighbour, points: Sequence[Point], near: Near = none_near
    ) -> None:  # fmt: skip
        self.here, self.names, self.near = here, {id(here): name}, near
        found: list[Town] = []
        self.of: list[Town] = []
        for point in points:
            town = next((known for known in (here, *found) if known.shows(point)), None)
            if town is None and (beyond := neighbour_at(point)) is not None:
                self.names[id(beyond[1])], town = beyond
                found.append(town)
            self.of.append(town or here)

    def chain(self, one: Town, other: Town, points: tuple[Point, Point]) -> list[Town]:
        """The towns of a way from one to the other: with one or two between them, where they do not meet."""
        box = hull([(*point, *point) for point in points])
        others = [town for town in (self.here, *self.of) if town not in (one, other)]
        if not len(joints(one.engine.graph, other.engine.graph)[0]):
            for name, town in self.near((box[0], box[1], box[2], box[3])):
                if all(town is not known for known in (one, other, *others)):
                    self.names[id(town)] = name
                    others.append(town)
        by = between(one.engine.graph, other.engine.graph, [town.engine.graph for town in others])
        return [one, *(others[number] for number in by or ()), other]

    @property
    def alone(self) -> bool:
        """Whether there is no other town than this."""
        return all(town is self.here for town in self.of)


def directions(
    town: Town, profile: str, body: Any, form: str, *, name: str, neighbour_at: Neighbour, near: Near = none_near
) -> Any:  # fmt: skip
    """`/v2/directions`, also over the border; ``name``: of the town that is asked; ``near``: towns by which a way may
    lead between two that do not meet. Raises AnswerError."""
    asked = read_form(profile, body, form)
    towns = Towns(town, name, neighbour_at, asked.points, near)
    if towns.alone:
        return directions_in(town, asked, form)
    words = table(asked.language)
    parts = _parts(towns, asked, asked.pricing, words)
    best = _route(parts)
    if form == "gpx":
        met = _encounters(parts)
        return gpx(
            best, _texts(best, parts, words, met), summary(best.totals, words), now(),
            [mark for found in met for mark in waymarks(found, words)],
        )  # fmt: skip
    found = [("best", best, parts)]
    if asked.alternatives is not None:
        found += _alternatives(towns, asked, best, words)
    answers = [_answer(towns, route, pieces, kind=kind, asked=asked, words=words) for kind, route, pieces in found]
    return in_form(form, answers, [route for _, route, _ in found], asked)


def explain(
    town: Town, profile: str, body: Any, *, name: str, neighbour_at: Neighbour, near: Near = none_near
) -> dict[str, Any]:  # fmt: skip
    """ "Why not?" and "why so long?", also over the border. Raises AnswerError."""
    asked = read_directions(profile, body)
    towns = Towns(town, name, neighbour_at, asked.points, near)
    if towns.alone:
        return explain_in(town, asked)
    words = table(asked.language)
    try:
        parts = _parts(towns, asked, asked.pricing, words)
    except AnswerError as refusal:
        if "why_not" not in refusal.more:
            raise
        found: dict[str, Any] = refusal.more["why_not"]
        return found
    if len(asked.points) > 2 or len(parts) == 1:
        raise AnswerError(2099, "Why a way is so long is said for one leg over the border, or inside the town asked.")
    reasons = why_so_long_across(
        [part.town.describer for part in parts], tuple((part.metric, part.leg) for part in parts),
        start=asked.points[0], goal=asked.points[1],
    )  # fmt: skip
    return reasons_as_json(reasons, words)


def _parts(towns: Towns, asked: Asked, pricing: Any, words: Table) -> list[_Part]:
    """The way, piece by piece. Raises AnswerError with its reasons."""
    parts: list[_Part] = []
    for number, ((start, goal), (one, other)) in enumerate(
        zip(pairwise(asked.points), pairwise(towns.of), strict=True)
    ):
        try:
            if one is other:
                metric = one.engine.metric(pricing, options_in(one, asked))
                leg = one.engine.legs(metric, [start, goal])[0]
                _check_radii(asked, number, leg, leg)
                parts.append(_Part(one, metric, leg, number))
                continue
            chain = towns.chain(one, other, (start, goal))
            found = cross_all(
                [town.engine for town in chain], pricing=pricing, options=[options_in(town, asked) for town in chain],
                start=start, goal=goal,
            )  # fmt: skip
            _check_radii(asked, number, found[0][1], found[-1][1])
        except (NoRouteError, PointNotFoundError) as error:
            raise _refused(towns, asked, number, error, words) from error
        parts += [
            _Part(town, metric, leg, number, "" if town is one else towns.names[id(town)])
            for town, (metric, leg) in zip(chain, found, strict=True)
        ]
    return parts


def _check_radii(asked: Asked, number: int, first: Leg, last: Leg) -> None:
    """As if this leg were all of the way: places are counted from its start."""
    for place, snap in enumerate((first.start, last.end)):
        try:
            asked.check_radius(number + place, asked.points[number + place], snap.metres)
        except PointNotFoundError as error:
            raise PointNotFoundError(place, error.point, error.radius) from error


def _refused(
    towns: Towns, asked: Asked, number: int, error: NoRouteError | PointNotFoundError, words: Table
) -> AnswerError:
    """Why one leg of the way cannot be: never an empty answer without a reason."""
    one, other = towns.of[number], towns.of[number + 1]
    start, goal = asked.points[number : number + 2]
    if isinstance(error, PointNotFoundError) and not error.limited:
        at = number + error.index
        return not_found(towns.of[at], PointNotFoundError(at, error.point, error.radius))
    if one is other:
        try:
            directions_in(one, structs.replace(asked, points=[start, goal], alternatives=None), "json")
        except AnswerError as refusal:
            return refusal
    message = f"Route could not be found - Unable to find a route between points {number} and {number + 1}."
    chain = towns.chain(one, other, (start, goal))
    try:
        reasons, parts = why_not_across(
            [town.describer for town in chain], pricing=asked.pricing,
            options=[options_in(town, asked) for town in chain], start=start, goal=goal,
        )  # fmt: skip
    except PointNotFoundError as nowhere:
        return AnswerError(nowhere.code, str(nowhere), status=404)
    why = reasons_as_json(reasons, words)
    if parts is None:
        return AnswerError(NoRouteError.code, message, status=404, more={"why_not": why}, advice="nowhere")
    pieces = [_Part(town, metric, leg, 0) for town, (metric, leg) in zip(chain, parts, strict=True)]
    why["obstacles"] = _passed(towns, pieces, words, _encounters(pieces))
    why["geometry"] = {"type": "LineString", "coordinates": positions(_route(pieces).coordinates)}
    return AnswerError(NoRouteError.code, message, status=404, more={"why_not": why})


def _pieces(parts: Sequence[_Part]) -> list[Route]:
    return [part.town.describer.route(part.metric, [part.leg]) for part in parts]


def _route(parts: Sequence[_Part]) -> Route:
    """The parts as one route with one leg for each of the request."""
    whole = joined(_pieces(parts), [part.town.describer for part in parts])
    steps: list[list[Any]] = []
    points: list[int] = []
    for part, of_part, point in zip(parts, whole.steps, whole.leg_points, strict=True):
        if part.enters:
            steps[-1] = [*steps[-1], *of_part]
            points[-1] = point
        else:
            steps.append(of_part)
            points.append(point)
    return structs.replace(whole, steps=steps, leg_points=points)


def _encounters(parts: Sequence[_Part]) -> list[list[Encounter]]:
    """Where each part meets what is in the way today, by the legs of the request and their steps."""
    found: list[list[Encounter]] = []
    steps: dict[int, int] = {}
    for part in parts:
        passed = today.passed(part.town.engine, [part.leg])
        before = steps.get(part.leg_number, 0)
        route = part.town.describer.route(part.metric, [part.leg])
        met = encounters(route, passed)
        found.append([moved(one, legs=part.leg_number, steps=before) for one in met])
        steps[part.leg_number] = before + len(route.steps[0])
    return found


def _texts(
    route: Route, parts: Sequence[_Part], words: Table, met: Sequence[Sequence[Encounter]]
) -> list[list[str]]:  # fmt: skip
    """The instructions; the first behind a border says which town begins there."""
    texts = instructions(route, words)
    steps = 0
    for before, part in pairwise([None, *parts]):
        assert part is not None
        if before is None or before.leg_number != part.leg_number:
            steps = 0
        if part.enters and steps < len(texts[part.leg_number]):
            said = texts[part.leg_number]
            said[steps] = f"{words['border'].format(name=part.enters)} {said[steps]}"
        steps += len(_pieces([part])[0].steps[0])
    return with_encounters(texts, [one for found in met for one in found], route.steps, words)


def _passed(
    towns: Towns, parts: Sequence[_Part], words: Table, met: Sequence[Sequence[Encounter]]
) -> list[dict[str, Any]]:  # fmt: skip
    """Obstacles of today on the way; those of a neighbour have their page at the neighbour's."""
    found = []
    for part, here in zip(parts, met, strict=True):
        for obstacle in today.passed(part.town.engine, [part.leg]):
            said = {**today.as_json(obstacle, words), "met": met_as_json(here, obstacle)}
            found.append(said if part.town is towns.here else {**said, "url": "", "town": towns.names[id(part.town)]})
    return found


def _answer(
    towns: Towns, route: Route, parts: Sequence[_Part], *, kind: str, asked: Asked, words: Table
) -> dict[str, Any]:
    met = _encounters(parts)
    texts = _texts(route, parts, words, met) if asked.instructions else None
    answer = told(route, texts, kind=kind, asked=asked, words=words, passed=_passed(towns, parts, words, met))
    if asked.extra:
        answer["extras"] = extras_in_units(_extras(parts, asked.extra), asked)
    return answer


def _extras(parts: Sequence[_Part], wanted: Sequence[str]) -> dict[str, Any]:
    """`extra_info` of all parts, one after the other."""
    runs: dict[str, list[list[int]]] = {}
    metres: dict[str, dict[int, float]] = {}
    shift, total = 0, 0.0
    for part, route in zip(parts, _pieces(parts), strict=True):
        for name, said in extras(part.town.engine.graph, route, part.metric.costs.unverified, wanted).items():
            runs.setdefault(name, []).extend(
                [first + shift, last + shift, value] for first, last, value in said["values"]
            )
            for row in said["summary"]:
                sums = metres.setdefault(name, {})
                sums[row["value"]] = sums.get(row["value"], 0.0) + row["distance"]
        shift += route.leg_points[-1]
        total += route.totals.metres
    return {
        name: {
            "values": runs[name],
            "summary": [
                {"value": value, "distance": round(sum_, 1), "amount": round(sum_ / (total or 1.0) * 100, 2)}
                for value, sum_ in sorted(metres[name].items(), key=lambda item: -item[1])
            ],
        }
        for name in runs
    }  # fmt: skip


def _alternatives(towns: Towns, asked: Asked, best: Route, words: Table) -> list[tuple[str, Route, list[_Part]]]:
    made: dict[int, list[_Part]] = {}

    def way(variant: Any) -> Route:
        try:
            parts = _parts(towns, asked, variant, words)
        except AnswerError as refusal:
            raise NoRouteError(0, best.legs[0].start, best.legs[-1].end) from refusal
        route = _route(parts)
        made[id(route)] = parts
        return route

    count, share, weight = wanted_alternatives(asked)
    found = differing(way, asked.pricing, best=best, share=share, longest=weight)
    return [(other.kind, other.route, made[id(other.route)]) for other in found[: max(0, count - 1)]]
