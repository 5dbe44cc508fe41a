# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a map file to the graph: pavements, crossings, kerbs, steps, lifts, and files that cannot be used."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from .. import geodesy
from ..graph import KERB_UNKNOWN, NO_INCLINE, ROW, Graph, GraphError
from ..importing.assembling import import_map
from ..importing.mapfile import MapFileError
from ..importing.numbering import numbered_by_place
from ..importing.values import Report
from ..vocabulary import Access, Barrier, Crossing, Flag, Kind, Provenance, Side, Surface, Tri
from .town import Draft, draft_town


def edges_of(graph: Graph, name: str, kind: Kind | None = None) -> list[int]:
    number = graph.names.index(name)
    found = graph.edges["name"] == number
    if kind:
        found &= graph.edges["kind"] == kind
    return np.flatnonzero(found).tolist()


def test_a_street_with_pavements_has_a_left_and_a_right_one(graph: Graph) -> None:
    pavements = edges_of(graph, "Querstraße 1", Kind.PAVEMENT)
    # five stretches and two more where the gravel way joins the street
    sides = graph.edges["side"][pavements]
    assert (sides == Side.LEFT).sum() == (sides == Side.RIGHT).sum() == 5
    assert set(graph.edges["surface"][pavements]) == {Surface.PAVING_STONES}
    assert not edges_of(graph, "Querstraße 1", Kind.QUIET_STREET)


def test_neighbours_on_the_ground_are_neighbours_in_memory(graph: Graph) -> None:
    shuffled = np.random.default_rng(1).permutation(graph.edge_count)
    lines = [graph.line(edge) for edge in shuffled]
    other = replace(
        graph, edges={name: values[shuffled] for name, values in graph.edges.items()}, points=np.concatenate(lines),
        point_start=np.cumsum([0, *map(len, lines)]), provenance=graph.provenance[:, shuffled],
        observed=graph.observed[:, shuffled],
    )  # fmt: skip
    sorted_ = numbered_by_place(other)
    assert sorted_.points.sum() == pytest.approx(graph.points.sum())
    x, y = graph.node_x[sorted_.edges["start"]], graph.node_y[sorted_.edges["start"]]
    assert (sorted_.points[sorted_.point_start[:-1]] == np.stack((x, y), axis=1)).all()

    def steps(of: Graph) -> float:
        return float(np.median(np.hypot(np.diff(of.node_x[of.edges["start"]]), np.diff(of.node_y[of.edges["start"]]))))

    assert steps(graph) == pytest.approx(steps(sorted_), rel=0.5)
    assert steps(sorted_) < steps(other) / 2


def test_pavements_keep_the_length_of_their_street_and_lie_beside_it(graph: Graph) -> None:
    edge = edges_of(graph, "Querstraße 0", Kind.PAVEMENT)[0]
    assert graph.edges["length"][edge] == pytest.approx(1000, abs=2)
    line = graph.line(edge)
    middle = float(np.mean(line[:, 1]))
    beside = abs(middle - 49.44) * geodesy.METRES_PER_DEGREE
    assert 2 < beside < 8


def test_changing_the_side_of_a_street_is_a_crossing(graph: Graph) -> None:
    drawn = (graph.edges["kind"] == Kind.CROSSING) & (graph.edges["flags"] & np.uint32(Flag.DRAWN) > 0)
    assert drawn.any()
    assert set(graph.edges["crossing"][drawn]) == {Crossing.UNMARKED}
    busy = drawn & (graph.edges["flags"] & np.uint32(Flag.BUSY_ROAD) > 0)
    assert set(graph.edges["kerb_up"][busy & (graph.edges["crossing"] == Crossing.UNMARKED)]) == {KERB_UNKNOWN}


def test_a_pavement_on_one_side_only(graph: Graph) -> None:
    pavements = edges_of(graph, "Längsweg 5", Kind.PAVEMENT)
    assert set(graph.edges["side"][pavements]) == {Side.RIGHT}
    assert set(graph.edges["incline"][pavements]) == {90}
    assert set(graph.edges["surface"][pavements]) == {Surface.SETT}


def test_kerbs_are_climbed_leaving_the_crossing_and_descended_entering_it(graph: Graph) -> None:
    crossing = [e for e in np.flatnonzero(graph.edges["kind"] == Kind.CROSSING)
                if not graph.edges["flags"][e] & Flag.DRAWN]  # fmt: skip
    assert len(crossing) == 2
    # both halves meet in the middle of the street, not on a pavement, and are the only crossing there
    if graph.edges["end"][crossing[0]] != graph.edges["start"][crossing[1]]:
        crossing.reverse()
    middle = graph.edges["end"][crossing[0]]
    assert middle == graph.edges["start"][crossing[1]]
    assert np.count_nonzero((graph.edges["start"] == middle) | (graph.edges["end"] == middle)) == 2
    north, south = crossing  # drawn from the northern kerb over the middle to the southern one
    assert (graph.edges["kerb_down"][north], graph.edges["kerb_up"][south]) == (30, 120)
    row = ROW["kerb_up"]
    assert graph.provenance[row, south] == Provenance.OSM
    assert graph.provenance[row, north] == Provenance.NONE
    assert set(graph.edges["sound"][crossing]) == {Tri.YES}
    assert set(graph.edges["crossing"][crossing]) == {Crossing.SIGNALS}


def test_messy_values(graph: Graph) -> None:
    assert set(graph.edges["width"]) == {0, 80, 150, 200}
    assert {-20, 50, 90, 0} <= set(graph.edges["incline"].tolist())
    assert graph.edges["incline"][edges_of(graph, "Längsweg 0")[0]] == NO_INCLINE
    assert 1 in graph.edges["direction"][edges_of(graph, "Längsweg 0")]


def test_steps_lift_stile_private_way(graph: Graph) -> None:
    steps = np.flatnonzero(graph.edges["kind"] == Kind.STEPS)
    assert sorted(graph.edges["steps"][steps].tolist()) == [0, 6]
    assert np.count_nonzero(graph.edges["kind"] == Kind.LIFT) == 1
    gallery = edges_of(graph, "Galerie")[0]
    lift = int(np.flatnonzero(graph.edges["kind"] == Kind.LIFT)[0])
    assert graph.edges["level"][gallery] == 10
    assert {graph.edges["start"][lift], graph.edges["end"][lift]} & {graph.edges["start"][gallery]}
    assert np.count_nonzero(graph.edges["barrier"] == Barrier.STILE) == 1
    assert np.count_nonzero(graph.edges["access"] == Access.PRIVATE) == 1
    assert np.count_nonzero(graph.edges["flags"] & np.uint32(Flag.BENCH)) == 1


def test_dates_and_provenance(graph: Graph) -> None:
    edge = edges_of(graph, "Galerie")[0]
    assert graph.observed[ROW["surface"], edge] == 8887  # 1 May 2024
    assert graph.provenance[ROW["surface"], edge] == Provenance.OSM
    assert graph.provenance[ROW["incline"], edge] == Provenance.NONE


def test_saved_and_loaded(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "graph.npz"
    graph.save(path)
    again = Graph.load(path)
    assert again.names == graph.names
    assert all(np.array_equal(again.edges[name], graph.edges[name]) for name in graph.edges)
    assert np.array_equal(again.provenance, graph.provenance)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(GraphError):
        Graph.load(path)


def test_every_line_joins_its_nodes(graph: Graph) -> None:
    first, last = graph.point_start[:-1], graph.point_start[1:] - 1
    for at, end in ((first, "start"), (last, "end")):
        assert np.allclose(graph.points[at, 0], graph.node_x[graph.edges[end]])
        assert np.allclose(graph.points[at, 1], graph.node_y[graph.edges[end]])


def test_a_separately_mapped_pavement_is_not_doubled(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="residential", sidewalk="separate")
    town.way((0, 5), (100, 5), highway="footway", footway="sidewalk")
    town.way((0, 0), (0, 5), highway="footway")
    graph, _ = import_map(town.write(tmp_path / "separate.osm.pbf"))
    assert np.count_nonzero(graph.edges["kind"] == Kind.PAVEMENT) == 1
    street = graph.edges["kind"] == Kind.QUIET_STREET
    assert (graph.edges["flags"][street] & Flag.SEPARATE_PAVEMENT).all()


def test_walking_around_a_corner_needs_no_crossing(tmp_path: Path) -> None:
    """At a junction of four arms with pavements there are four corners, four crossings and eight pavements."""
    town = Draft()
    town.way((-100, 0), (0, 0), (100, 0), highway="residential", sidewalk="both", name="Ost")
    town.way((0, -100), (0, 0), (0, 100), highway="residential", sidewalk="both", name="Nord")
    graph, _ = import_map(town.write(tmp_path / "cross.osm.pbf"))
    assert graph.edge_count == 8 + 4
    centre = graph.node_id == graph.node_id[np.bincount(graph.node_id).argmax() == graph.node_id][0]
    corners = np.flatnonzero(centre)
    assert len(corners) == 4
    for corner in corners:
        here = (graph.edges["start"] == corner) | (graph.edges["end"] == corner)
        names = {graph.names[n] for n in graph.edges["name"][here & (graph.edges["kind"] == Kind.PAVEMENT)]}
        assert names == {"Ost", "Nord"}


@pytest.mark.parametrize("damage", ["half", "empty", "text", "missing"])
def test_files_that_cannot_be_used(damage: str, town_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.osm.pbf"
    content = town_file.read_bytes()
    if damage != "missing":
        path.write_bytes({"half": content[: len(content) // 2], "empty": b"", "text": b"not a map"}[damage])
    with pytest.raises(MapFileError, match=r"bad\.osm\.pbf"):
        import_map(path)


def test_a_file_without_ways(tmp_path: Path) -> None:
    town = Draft()
    town.node(0, 0, amenity="bench")
    with pytest.raises(MapFileError, match="no way"):
        import_map(town.write(tmp_path / "empty.osm.pbf"))


def test_negative_ids(tmp_path: Path, graph: Graph) -> None:
    again, _ = import_map(draft_town().write(tmp_path / "negative.osm.pbf", sign=-1))
    assert again.edge_count == graph.edge_count


def test_the_report_names_what_was_not_understood(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway", surface="lava", width="narrow", incline="5-8%")
    _, report = import_map(town.write(tmp_path / "odd.osm.pbf"))
    assert isinstance(report, Report)
    assert {(row["what"], row["key"]) for row in report.rows()} == {
        ("not understood", "surface"), ("not understood", "width"), ("range read as its worse end", "incline"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["kaiserslautern", "oslo"])
def test_real_extracts(name: str, request: pytest.FixtureRequest) -> None:
    graph = request.getfixturevalue(name).graph
    assert graph.edge_count > 5000
    assert (graph.edges["length"] > 0).all()
    if name == "oslo":
        assert np.count_nonzero(graph.edges["kerb_up"] == 30) > 100


def test_a_station_has_its_storeys(tmp_path: Path) -> None:
    station = Draft()
    station.node(40, 60, highway="elevator", level="-1--3")
    for level, end in (("-1", 60), ("-3--2", 80), ("0;1", 100), ("inf", 120)):
        station.way((40, 60), (end, 60), highway="footway", level=level)
    station.way((60, 60), (60, 90), indoor="corridor", level="-1")
    graph, _ = import_map(station.write(tmp_path / "station.osm.pbf"))
    walked = graph.edges["kind"] != Kind.LIFT
    assert sorted(graph.edges["level"][walked].tolist()) == [-30, -10, -10, 0, 0]
    assert (graph.edges["kind"] == Kind.CORRIDOR).sum() == 1
    assert (graph.edges["kind"] == Kind.LIFT).any()


@pytest.mark.parametrize(
    ("kerb", "node", "found"),
    [
        ({"kerb": "raised", "height": "0.12"}, {}, 120), ({"kerb": "lowered"}, {}, 30), ({"kerb": "flush"}, {}, 0), ({}, {}, KERB_UNKNOWN),
        # what stands at the node itself is nearer to the truth
        ({"kerb": "raised"}, {"kerb": "lowered"}, 30), ({"kerb": "raised"}, {"tactile_paving": "yes"}, 120),
    ],
)  # fmt: skip
def test_a_kerb_that_is_drawn_as_a_line_is_met_where_one_crosses_it(
    tmp_path: Path, kerb: dict[str, str], node: dict[str, str], found: int
) -> None:
    town = Draft()
    town.node(50, 0, **node)
    town.way((50, -20), (50, 0), (50, 20), barrier="kerb", **kerb)
    town.way((0, 0), (50, 0), (100, 0), highway="footway", name="Weg")
    town.way((0, -30), (0, 0), highway="footway")
    graph = import_map(town.write(tmp_path / "kerb.osm.pbf"))[0]
    assert graph.edge_count == 3  # the kerb itself is no way
    heights = sorted(graph.edges["kerb_up"].tolist(), key=abs)
    assert heights[-1] == found
    assert heights[:2] == [0, 0]
