# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rails that one walks over are told where one comes upon them, with what warns of a train; rails beside one are not."""

from pathlib import Path

import pytest

from ..engine import Engine
from ..importing.assembling import import_map
from ..importing.rails import packed
from ..importing.walkable import kind_of
from ..presets import PRESETS
from ..telling.describing import Describer
from ..telling.directions import instructions
from ..telling.phrases import table
from ..vocabulary import Barrier, Kind, Rails, RailsAt, Wheelchair
from .town import Draft, at

Place = tuple[float, float]


def told(town: Draft, folder: Path, start: Place, goal: Place, *, profile: str = "foot", language: str = "de") -> str:
    engine = Engine(import_map(town.write(folder / "rails.osm.pbf"))[0])
    metric = engine.metric(PRESETS[profile].profile)
    route = Describer(engine).route(metric, engine.legs(metric, [at(*start), at(*goal)]))
    return " ".join(instructions(route, table(language))[0])


def level_crossing(**tags: str) -> Draft:
    """A path to the east over a track, 100 m from its beginning."""
    town = Draft()
    town.way((0, 0), (100, 0), (200, 0), highway="footway", name="Bahnweg")
    town.way((100, -300), (100, 0), (100, 300), railway="rail")
    if tags:
        town.node(100, 0, **tags)
    return town


def test_a_level_crossing_is_told_with_what_warns_there(tmp_path: Path) -> None:
    town = level_crossing(
        railway="level_crossing", crossing__barrier="half", crossing__light="yes", crossing__bell="no"
    )
    there, back = ((10, 0), (190, 0)), ((190, 0), (20, 0))
    assert "180 m. Achtung, nach 90 m: Bahnübergang, mit Schranke, mit Lichtsignal, ohne Ton." in told(
        town, tmp_path, *there
    )
    assert "Achtung, nach 90 m: Bahnübergang" in told(town, tmp_path, *back)
    english = told(town, tmp_path, *there, language="en")
    assert "Caution, after 90 m: level crossing, with a barrier, with lights, without sound." in english
    easy = told(town, tmp_path, *there, language="de-easy")
    assert (
        "Pass auf nach 90 Metern. Da sind Schienen vom Zug. Da ist eine Schranke. Da ist ein Licht-Zeichen. Da ist kein Ton."
        in easy
    )


def test_of_an_unnoted_crossing_it_is_said_that_nothing_is_known(tmp_path: Path) -> None:
    """The map has nothing but a track and a path that share a point."""
    text = told(level_crossing(), tmp_path, (60, 0), (190, 0))
    assert "Achtung, nach 40 m: Bahnübergang, ob mit Schranke und Ton, ist unbekannt." in text
    assert "gleich am Anfang: Bahnübergang" in told(level_crossing(), tmp_path, (95, 0), (190, 0))


@pytest.mark.parametrize(("start", "goal"), [((110, 0), (190, 0)), ((90, 0), (10, 0)), ((10, 0), (98, 0))])
def test_rails_that_one_does_not_reach_are_not_told(tmp_path: Path, start: Place, goal: Place) -> None:
    assert "Bahnübergang" not in told(level_crossing(), tmp_path, start, goal)


@pytest.mark.parametrize(
    ("railway", "word"),
    [
        ("tram", "Straßenbahngleise"),
        ("light_rail", "Gleise"),
        ("disused", "Gleise"),
        ("abandoned", ""),
        ("proposed", ""),
    ],
)
def test_what_lies_there(tmp_path: Path, railway: str, word: str) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), (200, 0), highway="footway")
    town.way((100, -300), (100, 0), (100, 300), railway=railway)
    text = told(town, tmp_path, (10, 0), (190, 0))
    assert f"Achtung, nach 90 m: {word}." in text if word else "Achtung" not in text


def test_an_extract_without_tracks_still_has_their_crossings(tmp_path: Path) -> None:
    for word, what in (("crossing", "Gleise"), ("tram_crossing", "Straßenbahngleise")):
        town = Draft()
        town.way((0, 0), (100, 0), (200, 0), highway="footway")
        town.node(100, 0, railway=word)
        assert f"Achtung, nach 90 m: {what}." in told(town, tmp_path, (10, 0), (190, 0))


def test_tracks_side_by_side_are_one_crossing(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), (104, 0), (160, 0), (200, 0), highway="footway")
    for east in (100, 104, 160):
        town.way((east, -300), (east, 0), (east, 300), railway="tram")
    text = told(town, tmp_path, (10, 0), (198, 0))
    assert text.count("Straßenbahngleise") == 2
    assert "nach 90 m: Straßenbahngleise. Achtung, nach 150 m: Straßenbahngleise." in text


@pytest.mark.parametrize("north", [5.0, -5.0])
def test_both_pavements_of_a_street_cross_the_rails(tmp_path: Path, north: float) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), (200, 0), highway="residential", sidewalk="both", name="Bahnstraße")
    town.way((100, -300), (100, 0), (100, 300), railway="rail")
    town.node(100, 0, railway="level_crossing", crossing__barrier="full")
    text = told(town, tmp_path, (10, north), (190, north))
    assert text.count("Bahnübergang, mit Schranke.") == 1


def test_who_walks_along_a_street_with_trams_crosses_their_tracks_where_its_side_is_changed(tmp_path: Path) -> None:
    town = Draft()
    line = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0)]
    town.way(*line, highway="residential", sidewalk="both", name="Ringstraße")
    town.way(*line, railway="tram")
    town.way((100, 0), (100, 100), highway="residential", sidewalk="both", name="Nebenweg")
    assert "gleise" not in told(town, tmp_path, (150, 5), (290, 5))
    across = told(town, tmp_path, (150, 5), (150, -5))
    assert "und überquere die Ringstraße (keine Querungshilfe bekannt)." in across
    assert "Achtung: Straßenbahngleise." in across
    assert across.count("gleise") == 1
    assert "gleise" not in told(town, tmp_path, (95, 90), (105, 90))


@pytest.mark.parametrize(("on", "count"), [({}, 1), ({"layer": "1"}, 0)])
def test_tracks_across_a_square_lie_on_its_ground(tmp_path: Path, on: dict[str, str], count: int) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), (100, 60), (0, 60), (0, 0), highway="pedestrian", area="yes", name="Markt", **on)
    town.way((-80, 0), (0, 0), highway="footway")
    town.way((100, 60), (180, 60), highway="footway")
    town.way((60, -100), (50, 160), railway="tram")
    assert told(town, tmp_path, (-50, 0), (150, 60)).count("Achtung: Straßenbahngleise.") == count


def test_what_hinders_wheels_at_the_rails_counts(tmp_path: Path) -> None:
    town = level_crossing(railway="crossing", crossing__chicane="yes", wheelchair="no")
    graph = import_map(town.write(tmp_path / "rails.osm.pbf"))[0]
    (edge,) = graph.edges["rails"].nonzero()[0].tolist()
    assert graph.edges["rails"][edge] == packed(Rails.TRAIN, RailsAt.END, {})
    assert graph.edges["wheelchair"][edge] == Wheelchair.NO
    assert graph.edges["barrier"][edge] == Barrier.CYCLE_BARRIER
    assert "Umlaufsperre" in told(town, tmp_path, (10, 0), (190, 0))


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "service", "railway": "tram", "oneway": "yes"}, None),
        ({"highway": "service", "railway": "tram", "foot": "yes"}, Kind.SERVICE),
        ({"highway": "footway", "railway": "narrow_gauge", "foot": "permissive"}, Kind.FOOTWAY),
        ({"highway": "residential", "railway": "tram"}, Kind.QUIET_STREET),
        ({"highway": "service", "railway": "abandoned"}, Kind.SERVICE),
    ],
)
def test_nobody_walks_along_a_track_on_which_only_buses_go(tags: dict[str, str], kind: Kind | None) -> None:
    assert kind_of(tags) is kind
