# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a question on the spot is about, ready for a form: where it is in words, its line, and its name in addresses, which
leads to the same place also on a newer map."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.http import Http404
from django.utils.translation import gettext as _

from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.geodesy import bearing
from stadtherz.services.wayfinding.engine.graph import Graph, Ints
from stadtherz.services.wayfinding.engine.surveys.questions import Question, Spot, askable, edges_at, spot_at
from stadtherz.services.wayfinding.engine.surveys.surveyed import Seek
from stadtherz.services.wayfinding.engine.vocabulary import Kind, Side
from stadtherz.services.wayfinding.models import MissingFact, SurveyAnswer
from stadtherz.services.wayfinding.near_street import near_street
from stadtherz.services.wayfinding.queries.surveys import as_fact
from stadtherz.services.wayfinding.surveys.choices import ASKED, Asked


@dataclass(frozen=True, slots=True)
class Item:
    """A question at a spot, ready for a form."""

    token: str
    number: int
    asked: Asked
    question: Question
    place: str
    line: list[list[tuple[float, float]]]
    trips: int = 0
    uphill: tuple[str, str] | None = None

    @property
    def key(self) -> UUID:
        """A new key for each form that is shown."""
        return uuid4()


def token_of(question: str, way: int, side: int, junction: int) -> str:
    """A question at a spot as one word for addresses."""
    return f"{question}.{way}.{side}.{junction}"


def read_token(token: str) -> tuple[Question, Spot]:
    """The other way round. Raises ``Http404``."""
    try:
        question, way, side, junction = token.split(".")
        numbers = [int(way), int(side), int(junction)]
        if max(abs(number) for number in numbers) >= 2**63 or not 0 <= numbers[1] <= 2:
            raise Http404
        return Question(question), Spot(*numbers)
    except ValueError as error:
        raise Http404 from error


def _place(kind: Kind, name: str, side: int, bearing_of_way: float | None, *, barrier: bool = False) -> str:
    """Where a spot is, in words: "crossing, Hauptstraße, north side". ``barrier``: it is about a barrier on the way."""
    words = {
        Kind.CROSSING: _("crossing"), Kind.STEPS: _("stairs"), Kind.PAVEMENT: _("pavement"), Kind.FOOTWAY: _("footpath"),
        Kind.PATH: _("path"), Kind.TRACK: _("track"), Kind.CYCLEWAY: _("cycleway"), Kind.LIFT: _("lift"),
        Kind.CORRIDOR: _("corridor"), Kind.PLATFORM: _("platform"), Kind.ESCALATOR: _("escalator"),
        Kind.SQUARE: _("square"),
    }  # fmt: skip
    parts = [*([_("barrier")] if barrier else []), words.get(kind, _("street"))]
    if name:
        parts.append(name)
    if side and bearing_of_way is not None:
        across = bearing_of_way + (90 if side == Side.RIGHT else -90)
        compass = (_("north side"), _("east side"), _("south side"), _("west side"))
        parts.append(compass[round(across % 360 / 90) % 4])
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _towards(degrees: float) -> str:
    names = (
        _("to the north"), _("to the north-east"), _("to the east"), _("to the south-east"), _("to the south"),
        _("to the south-west"), _("to the west"), _("to the north-west"),
    )  # fmt: skip
    return names[round(degrees % 360 / 45) % 8]


def _middle(line: list[tuple[float, float]]) -> tuple[float, float]:
    return line[len(line) // 2]


def item_at(engine: Engine, question: Question, spot: Spot, edges: Ints, *, number: int = 1, trips: int = 0) -> Item:
    graph = engine.graph
    lines = [[(float(x), float(y)) for x, y in graph.line(edge)] for edge in edges[:100].tolist()]
    (x1, y1), (x2, y2) = lines[0][0], lines[-1][-1]
    along = float(bearing(x1, y1, x2, y2)) if (x1, y1) != (x2, y2) else None
    middle = int(edges[len(edges) // 2])
    name = graph.names[graph.edges["name"][middle]] or near_street(engine, *_middle(lines[len(lines) // 2]))
    kind, uphill = Kind(graph.edges["kind"][middle]), None
    barrier = question is Question.TURNING and kind is not Kind.LIFT
    if question is Question.INCLINE and along is not None:
        uphill = (_towards(along), _towards(along + 180))
    return Item(
        token=token_of(question, spot.way, spot.side, spot.junction), number=number, asked=ASKED[question],
        question=question, place=_place(kind, name, spot.side, along, barrier=barrier), line=lines, trips=trips,
        uphill=uphill,
    )  # fmt: skip


def items_of(rows: list[MissingFact]) -> list[Item]:
    """The questions that the present map still has."""
    engine = graphs.town().engine
    ask = askable(engine.model)
    found: list[Item] = []
    for row in rows:
        question, spot = Question(row.question), Spot(row.way, row.side, row.junction)
        edges = edges_at(engine.graph, spot)
        edges = edges[ask[question][edges]]
        if len(edges):
            found.append(item_at(engine, question, spot, edges, number=len(found) + 1, trips=row.trips))
    return found


def one_of(token: str) -> Item:
    """The question at its spot. Raises ``Http404``."""
    question, spot = read_token(token)
    engine = engine_here()
    edges = edges_at(engine.graph, spot)
    edges = edges[askable(engine.model)[question][edges]]
    if not len(edges):
        raise Http404
    return item_at(engine, question, spot, edges)


def engine_here() -> Engine:
    try:
        return graphs.town().engine
    except graphs.NoGraph as error:
        raise Http404 from error


def where_now(token: str) -> str:
    """The question at the same place on a newer map, for links to photos of ways that have another number now. Raises
    ``Http404``."""
    asked, spot = read_token(token)
    given = SurveyAnswer.objects.filter(
        question=asked.value, way=spot.way, side=spot.side, junction=spot.junction
    ).last()  # fmt: skip
    if given is None:
        raise Http404
    engine = engine_here()
    edges = Seek(engine.graph, askable(engine.model), engine.grid).edges(as_fact(given))
    if not len(edges):
        raise Http404
    return token_at(engine.graph, asked, int(edges[0]))


def token_at(graph: Graph, question: Question, edge: int) -> str:
    """The question about an edge of the map."""
    spot = spot_at(graph, edge)
    return token_of(question, spot.way, spot.side, spot.junction)
