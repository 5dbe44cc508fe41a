# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much of the town's ways is known, for one question at a time: by district, by street, and the lines in a view.

"Known" is what map, elevation model, sensor or survey say; what we assumed ourselves is not known. "Checked" is what
somebody saw or measured on the spot.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.municipalities.active import active
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.graph import ROW, Graph, Ints, as_date
from stadtherz.services.wayfinding.engine.surveys.questions import WRITES, Question, askable, unknown
from stadtherz.services.wayfinding.engine.vocabulary import Flag, Provenance
from stadtherz.services.wayfinding.graphs import Loaded
from stadtherz.services.wayfinding.town_area import in_town, town_area

#: lines in one view; and the widest view, in degrees of latitude
LINES, WIDEST = 6000, 0.035
_KEPT = 32
_kept: OrderedDict[tuple[int, Question, tuple[int, ...], int], Quality] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Share:
    """Of ``metres`` one can ask about, so many are known, and so many checked on the spot."""

    name: str
    metres: float
    known: float
    checked: float
    #: the middle day of the known facts, by metres; None where none has a date
    day: date | None

    @property
    def unknown(self) -> float:
        """Metres of which nobody knows it."""
        return self.metres - self.known

    @property
    def percent(self) -> float | None:
        """Known share in per cent; None where there is nothing to know."""
        return round(100 * self.known / self.metres, 1) if self.metres else None

    @property
    def checked_percent(self) -> float | None:
        """Share checked on the spot in per cent."""
        return round(100 * self.checked / self.metres, 1) if self.metres else None


@dataclass(frozen=True, slots=True)
class Quality:
    """The whole town, its districts in the order of their names, its streets with the most unknown metres first."""

    town: Share
    districts: tuple[Share, ...]
    streets: tuple[Share, ...]


def quality(loaded: Loaded, question: Question) -> Quality:
    """What is known of the town's ways. Counted once for each version of the facts."""
    districts = list(District.objects.order_by("name"))
    area = active().bounds
    key = (
        id(loaded.town.engine),
        question,
        tuple(district.pk for district in districts),
        hash(area.wkb if area else None),
    )
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = _count(loaded.town.engine, question, districts)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def states(engine: Engine, question: Question) -> tuple[Ints, Ints, Ints]:
    """By edge: can be asked; is known; was checked on the spot. A square is counted by its outline, not by the lines that we
    drew across it."""
    drawn = (engine.graph.edges["flags"] & np.uint32(Flag.ACROSS)) > 0
    ask, missing = askable(engine.model)[question] & ~drawn, unknown(engine.model)[question]
    row = ROW[WRITES[question][0]]
    known = ask & ~missing
    return ask, known, known & (engine.graph.provenance[row] >= Provenance.RESIDENT)


def _count(engine: Engine, question: Question, districts: list[District]) -> Quality:
    graph, metres = engine.graph, engine.model.metres
    ask, known, checked = states(engine, question)
    ask = ask & in_town(graph, town_area())
    known, checked = known & ask, checked & ask
    day = graph.observed[ROW[WRITES[question][0]]]

    def share(name: str, here: Ints) -> Share:
        these = here & ask
        sure = these & known
        return Share(
            name, float(metres[these].sum()), float(metres[sure].sum()), float(metres[these & checked].sum()),
            _middle_day(day[sure], metres[sure]),
        )  # fmt: skip

    number = _district_numbers(graph, districts)
    parts = tuple(share(district.name, number == index) for index, district in enumerate(districts))
    names = graph.edges["name"]
    sums = [
        np.bincount(names[mask], weights=metres[mask], minlength=len(graph.names))
        for mask in (ask, known, checked)
    ]  # fmt: skip
    streets = [
        Share(graph.names[index], float(sums[0][index]), float(sums[1][index]), float(sums[2][index]), None)
        for index in np.flatnonzero(sums[0] > 0).tolist() if index
    ]  # fmt: skip
    streets.sort(key=lambda street: (-street.unknown, street.name))
    return Quality(share("", np.ones(len(metres), dtype=bool)), parts, tuple(streets))


def _middle_day(days: Ints, metres: Ints) -> date | None:
    dated = days > 0
    if not dated.any():
        return None
    order = np.argsort(days[dated], kind="stable")
    walked = np.cumsum(metres[dated][order])
    return as_date(int(days[dated][order][np.searchsorted(walked, walked[-1] / 2)]))


def _district_numbers(graph: Graph, districts: list[District]) -> Ints:
    """The district of each edge's middle; -1 outside of all."""
    found = np.full(graph.edge_count, -1)
    middle = (graph.point_start[:-1] + graph.point_start[1:] - 1) // 2
    points = shapely.points(graph.points[middle])
    for index, district in enumerate(districts):
        area = shapely.from_wkb(bytes(district.geometry.wkb))
        shapely.prepare(area)
        found[shapely.contains(area, points)] = index
    return found


State = str
UNKNOWN, KNOWN, CHECKED = "unknown", "known", "checked"
Box = tuple[float, float, float, float]


def lines_in(engine: Engine, question: Question, box: Box) -> list[tuple[State, list[list[float]], str]] | None:
    """(state, line, street) of the ways in a view; None where the view is too wide for single ways."""
    west, south, east, north = box
    if north - south > WIDEST or east - west > WIDEST * 2.5:
        return None
    edges = engine.grid.edges_in(west, south, east, north)
    ask, known, checked = states(engine, question)
    edges = edges[ask[edges]]
    if len(edges) > LINES:
        return None
    graph = engine.graph
    return [
        (
            CHECKED if checked[edge] else KNOWN if known[edge] else UNKNOWN,
            np.round(graph.line(edge), 6).tolist(), graph.names[graph.edges["name"][edge]],
        )
        for edge in edges.tolist()
    ]  # fmt: skip
