# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""On what one is sent, where one turns before a crossing or a stair, and where a stair without a name is."""

from pathlib import Path

import pytest

from ..alternatives import differing
from ..engine import Engine
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..telling.describing import Describer
from ..telling.directions import instructions, summary
from ..telling.phrases import table
from ..telling.placing import accusative
from ..telling.route import Route
from .town import Draft, at

Place = tuple[float, float]


def walk(town: Draft, folder: Path, *places: Place, profile: str = "foot") -> Route:
    engine = Engine(import_map(town.write(folder / "drawn.osm.pbf"))[0])
    metric = engine.metric(PRESETS[profile].profile)
    return Describer(engine).route(metric, engine.legs(metric, [at(*place) for place in places]))


def told(town: Draft, folder: Path, *places: Place, language: str = "de") -> list[str]:
    (texts,) = instructions(walk(town, folder, *places), table(language))
    return texts


@pytest.mark.parametrize(
    ("tags", "german", "english"),
    [
        ({"highway": "residential", "name": "Goethestraße"}, "die Goethestraße entlang", "along Goethestraße"),
        ({"highway": "residential", "name": "Schlossweg"}, "den Schlossweg entlang", "along Schlossweg"),
        ({"highway": "tertiary", "name": "Am Mühlrain"}, "die Straße „Am Mühlrain“ entlang", "along Am Mühlrain"),
        ({"highway": "residential"}, "die Straße entlang", "along the street"),
        ({"highway": "residential", "name": "Am Hang", "sidewalk": "no"}, "auf der Fahrbahn (kein Gehweg): Am Hang", "(no pavement): Am Hang"),
        ({"highway": "residential", "name": "Am Hang", "sidewalk": "separate"}, "die Straße „Am Hang“ entlang", "along Am Hang"),
        ({"highway": "living_street", "name": "Gasse"}, "durch die Gasse", "along Gasse"),
        ({"highway": "service"}, "auf dem Fahrweg", "on the service road"),
        ({"highway": "service", "name": "Hofweg", "sidewalk": "no"}, "den Hofweg entlang", "along Hofweg"),
        ({"highway": "track"}, "auf dem Feld- oder Waldweg", "on the field or forest track"),
    ],
)  # fmt: skip
def test_nobody_is_sent_onto_a_carriageway_that_the_map_does_not_call_one(
    tmp_path: Path, tags: dict[str, str], german: str, english: str
) -> None:
    town = Draft()
    town.way((0, 0), (200, 0), **tags)
    for language, way in (("de", f"Geh nach Osten {german}, "), ("en", f"{english}, ")):
        assert way in told(town, tmp_path, (10, 0), (190, 0), language=language)[0]
    easy = told(town, tmp_path, (10, 0), (190, 0), language="de-easy")[0]
    assert ("Da ist kein Geh-Weg." in easy) is ("(kein Gehweg)" in german)


def test_one_turns_into_streets_as_german_speaks_of_them() -> None:
    words = table("de")
    assert accusative("into", "Untere Straße", words) == "in die Untere Straße"
    assert accusative("into", "Oberer Weg", words) == "in den Oberen Weg"
    assert accusative("into", "Schlossplatz", words) == "in die Straße „Schlossplatz“"
    assert accusative("along", "Alte Brücke", words) == "die Straße „Alte Brücke“ entlang"


def crossroads(*, before: float, how: dict[str, str]) -> Draft:
    """A path to the east, and so many metres beside its bend something to the north, over or down to the far side."""
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway", name="Parkweg")
    town.way((100, 0), (160, 0), highway="footway", name="Parkweg")
    # to the left, and so many metres on the pavement before the crossing goes straight on
    town.way((100, 0), (100, before), highway="footway", footway="sidewalk")
    town.way((100, before), (100, before + 6), (100, before + 12), **how)
    town.way((40, before + 6), (100, before + 6), highway="residential", name="Hauptstraße")
    town.way((100, before + 6), (200, before + 6), highway="residential", name="Hauptstraße")
    town.way((100, before + 12), (100, before + 90), highway="footway")
    return town


CROSSING = {"highway": "footway", "footway": "crossing", "crossing": "traffic_signals"}


@pytest.mark.parametrize("before", [0.0, 3.0])
def test_a_few_metres_to_a_crossing_are_told_with_it(tmp_path: Path, before: float) -> None:
    town = crossroads(before=before, how=CROSSING)
    texts = told(town, tmp_path, (10, 0), (100, before + 80))
    assert texts[1].startswith("Bieg links ab und überquere die Hauptstraße an der Ampel.")
    assert texts[2].startswith("Geh geradeaus weiter auf dem Fußweg, ")
    assert told(town, tmp_path, (10, 0), (100, before + 80), language="en")[1].startswith("Turn left and cross Haupt")
    easy = told(town, tmp_path, (10, 0), (100, before + 80), language="de-easy")[1]
    assert easy.startswith("Geh nach links. Geh über die Hauptstraße")
    route = walk(town, tmp_path, (10, 0), (100, before + 80))
    assert sum(step.metres for step in route.steps[0]) == pytest.approx(route.totals.metres, abs=0.5)


def test_more_metres_to_a_crossing_are_a_step(tmp_path: Path) -> None:
    texts = told(crossroads(before=8.0, how=CROSSING), tmp_path, (10, 0), (100, 85))
    assert texts[1].startswith("Bieg links ab auf den Gehweg")
    assert texts[2].startswith("Überquere die Hauptstraße an der Ampel.")


def test_a_scrap_longer_than_the_crossing_does_not_hide_it(tmp_path: Path) -> None:
    """Of all that an instruction tells of, the crossing is what it is about, also where its pieces are short."""
    town = crossroads(before=4.5, how=CROSSING | {"crossing": "uncontrolled"})
    town.ways[3][0].insert(1, town.node(100, 6.5))
    town.ways[3][0].insert(3, town.node(100, 14.5))
    texts = told(town, tmp_path, (10, 0), (100, 84))
    assert texts[1].startswith("Bieg links ab und überquere die Hauptstraße auf dem Überweg.")


def test_stairs_are_turned_to_and_said_to_be_near_a_street(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway")
    town.way((100, 0), (160, 0), highway="footway")
    town.way((100, 0), (100, 3), highway="footway")
    town.way((100, 3), (100, 12), highway="steps", incline="up", step_count="14")
    town.way((100, 12), (100, 90), highway="footway")
    town.way((130, 20), (300, 20), highway="residential", name="Forellenstraße")
    town.way((95, 5), (95, 15), highway="platform", name="E")
    texts = told(town, tmp_path, (10, 0), (100, 80))
    assert texts[1] == "Bieg links ab und geh die Treppe nahe der Forellenstraße hinauf, 14 Stufen."
    assert told(town, tmp_path, (10, 0), (100, 80), language="en")[1].startswith(
        "Turn left and go up the steps near Forellenstraße, 14 steps"
    )
    # ways with a name before or after them tell where they are
    town.ways[0][1]["name"] = "Parkweg"
    assert told(town, tmp_path, (10, 0), (100, 80))[1] == "Bieg links ab und geh die Treppe hinauf, 14 Stufen."
    town.ways[3][1]["name"] = "Himmelsleiter"
    assert "die Treppe bei „Himmelsleiter“ hinauf" in told(town, tmp_path, (10, 0), (100, 80))[1]


def test_the_way_to_the_door_of_a_lift_stays_a_step(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway", level="0")
    town.way((100, 0), (160, 0), highway="footway", level="0")
    town.way((100, 0), (100, 3), highway="footway", level="0")
    town.node(100, 3, highway="elevator")
    town.way((100, 3), (40, 3), highway="footway", level="1")
    texts = told(town, tmp_path, (10, 0), (50, 3))
    assert texts[1].startswith("Bieg links ab auf den Fußweg, 3 m.")
    assert texts[2].startswith("Fahr mit dem Aufzug, hinauf auf Ebene 1.")


def test_a_landmark_is_told_once(tmp_path: Path) -> None:
    town = Draft()
    town.node(103, 5, amenity="townhall", name="Rathaus")
    for points in ([(0, 0), (100, 0)], [(100, 0), (100, 12)], [(100, 12), (200, 12)], [(100, 0), (150, -30)],
                   [(100, 12), (60, 40)]):  # fmt: skip
        town.way(*points, highway="footway")
    texts = told(town, tmp_path, (10, 0), (190, 12))
    assert ["Bieg" in text for text in texts] == [False, True, True, False]
    # and before one turns there
    assert texts[1].startswith("An der Ecke bei „Rathaus“: Bieg links ab ")
    assert [text.count("Rathaus") for text in texts] == [0, 1, 0, 0]


def test_another_way_is_offered_where_it_can_be_felt(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (500, 0), highway="footway")
    route = walk(town, tmp_path, (5, 0), (495, 0))
    for metres, offered in ((489.0, False), (470.0, True)):
        other = walk(town, tmp_path, (5, 0), (5 + metres, 0))
        found = differing(lambda _, other=other: other, PRESETS["foot"].profile, best=route, share=1.0)
        assert ("shorter" in [way.kind for way in found]) is offered
    # nothing of either is checked: a longer way is known no better, and neither is one that is as little known
    assert "better_known" not in [
        way.kind for way in differing(lambda _: route, PRESETS["walker"].profile, best=route, share=1.0)
    ]


def test_easy_language_claims_no_more_than_the_map(tmp_path: Path) -> None:
    """Of a crossing nothing is known: there may be lights all the same."""
    town = Draft()
    town.way((0, 0), (100, 0), (200, 0), highway="residential", name="Hauptstraße", sidewalk="both")
    town.way((100, 0), (100, 100), highway="residential", name="Weg A", sidewalk="both")
    texts = " ".join(told(town, tmp_path, (20, 6), (180, -6), language="de-easy"))
    assert "Wir wissen von keiner Ampel." in texts
    assert "Da ist keine Ampel" not in texts


@pytest.mark.parametrize(
    ("below", "there", "back"),
    [
        ({"tunnel": "yes", "layer": "-1"}, "hinunter in die Unterführung", "hinauf aus der Unterführung"),
        ({"bridge": "yes", "layer": "1"}, "hinauf auf die Brücke", "hinunter von der Brücke"),
        ({"tunnel": "building_passage"}, "", ""),
        ({"level": "-1", "tunnel": "yes"}, "hinunter auf Ebene -1", "hinauf auf Ebene 0"),
    ],
)
def test_a_lift_without_storeys_leads_to_the_underpass_or_the_bridge(
    tmp_path: Path, below: dict[str, str], there: str, back: str
) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway")
    town.node(100, 0, highway="elevator")
    town.way((100, 0), (200, 0), highway="footway", **below)
    for places, where in ((((10, 0), (190, 0)), there), (((190, 0), (10, 0)), back)):
        assert told(town, tmp_path, *places)[1] == f"Fahr mit dem Aufzug{', ' if where else ''}{where}."


@pytest.mark.parametrize(
    ("below", "there", "back"),
    [
        ({"tunnel": "yes"}, "hinunter", "hinauf"), ({"level": "-1"}, "hinunter", "hinauf"),
        # from a bridge in a valley a stair may lead uphill
        ({"bridge": "yes"}, "", ""), ({}, "", ""),
    ],
)  # fmt: skip
def test_stairs_of_which_nobody_noted_the_direction(
    tmp_path: Path, below: dict[str, str], there: str, back: str
) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway")
    town.way((100, 0), (110, 0), highway="steps", step_count="8")
    town.way((110, 0), (200, 0), highway="footway", **below)
    for places, way in ((((10, 0), (190, 0)), there), (((190, 0), (10, 0)), back)):
        assert told(town, tmp_path, *places)[1] == (
            f"Geh die Treppe {way}, 8 Stufen." if way else "Nimm die Treppe, 8 Stufen."
        )


@pytest.mark.parametrize("last", [{"highway": "footway"}, CROSSING])
def test_two_turns_that_lead_back_are_told_one_by_one(tmp_path: Path, last: dict[str, str]) -> None:
    """Together they would be "turn back", or nothing at all before a crossing."""
    town = Draft()
    town.way((0, 0), (100, 0), (160, 0), highway="footway", name="Parkweg")
    town.way((100, 0), (100, 4), (100, 40), highway="footway")
    town.way((100, 4), (90, 4), **last)
    town.way((90, 4), (20, 4), highway="footway")
    texts = told(town, tmp_path, (10, 0), (30, 4))
    assert texts[1].startswith("Bieg links ab auf den Fußweg, 4 m.")
    assert texts[2].startswith("Bieg links ab ")
    assert "Kehr um" not in " ".join(texts)


def test_where_a_way_leads_sharply_back_it_is_said_so(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), (160, 0), highway="footway")
    town.way((100, 0), (20, 5), highway="residential", name="Am Taubenfeld")
    assert told(town, tmp_path, (10, 0), (25, 5))[1].startswith(
        "Kehr um und geh zurück die Straße „Am Taubenfeld“ entlang, "
    )
    town.ways[-1] = (town.ways[-1][0], {"highway": "steps", "step_count": "5"})
    assert told(town, tmp_path, (10, 0), (20, 5))[1].startswith("Kehr um und nimm die Treppe, 5 Stufen.")


def test_rough_ground_on_a_part_of_a_way_is_told_where_one_sets_out_on_it(tmp_path: Path) -> None:
    town = Draft()
    for begin, end, surface in (
        (0, 200, "asphalt"),
        (200, 270, "cobblestone"),
        (270, 400, "asphalt"),
        (400, 408, "sand"),
    ):
        town.way((begin, 0), (end, 0), highway="footway", surface=surface)
    assert (
        told(town, tmp_path, (10, 0), (405, 0))[0]
        == "Geh nach Osten auf dem Fußweg, 400 m, davon 70 m auf Kopfsteinpflaster."
    )
    easy = told(town, tmp_path, (10, 0), (405, 0), language="de-easy")[0]
    assert "Geh 400 Meter. 70 Meter lang ist der Boden: Kopf-Stein-Pflaster." in easy


def test_who_turns_where_the_street_itself_turns_stays_on_it(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="residential", name="Schützenstraße")
    town.way((100, 0), (100, 90), highway="residential", name="Schützenstraße")
    town.way((100, 0), (180, 0), highway="residential", name="Querweg")
    there = (10, 0), (100, 80)
    assert told(town, tmp_path, *there)[1] == "Bieg links ab, weiter die Schützenstraße entlang, 80 m."
    assert told(town, tmp_path, *there, language="en")[1] == "Turn left, continue along Schützenstraße, 80 m."
    assert told(town, tmp_path, *there, language="de-easy")[1].startswith(
        "Geh nach links. Du bleibst in der Straße: Schützen"
    )
    assert told(town, tmp_path, (170, 0), (100, 80))[1].startswith("Bieg rechts ab in die Schützenstraße")


@pytest.mark.parametrize(
    ("tags", "way"),
    [
        ({"highway": "cycleway", "foot": "designated"}, "auf dem Geh- und Radweg"), ({"highway": "cycleway"}, "auf dem Radweg"),
        ({"highway": "path", "bicycle": "designated"}, "auf dem Geh- und Radweg"),
        ({"highway": "footway", "bicycle": "yes"}, "auf dem Fußweg"),
    ],
)  # fmt: skip
def test_bicycles_are_told_where_they_are_to_be_expected(tmp_path: Path, tags: dict[str, str], way: str) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), **tags)
    assert told(town, tmp_path, (10, 0), (90, 0))[0] == f"Geh nach Osten {way}, 80 m."


def crossing_in_pieces() -> Draft:
    """Over a street and, a few metres behind it, over rails: the map has three pieces, of which one touches the street."""
    town = Draft()
    town.way((-50, 0), (0, 0), highway="footway")
    for begin, end in ((0, 4), (4, 12), (12, 16)):
        town.way((begin, 0), (end, 0), highway="footway", footway="crossing", crossing="marked")
    town.way((16, 0), (90, 0), highway="footway")
    town.way((4, -80), (4, 0), (4, 80), highway="residential", name="Hauptstraße")
    town.way((12, -80), (12, 0), (12, 80), railway="tram")
    town.way((12, 0), (12, 30), highway="footway", footway="crossing")
    return town


def test_a_crossing_in_pieces_is_told_once_with_the_street(tmp_path: Path) -> None:
    texts = told(crossing_in_pieces(), tmp_path, (-40, 0), (80, 0))
    assert texts[1].startswith("Überquere die Hauptstraße auf dem Überweg.")
    assert texts[1].endswith("Achtung: Straßenbahngleise.")
    assert len(texts) == 4


def test_between_the_pieces_of_a_crossing_is_no_kerb(tmp_path: Path) -> None:
    route = walk(crossing_in_pieces(), tmp_path, (-40, 0), (80, 0))
    assert route.totals.kerbs_unknown == 2


def test_a_few_metres_without_a_name_are_no_news(tmp_path: Path) -> None:
    town = Draft()
    pavement = {"highway": "footway", "footway": "sidewalk"}
    town.way((0, 0), (100, 0), **pavement, name="Parkweg")
    town.way((100, 0), (120, 0), **pavement)
    town.way((120, 0), (220, 0), **pavement, name="Parkweg")
    assert len(told(town, tmp_path, (10, 0), (210, 0))) == 2


def test_a_pavement_is_not_called_as_the_tunnel_below_it(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway", footway="sidewalk")
    town.way((0, 3), (100, 3), highway="primary", name="Talstraßentunnel", tunnel="yes", layer="-1")
    assert "auf dem Gehweg, 80 m" in told(town, tmp_path, (10, 0), (90, 0))[0]
    town.way((0, -9), (100, -9), highway="residential", name="Talstraße")
    assert "auf dem Gehweg: Talstraße" in told(town, tmp_path, (10, 0), (90, 0))[0]


def test_up_and_down_are_summed_up_together(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway", incline="7%")
    town.way((100, 0), (200, 0), highway="footway", incline="-5%")
    totals = walk(town, tmp_path, (10, 0), (190, 0)).totals
    assert "steilste Stellen 7 % bergauf und 5 % bergab" in summary(totals, table("de"))
    assert "steepest 7 % uphill and 5 % downhill" in summary(totals, table("en"))


@pytest.mark.parametrize("aside", [-60, 60, 120])
def test_over_a_side_street_one_goes_straight_on(tmp_path: Path, aside: int) -> None:
    """However sharply it branches off, and so however the corners lie between which one crosses."""
    town = Draft()
    for east in (0, 100):
        town.way((east, 0), (east + 100, 0), highway="tertiary", name="Langgasse", sidewalk="both")
    town.way((100, 0), (100 + aside, -60), highway="residential", name="Seitenweg", sidewalk="both")
    there = told(town, tmp_path, (10, -5), (190, -5))
    assert [text.split(" (")[0] for text in there[1:3]] == [
        "Überquere den Seitenweg", "Geh geradeaus weiter auf dem rechten Gehweg: Langgasse, 90 m."]  # fmt: skip
    back = told(town, tmp_path, (190, -5), (10, -5))
    assert back[2].startswith("Geh geradeaus weiter auf dem linken Gehweg: Langgasse, ")
