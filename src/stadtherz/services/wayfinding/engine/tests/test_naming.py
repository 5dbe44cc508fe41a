# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pavements and crossings that the map draws without a name are called as their streets, and only where that is clear."""

import numpy as np
import pytest

from ..answering.answers import Town, directions
from ..engine import Engine
from ..graph import Graph
from ..importing.assembling import import_map
from ..importing.naming import called
from ..vocabulary import Kind
from .town import Draft, at


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Two streets that cross, a pavement beside one of them, one far from all, and a crossing at two places."""
    town = Draft()
    town.way(
        (0, 0), (50, 0), (100, 0), (150, 0), (200, 0), highway="residential", name="Langgasse", sidewalk="separate"
    )
    town.way((100, -100), (100, 0), (100, 100), highway="residential", name="Quergasse", sidewalk="separate")
    town.way((0, 8), (50, 8), (90, 8), highway="footway", footway="sidewalk")
    town.way((90, 8), (90, 12), (90, 100), highway="footway", footway="sidewalk")
    town.way((0, 60), (60, 60), highway="footway", footway="sidewalk")
    town.way((50, 8), (50, 0), (50, -8), highway="footway", footway="crossing", traffic_signals__sound="yes")
    town.way((150, 12), (150, 6), highway="footway", footway="crossing")
    town.way((150, 6), (150, 0), (150, -6), highway="footway", footway="crossing")
    town.way((92, 8), (100, 0), (108, -8), highway="footway", footway="crossing")
    town.way((0, 8), (0, 60), (-8, 60), highway="steps")
    return import_map(town.write(tmp_path_factory.mktemp("named") / "town.osm.pbf"))[0]


def names(graph: Graph, kind: Kind, place: tuple[float, float]) -> set[str]:
    """Names of the edges of a kind whose middle lies within 20 metres of a place."""
    x, y = at(*place)
    middle = np.array([graph.line(edge).mean(axis=0) for edge in range(graph.edge_count)])
    near = np.hypot((middle[:, 0] - x) * 0.65, middle[:, 1] - y) < 20 / 111_195
    found = np.flatnonzero(near & (graph.edges["kind"] == kind))
    return {graph.names[number] for number in graph.edges["name"][found].tolist()}


def test_a_pavement_is_called_as_the_street_beside_it(graph: Graph) -> None:
    assert names(graph, Kind.PAVEMENT, (25, 8)) == {"Langgasse"}
    assert names(graph, Kind.PAVEMENT, (90, 56)) == {"Quergasse"}
    assert names(graph, Kind.PAVEMENT, (30, 60)) == {""}, "no street is near"


def test_a_crossing_is_called_as_the_street_that_it_crosses(graph: Graph) -> None:
    assert names(graph, Kind.CROSSING, (50, 4)) == {"Langgasse"}
    assert names(graph, Kind.CROSSING, (150, 9)) == {"Langgasse"}, "all of its pieces"
    assert names(graph, Kind.CROSSING, (104, -4)) == {""}, "two streets meet there"


def test_halves_of_a_crossing_have_no_kerb_where_they_meet(graph: Graph) -> None:
    """Who walks over the street descends a kerb and climbs one, and both are unknown: two, not four."""
    edge = graph.edges
    halves = np.flatnonzero((edge["kind"] == Kind.CROSSING) & (edge["way"] == edge["way"][_crossing(graph)]))
    assert sorted(zip(edge["kerb_up"][halves].tolist(), edge["kerb_down"][halves].tolist(), strict=True)) == [
        (-1, 0), (0, -1)
    ]  # fmt: skip


def _crossing(graph: Graph) -> int:
    return int(np.flatnonzero((graph.edges["kind"] == Kind.CROSSING) & (graph.edges["sound"] > 0))[0])


def test_what_is_said_of_sounds_and_of_stairs_that_nobody_counted(graph: Graph) -> None:
    town = Town(Engine(graph))
    body = {"coordinates": [list(at(45, -8)), list(at(-8, 60))], "language": "de"}
    body["coordinates"][0] = list(at(50, -8))
    (route,) = directions(town, "foot", body)["routes"]
    texts = [step["instruction"] for step in route["segments"][0]["steps"]]
    assert any(text.startswith("Überquere die Langgasse an der Ampel, mit Ton") for text in texts)
    assert any("Zahl der Stufen unbekannt" in text for text in texts)
    assert "etwa " in route["stadtherz"]["summary"]
    assert route["stadtherz"]["steps_guessed"] is True


def test_several_names_are_said_one_after_the_other() -> None:
    assert called({"ref": "162;Ring 1"}) == "162 / Ring 1"
    assert called({"name": "Am Markt", "ref": "L 502"}) == "Am Markt"
    assert called({}) == ""


def test_a_name_turns_no_sentence_round() -> None:
    """Marks of direction and ends of lines are none of a name; what joins the letters of some scripts is."""
    assert called({"name": "Rua\u202e Direita\n\t"}) == "Rua  Direita"
    assert called({"name": "می\u200cدان"}) == "می\u200cدان"
    assert called({"name": "明治通り 🚶"}) == "明治通り 🚶"
