# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the map writes elsewhere: British crossings, American feet, French inclines, stations with storeys, squares and
platforms drawn as areas, extracts that cut ways."""

from pathlib import Path

import numpy as np
import osmium
import pytest

from ..engine import Engine
from ..graph import KERB_UNKNOWN, Graph
from ..importing.assembling import import_map
from ..importing.in_the_way import barrier, crossing, kerb_millimetres
from ..importing.sides import pavement_sides
from ..importing.tagging import attributes
from ..importing.values import Report
from ..importing.walkable import kind_of
from ..presets import PRESETS
from ..telling.describing import Describer
from ..telling.directions import instructions
from ..telling.phrases import table
from ..vocabulary import Crossing, Flag, Kind, Smoothness, Surface, Tri, Wheelchair
from .small_towns import ON_WHEELS, who_gets_there
from .town import Draft, at


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"crossing": "puffin"}, Crossing.SIGNALS), ({"crossing_ref": "toucan"}, Crossing.SIGNALS),
        ({"crossing:signals": "separate"}, Crossing.SIGNALS), ({"crossing:markings": "zebra"}, Crossing.MARKED),
        ({"crossing:markings": "no"}, Crossing.UNMARKED), ({"crossing": "uncontrolled"}, Crossing.MARKED),
        ({"crossing": "unmarked", "crossing_ref": "zebra"}, Crossing.MARKED),
        ({"crossing": "traffic_signals;marked"}, Crossing.SIGNALS),
        ({"crossing": "traffic_signals", "crossing:signals": "no", "crossing:markings": "lines"}, Crossing.MARKED),
        ({"crossing": "unmarked"}, Crossing.UNMARKED), ({"crossing": "yes"}, None), ({"crossing": "Zebra"}, Crossing.MARKED),
    ],
)  # fmt: skip
def test_crossings(tags: dict[str, str], said: Crossing | None) -> None:
    assert crossing(tags).get("crossing") == said


@pytest.mark.parametrize(
    ("tags", "name", "value"),
    [
        ({"width": "6'"}, "width", 183), ({"width": "6 ft"}, "width", 183), ({"width": "4'6\""}, "width", 137),
        ({"width": "1,2"}, "width", 120), ({"width": "2", "maxwidth:physical": "0.8"}, "width", 80),
        ({"maxwidth:physical": "90 cm"}, "width", 90), ({"incline": "10%"}, "incline", 100),
        ({"incline": "1:12"}, "incline", 83), ({"incline": "7°"}, "incline", 123), ({"incline": "-1:20"}, "incline", -50),
        ({"wheelchair": "designated"}, "wheelchair", Wheelchair.YES), ({"tactile_paving": "incorrect"}, "tactile", Tri.NO),
        ({"tactile_paving": "contrasted"}, "tactile", Tri.YES), ({"kerb": "flush"}, "kerb_up", 0),
        ({"kerb": "lowered;raised"}, "kerb_up", 120), ({"kerb:height": "6 in"}, "kerb_up", 152),
        ({"smoothness": "good;very_bad"}, "smoothness", Smoothness.VERY_BAD), ({"tracktype": "grade3; grade2"}, "tracktype", 3),
    ],
)  # fmt: skip
def test_values(tags: dict[str, str], name: str, value: int) -> None:
    report = Report()
    assert attributes(tags, Kind.FOOTWAY, report)[name] == value
    assert not report.not_understood


@pytest.mark.parametrize(
    ("tags", "name", "said"),
    [
        ({"tactile_paving": "primitive"}, "tactile", Tri.NO), ({"tactile_paving": "partial"}, "tactile", None),
        ({"tactile_paving": "contrasted"}, "tactile", Tri.YES), ({"tactile_paving": "incorrect"}, "tactile", Tri.NO),
        ({"traffic_signals:sound": "walk"}, "sound", Tri.YES), ({"traffic_signals:sound": "locate"}, "sound", None),
        ({"traffic_signals:sound": "no"}, "sound", Tri.NO), ({"crossing": "island"}, "island", Tri.YES),
    ],
)  # fmt: skip
def test_nobody_who_is_blind_relies_on_what_helps_by_chance(tags: dict[str, str], name: str, said: Tri | None) -> None:
    assert crossing(tags).get(name) == said


@pytest.mark.parametrize(
    ("word", "sides"),
    [
        ("Both", (True, True, False, False)), ("left;right", (True, True, False, False)), ("left", (True, False, False, False)),
        ("none", (False, False, False, True)), ("separate", (False, False, True, False)),
        # of what nobody understands it is not said that there is no pavement
        ("shared", (False, False, False, False)), ("right;separate", (False, False, False, False)),
    ],
)  # fmt: skip
def test_pavements_as_people_write_them(word: str, sides: tuple[bool, ...]) -> None:
    assert tuple(pavement_sides({"sidewalk": word}, Kind.QUIET_STREET)) == sides


@pytest.mark.parametrize("driving", ["left", "right"])
def test_left_and_right_are_those_of_the_line_on_whichever_side_one_drives(tmp_path: Path, driving: str) -> None:
    """A street of Tokyo that is drawn to the north: its left pavement is the western one."""
    town = Draft()
    tags = {
        "sidewalk": "both",
        "sidewalk:left:surface": "sett",
        "sidewalk:right:surface": "asphalt",
        "driving_side": driving,
    }
    town.ways.append(([town.node(0, north) for north in (0, 100, 200)], {"highway": "residential", **tags}))
    graph = imported(town, tmp_path)
    middle = {
        int(graph.edges["surface"][edge]): float(graph.line(edge)[:, 0].mean())
        for edge in range(graph.edge_count) if graph.edges["kind"][edge] == Kind.PAVEMENT
    }  # fmt: skip
    assert middle[Surface.SETT] < at(0, 0)[0] < middle[Surface.ASPHALT]


def test_over_an_american_street_from_pavement_to_pavement(tmp_path: Path) -> None:
    """Kerbs at the ends of the crossing, widths in feet, the slope as a ratio: each preset keeps its own limits."""
    for kerb, width, there in (
        ("lowered", "4'", True), ("flush", "48\"", True), ("raised", "4 ft", False), ("lowered", "2'6\"", False),
    ):  # fmt: skip
        town = Draft()
        side = {"highway": "footway", "surface": "concrete", "incline": "1:20", "width": width}
        town.way((-80, 0), (-6, 0), footway="sidewalk", **side)
        town.way((6, 0), (80, 0), footway="sidewalk", **side)
        town.way((-6, 0), (0, 0), (6, 0), highway="footway", footway="crossing", crossing__markings="zebra")
        town.way((0, -100), (0, 0), (0, 100), highway="secondary", sidewalk="separate", maxspeed="35 mph")
        town.node(0, 0, highway="crossing", crossing__signals="yes", crossing__island="no")
        for east in (-6, 6):
            town.node(east, 0, barrier="kerb", kerb=kerb, tactile_paving="contrasted")
        found = who_gets_there(imported(town, tmp_path), (-75, 0), (75, 0))
        assert ("wheelchair-manual" in found) is there
        assert set(PRESETS) - ON_WHEELS <= found


def test_a_kerb_along_a_pavement_is_in_nobodys_way() -> None:
    for kind in (Kind.PAVEMENT, Kind.QUIET_STREET):
        assert "kerb_up" not in attributes({"kerb": "raised"}, kind, Report())
    assert kerb_millimetres({"kerb": "lowered;unknown"}, Report()) == KERB_UNKNOWN


def test_details_of_a_pavement_that_is_mapped_on_its_own_draw_no_second_one() -> None:
    separate = pavement_sides({"sidewalk": "separate", "sidewalk:both:surface": "asphalt"}, Kind.QUIET_STREET)
    assert (separate.left, separate.right, separate.separate) == (False, False, True)
    told = pavement_sides({"sidewalk:both:surface": "asphalt"}, Kind.QUIET_STREET)
    assert (told.left, told.right) == (True, True)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "cycleway", "segregated": "no"}, Kind.CYCLEWAY), ({"highway": "cycleway", "foot": "no"}, None),
        ({"highway": "service", "access": "private", "foot": "permissive"}, Kind.SERVICE),
        ({"highway": "residential", "foot": "use_sidepath"}, None), ({"highway": "elevator", "level": "0;1"}, Kind.LIFT),
        ({"indoor": "corridor", "level": "-1-0"}, Kind.CORRIDOR),
        ({"highway": "steps", "conveying": "yes"}, Kind.ESCALATOR),
    ],
)  # fmt: skip
def test_who_may_walk_where(tags: dict[str, str], kind: Kind | None) -> None:
    assert kind_of(tags) == kind


def test_a_gate_that_says_no_to_wheels() -> None:
    assert barrier({"barrier": "gate", "wheelchair": "no"}, Report())["wheelchair"] == Wheelchair.NO


def imported(draft: Draft, path: Path) -> Graph:
    return import_map(draft.write(path / "there.osm.pbf"))[0]


def test_a_way_that_leaves_the_extract_and_comes_back_has_no_short_cut(tmp_path: Path) -> None:
    """The extract has not the point in the middle: the way has two ends there, not a straight line between them."""
    path = tmp_path / "cut.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number, east in ((1, 0), (2, 50), (4, 150), (5, 200)):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at(east, 0)))
        writer.add_way(osmium.osm.mutable.Way(id=7, nodes=[1, 2, 3, 4, 5], tags={"highway": "footway"}))
    graph, report = import_map(path)
    assert sorted((graph.edges["length"] / 10).round().tolist()) == [50, 50]
    assert report.dropped["points outside the extract"] == 1


def test_a_moving_walkway_goes_one_way(tmp_path: Path) -> None:
    draft = Draft()
    draft.way((0, 0), (80, 0), highway="footway", conveying="forward", indoor="yes")
    assert imported(draft, tmp_path).edges["flags"][0] & np.uint32(Flag.NO_BACKWARD)


def write_station(path: Path) -> Path:
    """A hall at level 0, a lift and stairs down to a tunnel at -1, from there a lift way, an escalator and stairs up to a
    platform that is drawn as a relation of two rings."""
    station = Draft()
    station.way((-80, 0), (0, 0), highway="footway", name="Bahnhofstraße", surface="asphalt", incline="0")
    station.node(0, 0, highway="elevator", level="-1;0", wheelchair="yes", name="Aufzug A")
    station.way((0, 0), (0, 10), highway="corridor", level="0", indoor="yes")
    station.way((0, 10), (0, 25), highway="steps", level="-1-0", step_count="24", incline="down", handrail="both")
    station.way((0, 0), (30, 0), (30, 25), indoor="corridor", level="-1", name="Unterführung", surface="tiles")
    station.way((0, 25), (30, 25), indoor="corridor", level="-1", name="Unterführung", surface="tiles")
    station.way((30, 25), (60, 25), indoor="corridor", level="-1", name="Unterführung", surface="tiles")
    station.way((60, 25), (60, 27), highway="elevator", level="-1;0", name="Aufzug B")
    station.way((60, 25), (75, 25), highway="steps", conveying="forward", incline="up", level="-1;0")
    ring = [(60, 27), (75, 25), (200, 27), (200, 35), (60, 35), (60, 27)]
    station.way(*ring)  # no tags of its own
    station.write(path)
    whole = path.with_name("whole.osm.pbf")
    with osmium.SimpleWriter(str(whole)) as writer:
        for item in osmium.FileProcessor(str(path)):
            writer.add(item)
        writer.add_relation(osmium.osm.mutable.Relation(
            id=1, members=[("w", len(station.ways), "outer")],
            tags={"type": "multipolygon", "railway": "platform", "ref": "1", "surface": "paving_stones"},
        ))  # fmt: skip
    return whole


def test_through_a_station_to_the_platform(tmp_path: Path) -> None:
    """By lift for wheels, by stairs and escalator on foot; the platform of a relation is walked on."""
    engine = Engine(import_map(write_station(tmp_path / "station.osm.pbf"))[0])
    describer = Describer(engine)
    platform = engine.graph.edges["kind"] == Kind.PLATFORM
    assert platform.any()
    wheels = engine.metric(PRESETS["wheelchair-electric"].profile)
    [leg] = engine.legs(wheels, [at(-70, 0), at(195, 35)])
    kinds = [Kind(engine.graph.edges["kind"][arc >> 1]) for arc in leg.arcs]
    assert kinds.count(Kind.LIFT) == 2
    assert not {Kind.STEPS, Kind.ESCALATOR} & set(kinds)
    assert kinds[-1] is Kind.PLATFORM
    told = " ".join(instructions(describer.route(wheels, [leg]), table("de"))[0])
    assert told.startswith(
        "Geh nach Osten auf dem Weg: Bahnhofstraße, 70 m. Fahr mit dem Aufzug: Aufzug A, hinunter auf Ebene -1."
    )
    assert told.index("Aufzug A") < told.index("Unterführung") < told.index("Aufzug B")
    assert "hinunter auf Ebene -1. Geh nach Osten durch den Gang: Unterführung, 55 m." in told
    assert "hinauf auf Ebene 0. Geh nach Osten auf Steig 1, 15 m. Geh leicht links weiter auf Steig 1, 120 m." in told
    back = engine.legs(wheels, [at(195, 35), at(-70, 0)])[0]
    assert instructions(describer.route(wheels, [back]), table("en"))[0][0] == "Go west on platform 1, 120 m."
    foot = engine.metric(PRESETS["foot"].profile)
    [walked] = engine.legs(foot, [at(-70, 0), at(195, 35)])
    assert Kind.ESCALATOR in {Kind(engine.graph.edges["kind"][arc >> 1]) for arc in walked.arcs}


def told(town: Draft, folder: Path, start: tuple[float, float], goal: tuple[float, float], profile: str) -> str:
    engine = Engine(imported(town, folder))
    metric = engine.metric(PRESETS[profile].profile)
    route = Describer(engine).route(metric, engine.legs(metric, [at(*start), at(*goal)]))
    return " ".join(instructions(route, table("de"))[0])


def test_ground_that_can_be_felt_is_noted_at_the_kerbs(tmp_path: Path) -> None:
    """American and Japanese maps note at the ends of a crossing what European ones note in its middle."""
    for last, there in (("yes", True), ("no", False)):
        town = Draft()
        town.way((-80, 0), (-6, 0), highway="footway", footway="sidewalk")
        town.way(
            (-6, 0), (6, 0), highway="footway", footway="crossing", crossing__signals="yes", crossing__markings="ladder"
        )
        town.way((6, 0), (80, 0), highway="footway", footway="sidewalk")
        for east, felt in ((-6, "yes"), (6, last)):
            town.node(east, 0, barrier="kerb", kerb="lowered", tactile_paving=felt)
        text = told(town, tmp_path, (-70, 0), (70, 0), "blind")
        assert ("an der Ampel, mit Leitstreifen am Boden." in text) is there
        assert text.count("Bordstein 3 cm") == 2


def test_through_a_japanese_station(tmp_path: Path) -> None:
    """A lift node with its storeys, a hall that is drawn as an indoor area, a lift that is drawn as a way, names in their script."""
    town = Draft()
    town.way((0, 0), (50, 0), highway="footway", level="0", name="明治通り")
    town.node(50, 0, highway="elevator", level="0;2")
    town.way((50, 0), (50, 5), highway="footway", level="2", bridge="yes")
    town.way((50, 5), (120, 5), (120, 25), (50, 25), (50, 5), indoor="area", level="2", name="自由通路")
    town.way((120, 5), (124, 5), highway="elevator", level="1;2")
    town.way((124, 5), (180, 5), railway="platform", level="1", name="1・2番線")
    text = told(town, tmp_path, (5, 0), (175, 5), "wheelchair-electric")
    assert text.startswith("Geh nach Osten auf dem Weg: 明治通り, 45 m. Fahr mit dem Aufzug, hinauf auf Ebene 2.")
    assert "自由通路" in text
    assert "Fahr mit dem Aufzug, hinunter auf Ebene 1. Geh nach Osten auf dem Steig: 1・2番線, 50 m." in text


def test_a_lift_that_is_drawn_as_a_room_leads_to_three_storeys(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (30, 0), indoor="corridor", level="0", name="Hall")
    town.way((30, 0), (33, 0), (33, 3), (30, 3), (30, 0), highway="elevator", indoor="room", level="-2;-1;0")
    town.way((33, 3), (60, 3), indoor="corridor", level="-2", name="Platforms 1 to 4")
    town.way((33, 0), (60, 0), indoor="corridor", level="-1", name="Mezzanine")
    for goal, storey in (((58, 3), -2), ((58, 0), -1)):
        assert f"Fahr mit dem Aufzug, hinunter auf Ebene {storey}." in told(
            town, tmp_path, (2, 0), goal, "wheelchair-electric"
        )


def test_over_an_english_railway_by_the_bridge_or_by_the_gates(tmp_path: Path) -> None:
    """On wheels over the track, on foot over the bridge, below which nobody is warned of a train."""
    town = Draft()
    town.way((0, 0), (60, 0), highway="footway", name="Station Approach")
    town.way((60, 0), (66, 0), highway="steps", step_count="32", incline="up", handrail__both="yes")
    town.way((66, 0), (90, 0), highway="footway", bridge="yes", layer="1")
    town.way((90, 0), (96, 0), highway="steps", step_count="32", incline="down")
    town.way((96, 0), (200, 0), highway="footway", name="Mill Road")
    town.way((60, 0), (60, -40), (78, -40), (96, -40), (96, 0), highway="footway")
    town.way((78, -300), (78, -40), (78, 300), railway="rail")
    town.node(78, -40, railway="crossing", crossing__barrier="gates", crossing__light="no", crossing__bell="no")
    rolled = told(town, tmp_path, (5, 0), (190, 0), "wheelchair-electric")
    assert "Achtung, nach 60 m: Bahnübergang, mit Schranke, ohne Lichtsignal, ohne Ton." in rolled
    walked = told(town, tmp_path, (5, 0), (190, 0), "foot")
    assert "32 Stufen, mit Handlauf" in walked
    assert "Bahnübergang" not in walked


def test_finer_words_for_a_surface(tmp_path: Path) -> None:
    report = Report()
    assert attributes({"surface": "paving_stones:lanes"}, Kind.FOOTWAY, report)["surface"] == Surface.PAVING_STONES
    assert not report.not_understood
