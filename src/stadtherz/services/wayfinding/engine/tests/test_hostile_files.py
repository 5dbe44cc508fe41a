# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files that are no extract, or one of something else: each is imported as far as it goes, or refused with words."""

import random
from collections.abc import Sequence
from pathlib import Path

import osmium
import pytest

from ..engine import Engine
from ..graph import Graph
from ..importing.assembling import import_map
from ..importing.mapfile import MapFileError
from ..importing.values import Report
from ..presets import PRESETS

FOOTWAY = {"highway": "footway"}
SQUARE = {"highway": "pedestrian", "area": "yes"}
PLACES = [(7.77 + number / 1000, 49.44) for number in range(4)]
Node, Way = osmium.osm.mutable.Node, osmium.osm.mutable.Way


def nodes(places: Sequence[tuple[float, float]]) -> list[Node]:
    return [Node(id=number, location=place, version=1) for number, place in enumerate(places, start=1)]


def read(folder: Path, items: Sequence[Node | Way]) -> tuple[Graph, Report]:
    path = folder / "odd.osm.pbf"
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for item in items:
            writer.add(item)
    return import_map(path)


def leads(graph: Graph, start: tuple[float, float], goal: tuple[float, float]) -> bool:
    engine = Engine(graph)
    return bool(engine.legs(engine.metric(PRESETS["foot"].profile), [start, goal]))


@pytest.mark.parametrize("refs", [[], [1], [1] * 2000, [91, 92]])
def test_ways_without_length_are_left_out(tmp_path: Path, refs: list[int]) -> None:
    graph, report = read(
        tmp_path, [*nodes(PLACES), Way(id=1, nodes=refs, tags=FOOTWAY), Way(id=2, nodes=[1, 2], tags=FOOTWAY)]
    )
    assert graph.edge_count == 1
    assert report.dropped["ways with fewer than two points"] == 1


def test_a_way_that_goes_to_and_fro_and_one_on_a_single_spot(tmp_path: Path) -> None:
    graph, _ = read(tmp_path, [*nodes(PLACES), Way(id=1, nodes=[1, 2, 1, 2, 1, 2, 3], tags=FOOTWAY)])
    assert leads(graph, PLACES[0], PLACES[2])
    graph, _ = read(tmp_path, [*nodes([PLACES[0]] * 3), Way(id=1, nodes=[1, 2, 3], tags=FOOTWAY)])
    assert graph.edges["length"].tolist() == [1]


def test_ways_before_their_points_are_refused_with_what_to_do(tmp_path: Path) -> None:
    way = Way(id=1, nodes=[1, 2], tags=FOOTWAY)
    with pytest.raises(MapFileError, match="Sort it"):
        read(tmp_path, [way, *nodes(PLACES)])
    # also where some are in order
    with pytest.raises(MapFileError, match="Sort it"):
        read(
            tmp_path,
            [*nodes(PLACES), way, Node(id=9, location=PLACES[0], tags={"barrier": "gate"}), Way(id=2, nodes=[1, 9])],
        )


def test_a_history_is_refused(tmp_path: Path) -> None:
    """Else somebody is led where a path was once: the last version of the second way is deleted."""
    for suffix, visible in (("osm", ""), ("osc", "")):
        path = tmp_path / f"history.{suffix}"
        points = "".join(
            f"<node id='{n}' version='1' lat='{y}' lon='{x}'/>" for n, (x, y) in enumerate(PLACES, start=1)
        )
        way = "<nd ref='1'/><nd ref='2'/><tag k='highway' v='{}'/>"
        body = f"{points}<way id='1' version='1'>{way.format('footway')}</way><way id='1' version='2'>{way.format('motorway')}</way>"
        inner = f"<create>{body}</create>" if suffix == "osc" else body
        name = "osmChange" if suffix == "osc" else "osm"
        path.write_text(f"<{name} version='0.6'{visible}>{inner}</{name}>")
        with pytest.raises(MapFileError, match="history"):
            import_map(path)


def test_a_way_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    graph, report = read(tmp_path, [*nodes(PLACES), *[Way(id=1, nodes=[1, 2], tags=FOOTWAY)] * 3])
    assert graph.edge_count == 1
    assert report.dropped["ways that are in the file twice"] == 2


def test_what_an_editor_drew_beside_an_extract_is_there(tmp_path: Path) -> None:
    """New objects have negative numbers until they are uploaded."""
    new = [Node(id=-number, location=(x, y + 0.001)) for number, (x, y) in enumerate(PLACES, start=1)]
    ways = [Way(id=-1, nodes=[-1, -2, 2], tags=FOOTWAY), Way(id=7, nodes=[1, 2, 3], tags=FOOTWAY)]
    graph, report = read(tmp_path, [*new, *nodes(PLACES), *ways])
    assert leads(graph, (7.77, 49.441), PLACES[2])
    assert not report.dropped


@pytest.mark.parametrize(
    "inner",
    [
        f"<node id='{'9' * 24}' lat='1' lon='7'/>", "<node id='1' lat='x' lon='7'/>", "<node id='1' lat='1' lon='7'><tag k='name'",
        f"<node id='1' lat='1' lon='7'><tag k='name' v='{'x' * 300_000}'/></node>", "<relation id='1'><member type='q' ref='1'/></relation>",
    ],
    ids=["number", "place", "cut", "long", "member"],
)  # fmt: skip
def test_what_libosmium_cannot_read_is_refused_with_words(tmp_path: Path, inner: str) -> None:
    path = tmp_path / "bad.osm"
    path.write_text(f"<osm version='0.6'>{inner}</osm>")
    with pytest.raises(MapFileError, match=r"bad\.osm"):
        import_map(path)


def test_on_both_sides_of_the_antimeridian(tmp_path: Path) -> None:
    """Nobody is led round the world: the way ends there."""
    places = [(179.98, -16.5), (179.999, -16.5), (-179.999, -16.5), (-179.98, -16.5)]
    graph, report = read(tmp_path, [*nodes(places), Way(id=1, nodes=[1, 2, 3, 4], tags=FOOTWAY)])
    assert graph.edges["length"].sum() / 10 < 4100
    assert leads(graph, *places[:2])
    assert leads(graph, *places[2:])
    assert report.dropped["pieces of ways longer than two degrees or at a pole"] == 1


def test_at_the_poles_and_south_of_the_equator(tmp_path: Path) -> None:
    street = {"highway": "residential", "sidewalk": "both"}
    for pole in (90.0, -90.0):
        with pytest.raises(MapFileError, match="no way"):
            read(
                tmp_path,
                [*nodes([(0, pole), (90, pole), (180, pole * 0.999)]), Way(id=1, nodes=[1, 2, 3], tags=street)],
            )
    south = [(174.77, -41.29), (174.771, -41.29), (174.772, -41.291)]
    graph, _ = read(tmp_path, [*nodes(south), Way(id=1, nodes=[1, 2, 3], tags=street)])
    assert leads(graph, south[0], south[2])


def test_a_square_as_large_as_a_continent_and_villages_at_its_ends(tmp_path: Path) -> None:
    corners = [(0.0, 0.0), (1.9, 0.0), (1.9, 1.9), (0.0, 1.9)]
    villages = [(-179.0, -80.0), (-179.001, -80.0), (179.0, 80.0), (179.001, 80.0)]
    ways = [
        Way(id=1, nodes=[1, 2, 3, 4, 1], tags=SQUARE), Way(id=2, nodes=[5, 6], tags=FOOTWAY), Way(id=3, nodes=[7, 8], tags=FOOTWAY),
    ]  # fmt: skip
    graph, report = read(tmp_path, [*nodes(corners + villages), *ways])
    assert report.dropped["open areas longer than a tenth of a degree"] == 1
    assert leads(graph, *villages[2:])


def test_an_outline_that_crosses_itself_everywhere_is_not_crossed(tmp_path: Path) -> None:
    draw = random.Random(7)
    places = [(7.77 + draw.random() / 1000, 49.44 + draw.random() / 1000) for _ in range(600)]
    graph, _ = read(tmp_path, [*nodes(places), Way(id=1, nodes=[*range(1, 601), 1], tags=SQUARE)])
    assert graph.edge_count == 1
    # one that does so once is two squares
    bow = [(7.77, 49.44), (7.771, 49.441), (7.771, 49.44), (7.77, 49.441)]
    tails = [(7.769, 49.44), (7.769, 49.441)]
    ways = [
        Way(id=1, nodes=[1, 2, 3, 4, 1], tags=SQUARE), Way(id=2, nodes=[1, 5], tags=FOOTWAY), Way(id=3, nodes=[4, 6], tags=FOOTWAY),
    ]  # fmt: skip
    graph, _ = read(tmp_path, [*nodes(bow + tails), *ways])
    assert leads(graph, *tails)
