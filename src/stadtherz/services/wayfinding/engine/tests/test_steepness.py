# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long it goes uphill without a rest: within an edge, over several in a row, and against every way there is."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..costs import CostModel
from ..engine import Engine, NoRouteError, PointNotFoundError
from ..graph import ATTRIBUTES, COLUMNS, NO_INCLINE, ROW, Graph
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..profiles import Limit
from ..steepness import WINDOW, Steepness
from ..telling.describing import Describer
from ..telling.directions import instructions
from ..telling.phrases import table
from ..vocabulary import Kind, Provenance
from .hills import TODAY, Heights, climbs, longest_climb, raised
from .places import assert_whole, places
from .town import Draft, at

FOOT = PRESETS["foot"].profile


def ramp(first: float, last: float, slope: float) -> Heights:
    """Level, but for a slope between two places east."""
    return lambda east, north: 100 + slope * (np.clip(east, first, last) - first) + 0 * north


def edge_named(graph: Graph, name: str) -> int:
    return int(np.flatnonzero(graph.edges["name"] == graph.names.index(name))[0])


@pytest.mark.parametrize(("metres", "slope"), [(50, 0.08), (90, 0.08), (60, 0.10), (200, 0.07)])
def test_a_long_street_with_a_short_steep_piece(tmp_path: Path, metres: int, slope: float) -> None:
    """Counted is the piece and not the street: never less than it is, and at most 20 m more."""
    town = Draft()
    town.way((0, 0), (400, 0), highway="residential", name="Lange Straße", sidewalk="no")
    graph = raised(town, tmp_path, ramp(100, 100 + metres, slope))
    model = CostModel(graph)
    run = model.steepness.run(60) / 10
    assert metres - 5 <= run[0] <= metres + 20
    assert run[1] == 0
    assert run[0] == max(run)
    for limit, broken in ((metres + 20, 0), (metres - 6, Limit.STEEP_LENGTH)):
        costs = model.costs(FOOT.adjusted(steep_permille=60, steep_metres=limit))
        assert costs.broken.tolist() == [broken, 0]


def test_pieces_of_several_ways_in_a_row_are_one_stretch(tmp_path: Path) -> None:
    """A level street that leads off is no rest for who goes on, and a level piece on the way is one."""
    town = Draft()
    for number in range(4):
        slope = "1%" if number == 2 else "7%"
        begin = number * 40
        town.way(
            (begin, 0), (begin + 40, 0), highway="residential", name=f"Teil {number}", incline=slope, sidewalk="no"
        )
        town.way((begin, 0), (begin, 80), highway="residential", name=f"Quer {number}", incline="0", sidewalk="no")
    graph = import_map(town.write(tmp_path / "hill.osm.pbf"))[0]
    model = CostModel(graph)
    run = model.steepness.run(60)
    arcs = [2 * edge_named(graph, f"Teil {number}") for number in range(4)]
    assert (run[arcs] / 10).tolist() == pytest.approx([80, 80, 0, 40], abs=0.3)
    assert not run[np.array(arcs) + 1].any()
    profile = FOOT.adjusted(steep_permille=60, steep_metres=60)
    engine = Engine(graph)
    side = engine.grid.nearest(*at(40, 60), 5.0)
    below, above = (engine.grid.nearest(*at(east, 1), 5.0) for east in (0, 80))
    assert below
    assert above
    assert side
    tight, wide = (engine.metric(profile.adjusted(steep_metres=metres)) for metres in (79, 81))
    with pytest.raises(NoRouteError):
        engine.leg(tight, 0, below, above)
    assert engine.leg(tight, 0, above, below)
    assert engine.leg(wide, 0, below, above)
    # who comes from the side joins the climb halfway, and who leaves there climbs half of it
    for start, end in ((side, above), (below, side)):
        assert_whole(engine, tight, engine.leg(tight, 0, start, end))


def test_over_a_hilltop_it_goes_up_both_ways(tmp_path: Path) -> None:
    """The steepest 20 m go down; the climb before them counts as well."""
    town = Draft()
    town.way((0, 0), (200, 0), highway="residential", name="Kuppe", sidewalk="no")
    graph = raised(town, tmp_path, lambda east, north: 100 + np.minimum(east * 0.08, (200 - east) * 0.12) + 0 * north)
    assert graph.edges["incline"][0] == pytest.approx(-120, abs=4)
    broken = CostModel(graph).costs(FOOT.adjusted(incline_up_permille=60)).broken
    assert broken.tolist() == [Limit.INCLINE_UP] * 2
    run = CostModel(graph).steepness.run(60) / 10
    assert run.tolist() == pytest.approx([120, 80], abs=12)


def test_what_somebody_measured_counts_for_the_whole_edge(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (200, 0), highway="residential", name="Gemessen", sidewalk="no")
    graph = raised(town, tmp_path, ramp(50, 100, 0.1))
    graph.save(tmp_path / "graph.npz")
    graph = Graph.load(tmp_path / "graph.npz")
    assert 50 < CostModel(graph).steepness.run(60)[0] / 10 < 80
    for slope, metres in ((70, 200), (20, 0)):
        graph.set_value(edge=0, attribute="incline", value=slope, provenance=Provenance.SURVEY, on=TODAY)
        assert CostModel(graph).steepness.run(60)[0] / 10 == pytest.approx(metres, abs=0.3)


def test_a_crossing_on_the_slope_is_no_place_to_rest(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (50, 0), highway="footway", name="Unten")
    town.way((50, 0), (60, 0), highway="footway", footway="crossing")
    town.way((60, 0), (110, 0), highway="footway", name="Oben")
    graph = raised(town, tmp_path, ramp(-100, 300, 0.07))
    crossing = graph.edges["kind"] == Kind.CROSSING
    assert (graph.edges["incline"][crossing] == NO_INCLINE).all()
    assert CostModel(graph).steepness.run(60).max() / 10 == pytest.approx(110, abs=1)


def drawn(edges: list[tuple[int, int, int, list[int]]]) -> Graph:
    """A graph of nothing but (start, end, length in dm, slopes of its pieces)."""
    count = len(edges)
    columns = {column.name: np.full(count, column.empty, dtype=column.dtype) for column in COLUMNS}
    columns["kind"][:] = Kind.FOOTWAY
    for name, place in (("start", 0), ("end", 1), ("length", 2)):
        columns[name][:] = [edge[place] for edge in edges]  # type: ignore[call-overload]
    provenance = np.zeros((len(ATTRIBUTES), count), dtype="u1")
    provenance[ROW["incline"]] = [Provenance.ELEVATION_MODEL if len(edge[3]) > 1 else Provenance.OSM for edge in edges]
    columns["incline"][:] = [max(edge[3], key=abs) for edge in edges]
    pieces = [edge[3] if len(edge[3]) > 1 else [] for edge in edges]
    return Graph(
        node_x=np.zeros(7), node_y=np.zeros(7), node_id=np.arange(7), edges=columns, provenance=provenance,
        point_start=np.zeros(count + 1, dtype="i4"), points=np.zeros((0, 2)), observed=np.zeros_like(provenance),
        names=[""], conditions=[""], places={}, slopes=np.array(list(chain(*pieces)), dtype="i2"),
        slope_start=np.concatenate(([0], np.cumsum([len(piece) for piece in pieces]))).astype("i4"),
    )  # fmt: skip


def ways(edges: list[tuple[int, int, int, list[int]]]) -> Iterator[list[int]]:
    """All ways that pass no node twice, as arcs; they may begin on the middle of an edge, and end so."""
    ends = [(edge[0], edge[1]) if arc % 2 == 0 else (edge[1], edge[0]) for edge in edges for arc in (0, 1)]

    def onward(arcs: list[int], seen: set[int]) -> Iterator[list[int]]:
        yield arcs
        for arc, (tail, head) in enumerate(ends):
            if tail == ends[arcs[-1]][1] and head not in seen:
                yield from onward([*arcs, arc], seen | {head})
            elif tail == ends[arcs[-1]][1] and arc not in arcs:
                yield [*arcs, arc]

    for arc, (_, head) in enumerate(ends):
        yield from onward([arc], {head})


a_slope = st.sampled_from([-100, -61, -40, 0, 40, 59, 61, 100])
an_edge = st.tuples(
    st.integers(0, 6), st.integers(0, 6), st.integers(10, 400),
    st.lists(a_slope, min_size=1, max_size=1) | st.lists(a_slope, min_size=WINDOW, max_size=9),
).filter(lambda edge: edge[0] != edge[1])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(an_edge, min_size=1, max_size=8))
def test_no_way_climbs_longer_than_its_arcs_say(edges: list[tuple[int, int, int, list[int]]]) -> None:
    """Against all ways one by one: the longest of them is what an arc says. Where inclines lead round in a circle it may
    say more."""
    run = Steepness(graph := drawn(edges), graph.edges["incline"]).run(60)
    longest = np.zeros(len(run))
    for arcs in ways(edges):
        here, since = 0.0, 0
        for place, arc in enumerate(arcs):
            for length, slope in climbs(edges[arc >> 1], arc & 1):
                here, since = (here + length, since if here else place) if slope > 60 else (0.0, place)
                over = arcs[since : place + 1] if here else []
                longest[over] = np.maximum(longest[over], here)
    assert (run >= longest - 1e-6).all()
    whole = [arc for arc in range(len(run)) if all(slope > 60 for _, slope in climbs(edges[arc >> 1], arc & 1))]
    if not goes_round([(edges[arc >> 1][arc & 1], edges[arc >> 1][1 - (arc & 1)]) for arc in whole]):
        assert (run < longest + 1).all()


def goes_round(arcs: list[tuple[int, int]]) -> bool:
    """Whether some arcs lead in a circle: takes away those that lead nowhere until none is left."""
    while True:
        tails = {tail for tail, _ in arcs}
        left = [arc for arc in arcs if arc[1] in tails]
        if len(left) == len(arcs):
            return bool(arcs)
        arcs = left


@settings(max_examples=40, deadline=None)
@given(permille=st.integers(0, 120), metres=st.integers(0, 150), more=st.integers(0, 60), seed=st.integers(0, 10_000))
def test_no_answer_climbs_too_long_and_loosening_never_costs(
    hilly: Engine, permille: int, metres: int, more: int, seed: int
) -> None:
    tight = replace(FOOT, key="tight").adjusted(steep_permille=permille, steep_metres=metres)
    metric = hilly.metric(tight)
    try:
        snaps = hilly.snap(metric, places(hilly, 2, seed))
        leg = hilly.leg(metric, 0, *snaps)
    except (NoRouteError, PointNotFoundError):
        return
    assert_whole(hilly, metric, leg)
    assert longest_climb(hilly, leg, permille) <= metres + 0.01
    for looser in (tight.adjusted(steep_metres=metres + more), tight.adjusted(steep_permille=permille + more)):
        assert hilly.leg(hilly.metric(looser), 0, *snaps).weight <= leg.weight


def test_heights_and_minutes_are_those_of_the_ground(tmp_path: Path) -> None:
    """A street of 400 m that climbs 4 m on 50 m of it climbs 4 m, and takes hardly longer; over a hilltop it goes up and down."""
    town = Draft()
    town.way((0, 0), (400, 0), highway="residential", name="Lange Straße", sidewalk="no")
    town.way((400, 0), (400, 100), highway="residential", name="Eben", sidewalk="no")
    graph = raised(town, tmp_path, ramp(100, 150, 0.08))
    engine = Engine(graph)
    profile = PRESETS["wheelchair-pushed"].profile
    metric = engine.metric(profile)
    there, back = (Describer(engine).route(metric, engine.legs(metric, way)) for way in (
        [at(0, 0), at(400, 100)], [at(400, 100), at(0, 0)],
    ))  # fmt: skip
    assert (there.totals.ascent, there.totals.descent) == pytest.approx((4, 0), abs=0.3)
    assert (back.totals.ascent, back.totals.descent) == pytest.approx((0, 4), abs=0.3)
    assert (there.slopes * there.metres).sum() / 1000 == pytest.approx(4, abs=0.3)
    assert there.totals.steepest_up == pytest.approx(80, abs=3)
    level = 500 / (profile.pace.level_kmh / 3.6)
    steep = 50 / (profile.pace.level_kmh / 3.6) * np.exp(profile.pace.up * 0.08)
    assert there.totals.seconds == pytest.approx(level * 0.9 + steep, rel=0.02)
    hill = raised(
        town, tmp_path, lambda east, north: 100 + 0.08 * np.minimum(east, np.maximum(400 - east, 0)) + 0 * north
    )
    engine = Engine(hill)
    metric = engine.metric(FOOT)
    over = Describer(engine).route(metric, engine.legs(metric, [at(0, 0), at(400, 0)]))
    assert (over.totals.ascent, over.totals.descent) == pytest.approx((16, 16), abs=0.5)
    assert (over.totals.steepest_up, over.totals.steepest_down) == pytest.approx((80, 80), abs=3)
    told = instructions(over, table("de"))[0][0]
    assert "Es geht bis zu 8 % bergauf." in told
    assert "Es geht bis zu 8 % bergab." in told
