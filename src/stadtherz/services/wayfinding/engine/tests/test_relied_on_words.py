# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that somebody relies on who cannot see the corner: what is told is there, in the order in which it is met, once,
and it agrees with the figures of the summary."""

from pathlib import Path

import pytest

from ..alternatives import variants
from ..costs import STEP_M
from ..engine import Engine
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..profiles import Limit
from ..reasons import Reasons, Violation
from ..telling.describing import Describer
from ..telling.directions import distance, instructions, summary
from ..telling.phrases import table
from ..telling.placing import crossed, where
from ..telling.reason_words import help_in_words, in_words
from ..telling.route import Route
from .town import Draft, at

DE, EN, EASY = (table(language) for language in ("de", "en", "de-easy"))
Place = tuple[float, float]


def walk(town: Draft, folder: Path, *places: Place, profile: str = "foot") -> Route:
    engine = Engine(import_map(town.write(folder / "drawn.osm.pbf"))[0])
    metric = engine.metric(PRESETS[profile].profile)
    return Describer(engine).route(metric, engine.legs(metric, [at(*place) for place in places]))


def told(route: Route, language: str = "de") -> list[str]:
    return [text for leg in instructions(route, table(language)) for text in leg]


def street(**tags: str) -> Draft:
    town = Draft()
    town.way((0, 0), (100, 0), **({"highway": "footway"} | tags))
    return town


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        ((60, 0), "Du bist am Ziel."), ((60, 3), "Du bist am Ziel."), ((60, 9), "Du bist am Ziel. Es liegt links."),
        ((60, -9), "Du bist am Ziel. Es liegt rechts."),
        ((60, 58), "Hier endet der Weg. Bis zum Ziel sind es noch etwa 60 m. Es liegt links."),
        # straight ahead, beyond the end of the way
        ((120, 2), "Du bist am Ziel."), ((150, 0), "Hier endet der Weg. Bis zum Ziel sind es noch etwa 50 m."),
    ],
)  # fmt: skip
def test_at_the_end_one_is_told_where_the_place_is(tmp_path: Path, goal: Place, said: str) -> None:
    assert told(walk(street(), tmp_path, (10, 0), goal))[-1] == said


def test_the_side_is_that_of_who_comes(tmp_path: Path) -> None:
    assert told(walk(street(), tmp_path, (90, 0), (40, 9)))[-1].endswith("Es liegt rechts.")
    easy = told(walk(street(), tmp_path, (90, 0), (40, 60), (10, 0)), "de-easy")
    assert "Hier hört der Weg auf. Zum Zwischen-Ziel sind es noch etwa 60 Meter. Das Ziel ist rechts." in easy


def test_kerbs_are_counted_as_the_steps_tell_them(tmp_path: Path) -> None:
    """Two kerbs are crossed with a street, one down and one up."""
    town = Draft()
    town.way((0, -50), (0, -4), highway="footway", footway="sidewalk")
    town.way((0, -4), (0, 0), (0, 4), highway="footway", footway="crossing")
    town.way((0, 4), (0, 50), highway="footway", footway="sidewalk")
    town.way((-50, 0), (0, 0), (50, 0), highway="residential", name="Hauptstraße")
    route = walk(town, tmp_path, (0, -45), (0, 45))
    assert route.totals.kerbs_unknown == 2
    assert "Höhe der Bordsteine unbekannt." in told(route)[1]
    for north, height in ((-4, "0.03"), (4, "0.05")):
        town.node(0, north, kerb="raised", kerb__height=height)
    route = walk(town, tmp_path, (0, -45), (0, 45))
    assert route.totals.kerbs == [30, 50]
    assert "2 Bordsteine bis 5 cm" in summary(route.totals, DE)
    assert "Bordstein 3 cm hinunter. Bordstein 5 cm hinauf." in told(route)[1]


def stairs() -> Draft:
    town = street()
    town.way((100, 0), (120, 0), highway="steps")
    town.way((120, 0), (200, 0), highway="footway")
    return town


@pytest.mark.parametrize(("start", "goal"), [((10, 0), (100, 0)), ((120, 0), (190, 0)), ((100, 0), (10, 0))])
def test_nobody_is_sent_over_stairs_that_begin_where_they_are(tmp_path: Path, start: Place, goal: Place) -> None:
    route = walk(stairs(), tmp_path, start, goal)
    assert not any("Treppe" in text for text in told(route))
    assert route.totals.steps == 0


def test_steps_that_nobody_counted_are_as_many_as_the_stairs_are_long(tmp_path: Path) -> None:
    route = walk(stairs(), tmp_path, (10, 0), (190, 0))
    assert route.totals.steps == 20 / STEP_M
    assert "etwa 40 Stufen" in summary(route.totals, DE)
    town = stairs()
    town.ways[1][1]["step_count"] = "1"
    route = walk(town, tmp_path, (10, 0), (190, 0))
    assert ", 1 Stufe." in told(route)[1]
    assert summary(route.totals, DE).endswith("1 Stufe.")


def test_nobody_rides_from_one_flight_of_stairs_to_the_next(tmp_path: Path) -> None:
    town = street()
    town.node(120, 0, highway="elevator")
    town.way((100, 0), (120, 0), highway="steps", step_count="9")
    town.way((120, 0), (140, 0), highway="steps", step_count="9")
    town.way((120, 0), (120, 60), highway="footway")
    town.way((140, 0), (200, 0), highway="footway")
    assert not any("Aufzug" in text for text in told(walk(town, tmp_path, (10, 0), (190, 0))))
    assert any("Aufzug" in text for text in told(walk(town, tmp_path, (10, 0), (120, 50))))


def test_where_no_cars_are_and_where_they_are_again(tmp_path: Path) -> None:
    town = Draft()
    for begin, kind in ((0, "pedestrian"), (100, "pedestrian"), (200, "residential")):
        town.way((begin, 0), (begin + 100, 0), highway=kind, name="Marktstraße" if begin else "Steinstraße")
    there, back = (told(walk(town, tmp_path, *places)) for places in (((10, 0), (290, 0)), ((290, 0), (10, 0))))
    assert there[:3] == [
        "Geh nach Osten durch die Steinstraße (Fußgängerzone), 90 m.", "Geh geradeaus weiter durch die Marktstraße, 100 m.",
        "Geh geradeaus weiter die Marktstraße entlang (ab hier mit Autos), 90 m.",
    ]  # fmt: skip
    assert "(Fußgängerzone)" in back[1]


def test_a_bridge_is_told_where_one_comes_to_it(tmp_path: Path) -> None:
    """And not once more where one turns on it, or behind the stairs inside a station."""
    town = street()
    for points, tags in (
        ([(100, 0), (150, 0)], {"bridge": "yes", "layer": "1"}), ([(150, 0), (150, 50)], {"bridge": "yes", "layer": "1"}),
        ([(150, 0), (150, -50)], {"bridge": "yes", "layer": "1"}), ([(150, 50), (150, 120)], {}),
        ([(150, 120), (150, 160)], {"tunnel": "yes", "layer": "-1"}),
        ([(150, 160), (150, 166)], {"highway": "steps", "step_count": "9"}),
        ([(150, 166), (150, 220)], {"tunnel": "yes", "layer": "-1"}),
    ):  # fmt: skip
        town.way(*points, **({"highway": "footway"} | tags))
    texts = told(walk(town, tmp_path, (10, 0), (150, 215)))
    assert sum("Es geht über eine Brücke." in text for text in texts) == 1
    assert sum("Es geht durch eine Unterführung." in text for text in texts) == 1
    assert "Brücke" in texts[0]


def test_a_street_at_a_square_is_crossed_at_it() -> None:
    assert crossed("Rathausplatz", DE) == " die Straße am Rathausplatz"
    assert crossed("Rathausplatz", EN) == " the street at Rathausplatz"
    assert crossed("Alte Brücke", DE) == " die Straße „Alte Brücke“"
    assert crossed("Friedrich-Ebert-Anlage", DE) == " die Friedrich-Ebert-Anlage"
    assert crossed("Alte Eppelheimer Straße", DE) == " die Alte Eppelheimer Straße"
    assert where("Burgstiege", "", DE) == " in der Burgstiege"


def test_nobody_crosses_the_street_along_which_they_go(tmp_path: Path) -> None:
    """Where a crossing bears its name, it is another one that is crossed there."""
    town = Draft()
    town.way((0, 0), (100, 0), highway="footway", footway="sidewalk", name="Langgasse")
    town.way((100, 0), (110, 0), highway="footway", footway="crossing", name="Langgasse")
    town.way((110, 0), (200, 0), highway="footway", footway="sidewalk", name="Langgasse")
    assert told(walk(town, tmp_path, (10, 0), (190, 0)))[1].startswith("Überquere die Straße")


def test_car_parks_and_platforms(tmp_path: Path) -> None:
    town = Draft()
    for points in ([(0, 0), (100, 0)], [(100, 0), (100, 60)], [(100, 0), (150, 0)]):
        town.way(*points, highway="service", service="parking_aisle")
    assert told(walk(town, tmp_path, (10, 0), (100, 55)))[1] == "Bieg links ab, weiter über den Parkplatz, 55 m."
    town = street()
    town.way((100, 0), (100, 60), highway="platform", ref="2")
    assert told(walk(town, tmp_path, (10, 0), (100, 55)))[1] == "Bieg links ab auf Steig 2, 55 m."


def test_the_number_of_a_cycle_route_is_no_name(tmp_path: Path) -> None:
    assert told(walk(street(ref="647"), tmp_path, (10, 0), (90, 0)))[0] == "Geh nach Osten auf dem Fußweg, 80 m."
    assert "B 37" in told(walk(street(highway="primary", ref="B 37"), tmp_path, (10, 0), (90, 0)))[0]


def test_easy_language_has_no_short_forms(tmp_path: Path) -> None:
    route = walk(stairs(), tmp_path, (10, 0), (190, 0))
    assert summary(route.totals, EASY).startswith("Der Weg ist 180 Meter lang. Du brauchst ")
    assert distance(1340, EASY) == "1.300 Meter"
    assert not any(short in text for text in told(route, "de-easy") for short in (" m.", " km", " cm", "%", "(", "„"))


def broken(limit: Limit, name: str) -> Violation:
    return Violation(limit, False, 12, 0, 7.0, 49.0, name, 1, 1, 42.0)


def test_of_a_long_detour_the_first_things_are_named() -> None:
    found = [broken(Limit.STEPS, f"Querstraße {number}") for number in range(6)]
    said = in_words(Reasons("detour", found, detour_metres=330.0), DE)
    assert said.count("eine Treppe") == 3
    assert said.endswith("Querstraße 2 und weitere Hindernisse.")


def test_how_long_the_way_is_is_said_once() -> None:
    here = Reasons("not", [broken(Limit.STEPS, "Gasse")], metres=500.0, changes={"steps": 12}, changed_metres=500.2)
    assert (
        help_in_words(here, DE) == "Du kämst auf diesem Weg an, wenn das für dich geht: Treppen mit bis zu 12 Stufen."
    )
    assert (
        help_in_words(here, EASY)
        == "Geht das für dich? Da sind Treppen. Sie haben bis zu 12 Stufen. Dann kommst du an."
    )
    there = Reasons("not", here.violations, metres=500.0, changes=here.changes, changed_metres=400.0)
    assert help_in_words(there, DE).endswith("Dieser Weg ist 400 m lang.")


def test_what_is_unknown_is_told_of_other_ways_alike(tmp_path: Path) -> None:
    """Who asks for light is told where nobody knows of it, whichever of the ways they look at."""
    engine = Engine(import_map(street().write(tmp_path / "drawn.osm.pbf"))[0])
    profile = PRESETS["low-vision"].profile
    for each in (profile, *variants(profile).values()):
        metric = engine.metric(each)
        route = Describer(engine).route(metric, engine.legs(metric, [at(10, 0), at(90, 0)]))
        assert route.totals.unverified == route.totals.metres
