# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Straight across squares: what counts as one, where one comes onto it, what stands in the way, and how it is told."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from ..costs import CostModel
from ..engine import Engine
from ..graph import Graph
from ..importing.assembling import import_map
from ..importing.sightlines import DETOUR, DETOUR_M, FAR, FAR_M, MOST_ENTRIES
from ..importing.values import Report
from ..presets import PRESETS
from ..surveys.questions import Question, askable
from ..telling.describing import Describer
from ..telling.directions import instructions
from ..telling.phrases import table
from ..telling.route import Route
from ..vocabulary import Flag, Kind
from .town import SOUTH, WEST, Draft, at

Place = tuple[float, float]
SQUARE: tuple[Place, ...] = ((0, 0), (50, 0), (100, 0), (100, 80), (50, 80), (0, 80), (0, 0))
PAVED = {"highway": "pedestrian", "area": "yes", "surface": "paving_stones", "smoothness": "good", "lit": "yes"}


def square(ring: Sequence[Place] = SQUARE, **tags: str) -> Draft:
    """A square of 100 m by 80 m, with a street at the west end of its south side and one in the middle of its north side."""
    draft = Draft()
    draft.way(*ring, **{**PAVED, "name": "Rathausplatz", **tags})
    draft.way((0, 0), (0, -60), highway="footway", name="Südweg", surface="asphalt", incline="0")
    draft.way((100, 80), (100, 140), highway="footway", name="Nordweg", surface="asphalt", incline="0")
    return draft


def imported(
    draft: Draft, path: Path, outer: Sequence[int] = (), inner: Sequence[int] = (), **tags: str
) -> tuple[Graph, Report]:
    """With a relation of these ways, if any."""
    file = draft.write(path / "there.osm.pbf")
    if outer:
        whole = path / "whole.osm.pbf"
        with osmium.SimpleWriter(str(whole), overwrite=True) as writer:
            for item in osmium.FileProcessor(str(file)):
                writer.add(item)
            members = [("w", way, "outer") for way in outer] + [("w", way, "inner") for way in inner]
            writer.add_relation(
                osmium.osm.mutable.Relation(id=9, members=members, tags={"type": "multipolygon", **PAVED, **tags})
            )
        file = whole
    return import_map(file)


def lines(graph: Graph) -> list[tuple[Place, Place]]:
    """Both ends of all lines across areas, in metres."""
    found = []
    for edge in np.flatnonzero(graph.edges["flags"] & np.uint32(Flag.ACROSS)).tolist():
        (ax, ay), (bx, by) = [
            ((x - WEST) * 111_194.93 * math.cos(math.radians(SOUTH)), (y - SOUTH) * 111_194.93)
            for x, y in graph.line(edge)
        ]
        found.append(((round(ax, 1), round(ay, 1)), (round(bx, 1), round(by, 1))))
    return found


def way(graph: Graph, key: str, start: Place = (0, -50), goal: Place = (100, 130)) -> Route:
    engine = Engine(graph)
    metric = engine.metric(PRESETS[key].profile)
    return Describer(engine).route(metric, engine.legs(metric, [at(*start), at(*goal)]))


def crossed(graph: Graph, route: Route) -> float:
    """Metres straight across."""
    across = graph.edges["flags"][route.arcs >> 1] & np.uint32(Flag.ACROSS) > 0
    return float(route.metres[across].sum())


def test_wheels_cross_and_who_cannot_see_follows_the_rim(tmp_path: Path) -> None:
    graph, report = imported(square(), tmp_path)
    assert not report.dropped
    wheels = way(graph, "wheelchair-manual")
    assert wheels.totals.metres == pytest.approx(50 + math.hypot(100, 80) + 50, abs=1)
    assert crossed(graph, wheels) == pytest.approx(math.hypot(100, 80), abs=1)
    assert [texts[1] for texts in (instructions(wheels, table(language))[0] for language in ("de", "en", "de-easy"))] == [
        "Bieg rechts ab und geh über den Rathausplatz, 130 m.", "Turn right and go across Rathausplatz, 130 m.",
        "Geh nach rechts. Du bist auf dem Rathausplatz. Geh 130 Meter.",
    ]  # fmt: skip
    blind = way(graph, "blind")
    assert crossed(graph, blind) == 0
    assert blind.totals.metres == pytest.approx(280, abs=2)
    assert " am Rand des Platzes „Rathausplatz“ entlang, " in instructions(blind, table("de"))[0][1]
    guided, _ = imported(square(tactile_paving="yes"), tmp_path)
    assert crossed(guided, way(guided, "blind")) == pytest.approx(math.hypot(100, 80), abs=1)


def test_a_line_is_like_its_square(tmp_path: Path) -> None:
    """It has its facts, a storey and a place for answers; openrouteservice's profile does not know it."""
    graph, _ = imported(square(level="1", incline="up", image="https://example.org/a.jpg"), tmp_path)
    across = np.flatnonzero(graph.edges["flags"] & np.uint32(Flag.ACROSS))
    rim = np.flatnonzero((graph.edges["way"] == 1) & (graph.edges["flags"] & np.uint32(Flag.ACROSS) == 0))
    assert len(across)
    assert len(rim)
    for name in ("surface", "smoothness", "lit", "level", "way", "name"):
        assert set(graph.edges[name][across].tolist()) == set(graph.edges[name][rim].tolist())
    assert (graph.edges["direction"][across] == 0).all()
    assert (graph.edges["kind"][across] == Kind.SQUARE).all()
    assert (graph.edges["ors_speed"][across] == 0).all()
    ask = askable(CostModel(graph))
    assert ask[Question.SURFACE][across].all()
    assert not ask[Question.INCLINE][across].any()


def test_from_the_middle_of_the_square(tmp_path: Path) -> None:
    """Who stands on the square is taken to the next line, and only what is left of it is counted."""
    graph, _ = imported(square(), tmp_path)
    route = way(graph, "foot", start=(52, 40), goal=(100, 130))
    assert route.totals.metres == pytest.approx(math.hypot(50, 40) + 50, abs=2)
    assert instructions(route, table("de"))[0][0] == "Geh nach Nordosten über den Rathausplatz, 60 m."


def test_to_a_place_at_the_other_side_where_no_way_begins(tmp_path: Path) -> None:
    draft = square()
    draft.ways.pop()
    graph, _ = imported(draft, tmp_path)
    assert way(graph, "foot", goal=(100, 79)).totals.metres < 50 + math.hypot(100, 80) + 3


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Rathausplatz", "und geh über den Rathausplatz,"), ("St.-Martins-Platz", "und geh über den St.-Martins-Platz,"),
        ("Platz der Einheit", "und geh über den Platz der Einheit,"), ("Alter Markt", "und geh über den Platz „Alter Markt“,"),
        ("Untere Gasse", "in die Untere Gasse,"), ("", "und geh über den Platz,"),
    ],
)  # fmt: skip
def test_names_of_squares(tmp_path: Path, name: str, told: str) -> None:
    graph, _ = imported(square(name=name), tmp_path)
    assert told in instructions(way(graph, "foot"), table("de"))[0][1]


def test_along_the_rim_and_across_is_one_step(tmp_path: Path) -> None:
    """Where nothing turns, nobody is told twice to go on over the same square."""
    draft = square(((0, 0), (60, 0), (100, 0), (100, 8), (100, 80), (0, 80), (0, 0)))
    draft.way((60, 0), (60, -20), highway="footway")
    draft.way((100, 8), (160, 8), highway="footway")
    graph, _ = imported(draft, tmp_path)
    route = way(graph, "foot", start=(0, -50), goal=(150, 8))
    assert crossed(graph, route) == pytest.approx(41, abs=1)
    told = [text for text in instructions(route, table("de"))[0] if "Rathausplatz" in text]
    assert told == ["Bieg rechts ab und geh am Rand des Platzes „Rathausplatz“ entlang, 100 m."]


def test_straight_to_the_middle_of_a_long_edge_where_the_map_has_no_node(tmp_path: Path) -> None:
    """To who lives or waits there; what got no line is taken off the outline again."""
    draft = square(((0, 0), (240, 0), (240, 80), (100, 80), (0, 80), (0, 0)))
    graph, _ = imported(draft, tmp_path)
    there = way(graph, "foot", (100, 130), (160, -1))
    assert there.totals.metres < 50 + math.hypot(60, 80) * FAR + FAR_M
    rim = np.flatnonzero((graph.edges["way"] == 1) & (graph.edges["flags"] & np.uint32(Flag.ACROSS) == 0))
    assert sum(len(graph.line(edge)) - 1 for edge in rim.tolist()) < 14
    assert (graph.node_id[graph.edges["start"][rim]] < 0).any()
    assert lines(graph) == lines(imported(draft, tmp_path)[0])


def test_the_hours_of_a_market_do_not_close_its_square(tmp_path: Path) -> None:
    graph, _ = imported(square(amenity="marketplace", opening_hours="Tu,Sa 07:00-13:30"), tmp_path)
    assert graph.conditions == [""]


def test_round_what_stands_on_it(tmp_path: Path) -> None:
    """A fountain as a ring of the relation, a house, a wall and a bed: no line leads through any of them."""
    draft = square()
    draft.ways[0] = (draft.ways[0][0], {})  # the ring has no tags of its own
    fountain, house = [(40, 30), (60, 30), (60, 50), (40, 50)], [(15, 15), (30, 15), (30, 25), (15, 25)]
    hole = draft.way(*fountain, fountain[0])
    draft.way(*house, house[0], building="kiosk")
    draft.way((70, 70), (95, 65), barrier="wall")
    draft.way((65, 0), (65, 20), (75, 20), (75, 0), (65, 0), landuse="grass")
    graph, _ = imported(draft, tmp_path, [1], [hole], name="Rathausplatz")
    solid = [shapely.Polygon(ring).buffer(-0.3) for ring in (fountain, house, [(65, 0), (65, 20), (75, 20), (75, 0)])]
    found = [shapely.LineString(ends) for ends in lines(graph)]
    assert found
    assert not [
        line
        for line in found
        if any(line.intersects(block) for block in (*solid, shapely.LineString([(71, 69.8), (94, 65.2)])))
    ]
    assert way(graph, "foot").totals.metres < 50 + 136 + 50


def test_no_line_crosses_a_carriageway_or_passes_beside_stairs(tmp_path: Path) -> None:
    draft = square()
    draft.way((50, -20), (50, 0), (50, 80), (50, 110), highway="residential", name="Querstraße")
    graph, _ = imported(draft, tmp_path)
    assert [
        ends for ends in lines(graph) if {x < 49 for x, _ in ends} == {x > 51 for x, _ in ends} == {True, False}
    ] == []
    draft = square(((0, 0), (50, 0), (100, 0), (100, 10), (100, 80), (50, 80), (0, 80), (0, 0)))
    draft.way((20, 8), (60, 8), highway="steps", step_count="5")
    graph, _ = imported(draft, tmp_path)
    bar = shapely.LineString([(40, 3), (40, 13)])
    assert not [ends for ends in lines(graph) if shapely.LineString(ends).intersects(bar)]


def test_not_through_what_a_path_leads_around_nor_over_platforms(tmp_path: Path) -> None:
    """A fountain that the map knows only by the path around it; a platform for buses, which is higher than its square."""
    draft = square()
    around = [(50 + 15 * math.cos(n * math.pi / 4), 40 + 15 * math.sin(n * math.pi / 4)) for n in range(8)]
    draft.way(*around, around[0], highway="footway")
    platform = [(10, 5), (20, 5), (20, 30), (10, 30)]
    draft.way(*platform, platform[0], public_transport="platform", area="yes")
    graph, _ = imported(draft, tmp_path)
    islands = [shapely.Polygon(ring).buffer(-0.6) for ring in (around, platform)]
    on_the_square = [ends for ends in lines(graph) if not {*ends} <= {*platform}]
    assert on_the_square
    assert not [
        ends for ends in on_the_square if any(island.intersects(shapely.LineString(ends)) for island in islands)
    ]


@pytest.mark.parametrize(
    "tags",
    [{"access": "private"}, {"area": "no"}, {"highway": "service"}, {"footway": "sidewalk", "highway": "footway"}],
)  # fmt: skip
def test_what_is_no_open_area(tmp_path: Path, tags: dict[str, str]) -> None:
    assert not lines(imported(square(**tags), tmp_path)[0])


def test_platforms_and_halls_are_crossed_as_such(tmp_path: Path) -> None:
    draft = square(highway="", railway="platform", area="", name="Bahnsteig 1", surface="")
    graph, _ = imported(draft, tmp_path)
    assert instructions(way(graph, "foot"), table("de"))[0][1] == "Bieg rechts ab auf den Bahnsteig 1, 130 m."
    across = graph.edges["flags"] & np.uint32(Flag.ACROSS) > 0
    assert set(graph.edges["kind"][across].tolist()) == {Kind.PLATFORM}


def test_outlines_that_are_broken(tmp_path: Path) -> None:
    """A ring that crosses itself is two areas, one that touches itself as well; one that leaves the extract is none; one that
    does not close is told. All are walked along as before."""
    crossing = square(((0, 0), (100, 80), (100, 0), (0, 80), (0, 0)))
    graph, _ = imported(crossing, tmp_path)
    assert way(graph, "foot").totals.metres > 0
    two = shapely.MultiPolygon(
        [shapely.Polygon([(0, 0), (50, 40), (0, 80)]), shapely.Polygon([(100, 0), (50, 40), (100, 80)])]
    )
    assert all(two.buffer(0.2).covers(shapely.LineString(ends)) for ends in lines(graph))
    touching = square(
        ((0, 0), (40, 0), (50, 40), (60, 0), (100, 0), (100, 80), (60, 80), (50, 40), (40, 80), (0, 80), (0, 0))
    )
    graph, _ = imported(touching, tmp_path)
    assert crossed(graph, way(graph, "foot")) == pytest.approx(math.hypot(100, 80), abs=1)
    draft = square()
    draft.ways[0] = (draft.ways[0][0][:-2], {})
    graph, report = imported(draft, tmp_path, [1])
    assert not lines(graph)
    assert report.dropped["open areas without closed outline"] == 1
    flat = square(((0, 0), (50, 0), (100, 0), (50, 0), (0, 0)))
    assert not lines(imported(flat, tmp_path)[0])


def test_a_square_that_is_cut_by_the_border_of_the_extract_is_walked_along_only(tmp_path: Path) -> None:
    whole, cut = square().write(tmp_path / "whole.osm.pbf"), tmp_path / "cut.osm.pbf"
    with osmium.SimpleWriter(str(cut)) as writer:
        for item in osmium.FileProcessor(str(whole)):
            if not (item.is_node() and item.id == 5):
                writer.add(item)
    graph, _ = import_map(cut)
    assert not lines(graph)
    assert graph.edge_count > 2


def test_two_squares_with_a_common_border(tmp_path: Path) -> None:
    """The ways that one draws of the border count for both: one gets from one to the other also between its ends."""
    border: list[Place] = [(100, y) for y in (0, 20, 40, 60, 80)]
    draft = Draft()
    draft.way((0, 0), *border, (0, 80), (0, 0), **PAVED)
    draft.way(*border, (200, 80), (200, 0), border[0], **PAVED)
    draft.way((0, 80), (-50, 80), highway="footway")
    draft.way((200, 0), (250, 0), highway="footway")
    graph, _ = imported(draft, tmp_path)
    assert way(graph, "foot", (-40, 80), (240, 0)).totals.metres == pytest.approx(80 + math.hypot(200, 80), abs=3)


def test_lines_have_the_same_ends_on_a_newer_map(tmp_path: Path) -> None:
    """Way and nodes name a line, whatever else the map has and in whichever order."""
    one, other = square(), square()
    other.way((900, 900), (950, 900), highway="footway")
    other.ways = [other.ways[0], *other.ways[:0:-1]]

    def named(graph: Graph) -> set[tuple[int, ...]]:
        across = graph.edges["flags"] & np.uint32(Flag.ACROSS) > 0
        start, end = (graph.node_id[graph.edges[name][across]] for name in ("start", "end"))
        return set(zip(graph.edges["way"][across].tolist(), start.tolist(), end.tolist(), strict=True))

    first = named(imported(one, tmp_path)[0])
    assert first
    assert first == named(imported(other, tmp_path)[0])


def round_square(arms: int) -> Draft:
    draft = Draft()
    ring = [(100 * math.cos(2 * math.pi * n / arms), 100 * math.sin(2 * math.pi * n / arms)) for n in range(arms)]
    draft.way(*ring, ring[0], **PAVED)
    for x, y in ring:
        draft.way((x, y), (x * 1.2, y * 1.2), highway="footway")
    return draft


def test_a_square_with_more_entries_than_anybody_needs(tmp_path: Path) -> None:
    graph, report = imported(round_square(300), tmp_path)
    [(reason, count)] = report.dropped.items()
    assert str(MOST_ENTRIES) in reason
    assert count == 300 - MOST_ENTRIES
    assert 0 < len(lines(graph)) < MOST_ENTRIES * 12
    assert way(graph, "foot", (-118, 0), (118, 0)).totals.metres < 245


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    radii=st.lists(st.integers(20, 120), min_size=4, max_size=12), chosen=st.sets(st.integers(0, 11), min_size=2),
    hole=st.booleans(),
)  # fmt: skip
def test_lines_stay_inside_and_no_way_is_noticeably_longer_than_the_shortest(
    tmp_path: Path, radii: list[int], chosen: set[int], hole: bool
) -> None:
    """Stars with any number of bays, with and without a fountain in their middle, against all that can be seen from all
    corners (with Dijkstra)."""
    draft, count = Draft(), len(radii)
    ring = [(r * math.cos(2 * math.pi * n / count), r * math.sin(2 * math.pi * n / count)) for n, r in enumerate(radii)]
    draft.way(*ring, ring[0])
    middle = [(8.0, 0.0), (0.0, 8.0), (-8.0, 0.0), (0.0, -8.0)] if hole else []
    if hole:
        draft.way(*middle, middle[0])
    entries = sorted(number for number in chosen if number < count)
    for number in entries:
        x, y = ring[number]
        draft.way((x, y), (x * 1.5, y * 1.5), highway="footway")
    graph, _ = imported(draft, tmp_path, [1], [2] if hole else [])
    ground = shapely.Polygon(ring, [middle] if hole else [])
    ends = lines(graph)
    if not ground.is_valid:
        return
    assert all(ground.buffer(0.3).covers(shapely.LineString(pair)) for pair in ends)
    points = np.array([*ring, *middle])
    seen = np.zeros((len(points), len(points)))
    for a in range(len(points)):
        for b in range(a):
            if ground.buffer(1e-6).covers(shapely.LineString((points[a], points[b]))):
                seen[a, b] = seen[b, a] = math.dist(points[a], points[b])
    best = dijkstra(seen)
    engine = Engine(graph)
    metric = engine.metric(replace(PRESETS["foot"].profile, comfort=0.0))
    for a in entries:
        for b in entries:
            if a < b:
                outside = [(points[n] * 1.25).tolist() for n in (a, b)]
                [leg] = engine.legs(metric, [at(*place) for place in outside])
                route = Describer(engine).route(metric, [leg])
                inside = route.totals.metres - 0.25 * (radii[a] + radii[b])
                assert inside <= best[a, b] * DETOUR + DETOUR_M + 2
