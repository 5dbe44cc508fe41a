# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person reads: steps, facts and summaries in German, English and easy language."""

import re
import string
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from ..engine import Engine, RoutingError
from ..geodesy import bearing
from ..graph import Ints
from ..importing.assembling import import_map
from ..presets import PRESETS
from ..profiles import Limit
from ..telling.describing import Describer
from ..telling.directions import distance, instructions, listing, summary
from ..telling.phrases import DE, EASY, EN, LANGUAGES, table
from ..telling.route import Route, Turn, turn_of
from ..telling.stretches import stretches
from ..telling.told import ARRIVE, CIRCLE, GUIDED, LEAVE, VOICE, WALKED, Manner
from ..vocabulary import Side, Surface
from .town import Draft, at

Points = list[tuple[float, float]]


@pytest.fixture
def walk(engine: Engine, describer: Describer) -> Route:
    """Down the park way, over the signalled crossing with both kerbs, onto gravel."""
    metric = engine.metric(PRESETS["foot"].profile.adjusted(kerb_up_mm=200, surface=Surface.GRAVEL))
    return describer.route(metric, engine.legs(metric, [at(250, 295), at(250, 110)]))


def test_after_a_crossing_one_turns_where_the_line_does(engine: Engine, describer: Describer) -> None:
    """Also where we drew the crossing between two corners, which have no line of their own in the map."""
    metric, graph = engine.metric(PRESETS["blind"].profile), engine.graph
    places = [(float(x), float(y)) for x, y in zip(graph.node_x, graph.node_y, strict=True)]
    told = 0
    for start, goal in product(places[::9], places[4::9]):
        try:
            route = describer.route(metric, engine.legs(metric, [start, goal]))
        except RoutingError:
            continue
        for crossing, step in pairwise(route.steps[0]):
            if crossing.manner is not Manner.CROSSING or step.turn is Turn.DEPART:
                continue
            before, corner, after = route.coordinates[step.first - 1 : step.first + 2]
            if (before != corner).any() and (corner != after).any():
                bend = float(bearing(*corner, *after) - bearing(*before, *corner) + 540) % 360 - 180
                if 60 < abs(bend) < 150:
                    assert step.turn in ((Turn.RIGHT, Turn.SHARP_RIGHT) if bend > 0 else (Turn.LEFT, Turn.SHARP_LEFT))
                    told += 1
    assert told > 20


def cues(*voices: int) -> Ints:
    """Arcs that are walked, each at a right angle to the one before."""
    found = np.zeros((len(voices), 8), dtype="i2")
    found[:, WALKED] = found[:, GUIDED] = 1
    found[:, VOICE] = voices
    found[1::2, LEAVE] = found[1::2, ARRIVE] = CIRCLE // 4
    return found


def test_the_last_scrap_of_a_way_is_no_turn_of_its_own() -> None:
    arcs, lengths = cues(1, 2, 3), np.array([900.0, 700.0, 12.0])
    assert stretches(arcs, lengths).first == [0, 1]
    assert stretches(arcs, lengths + 20).first == [0, 1, 2]
    arcs[1, WALKED] = 0  # a crossing
    assert stretches(arcs, lengths).first == [0, 1]
    arcs[1, GUIDED] = 0  # a lift or a stair: where one gets off is told with what follows
    assert stretches(arcs, lengths).first == [0, 1, 2]


def test_a_few_metres_beside_it_do_not_end_a_stretch() -> None:
    """Neither a bit straight ahead that the map calls otherwise, nor a scrap that is told with what follows."""
    straight = cues(7, 8, 7)
    straight[:, (LEAVE, ARRIVE)] = 0
    assert stretches(straight, np.array([900.0, 60.0, 300.0])).first == [0]
    assert stretches(straight, np.array([900.0, 90.0, 300.0])).first == [0, 1, 2]
    straight[2, VOICE] = 9
    assert stretches(straight, np.array([900.0, 60.0, 300.0])).first == [0, 2]
    jog = cues(7, 8, 7)  # to the right, and at once to the left again
    assert stretches(jog, np.array([900.0, 40.0, 300.0])).first == [0]
    assert stretches(jog, np.array([900.0, 60.0, 300.0])).first == [0, 1, 2]
    jog[2, (LEAVE, ARRIVE)] = CIRCLE // 4  # to the right, and so it goes on
    assert stretches(jog, np.array([900.0, 40.0, 300.0])).first == [0, 1]


def test_one_turns_onto_what_one_then_goes_on(engine: Engine, describer: Describer) -> None:
    metric = engine.metric(PRESETS["foot"].profile)
    route = describer.route(metric, engine.legs(metric, [at(250, 295), at(390, 195)]))
    turns = {
        "de": r"^Bieg (scharf )?(links|rechts) ab (auf den|auf die|in) ",
        "en": r"^Turn (sharp )?(left|right) (onto|into) ",
    }
    for language, form in turns.items():
        texts = instructions(route, table(language))[0]
        turned = [text for text in texts if text.startswith(("Bieg", "Turn"))]
        assert turned
        assert all(re.match(form, text) for text in turned)


def placeholders(text: str) -> set[str]:
    """The way one goes on and the way one turns onto are the same."""
    return {"way" if name == "onto" else name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_all_languages_have_the_same_phrases_with_known_placeholders() -> None:
    assert set(DE) == set(EN) == set(EASY)
    for key, text in EN.items():
        assert placeholders(text) <= placeholders(DE[key]), key
        assert placeholders(EASY[key]) <= placeholders(DE[key]), key


def test_every_limit_has_words() -> None:
    for limit in Limit:
        if limit is not Limit.UNKNOWN:
            assert f"reason.{limit.name}" in DE


def test_the_walk_in_german(walk: Route) -> None:
    texts = instructions(walk, table("de"))[0]
    assert texts[0] == "Geh nach Süden auf dem Weg: Parkweg, 85 m."
    assert texts[1].startswith("Überquere die Hauptstraße an der Ampel, mit Ton")
    assert "Bordstein 12 cm hinauf." in texts[1]
    assert "Bordstein 3 cm hinunter." in texts[1]
    assert texts[2].startswith("Geh geradeaus weiter auf dem Fußweg, 80 m, ganz auf Schotter.")
    assert texts[-1] == "Du bist am Ziel."


def test_the_walk_in_english_and_easy_language(walk: Route) -> None:
    english = instructions(walk, table("en-GB"))[0]
    assert english[0] == "Go south on the way: Parkweg, 85 m."
    assert "Kerb 12 cm up." in english[1]
    easy = " ".join(instructions(walk, table("de-easy"))[0])
    assert "Da ist eine Ampel. Die Ampel macht Töne" in easy
    assert all(len(re.findall(r"\w+", part)) <= 12 for part in re.split(r"[.!?] ", easy))


def test_the_summary_names_what_matters(walk: Route) -> None:
    text = summary(walk.totals, table("de"))
    assert text.startswith("180 m, ")
    assert "2 Bordsteine bis 12 cm" in text or "1 Bordstein von 12 cm" in text
    assert "80 m Schotter" in text
    all_of_it = structs.replace(walk.totals, unverified=walk.totals.metres - 0.5)
    assert summary(all_of_it, DE).endswith("nichts davon geprüft.")
    assert summary(all_of_it, EN).endswith("none of it verified.")
    assert summary(structs.replace(all_of_it, unverified=30.0), DE).endswith(" 30 m nicht geprüft.")


def test_steps_with_handrail_and_their_number(engine: Engine, describer: Describer) -> None:
    metric = engine.metric(PRESETS["foot"].profile)
    route = describer.route(metric, engine.legs(metric, [at(295, 303), at(340, 340)]))
    texts = instructions(route, table("de"))[0]
    assert any("Geh die Treppe hinauf, 6 Stufen, mit Handlauf." in text for text in texts)
    back = describer.route(metric, engine.legs(metric, [at(340, 340), at(295, 303)]))
    assert any("Geh die Treppe hinunter" in text for text in instructions(back, table("de"))[0])


def test_the_side_of_the_street_turns_with_the_walker(engine: Engine, describer: Describer) -> None:
    metric = engine.metric(PRESETS["foot"].profile)
    south_side = [at(20, -5), at(80, -5)]
    east = describer.route(metric, engine.legs(metric, south_side)).steps[0][0]
    west = describer.route(metric, engine.legs(metric, south_side[::-1])).steps[0][0]
    assert east.manner is west.manner is Manner.PAVEMENT
    assert {east.side, west.side} == {1, 2}
    assert east.side == 2  # walking east, the southern pavement is on the right


def test_one_pavement_is_told_once_however_its_street_is_drawn(tmp_path: Path) -> None:
    town = Draft()
    for points in ([(0, 0), (100, 0)], [(200, 0), (100, 0)]):
        town.way(*points, highway="residential", sidewalk="both", name="Gegenweg")
    engine = Engine(import_map(town.write(tmp_path / "drawn.osm.pbf"))[0])
    describer, metric = Describer(engine), engine.metric(PRESETS["foot"].profile)
    for places in (south := [at(10, -5), at(190, -5)], south[::-1]):
        (step,) = describer.route(metric, engine.legs(metric, places)).steps[0]
        assert step.manner is Manner.PAVEMENT
        assert step.side == (Side.RIGHT if places is south else Side.LEFT)


def test_a_lift_is_told_and_stops_are_told(engine: Engine, describer: Describer) -> None:
    metric = engine.metric(PRESETS["foot"].profile)
    route = describer.route(metric, engine.legs(metric, [at(500, 380), at(460, 430), at(500, 380)]))
    first, second = instructions(route, table("de"))
    assert "Fahr mit dem Aufzug, hinauf auf Ebene 1." in first
    assert first[-1] == "Du bist am Zwischenziel."
    assert second[-1] == "Du bist am Ziel."


@pytest.mark.parametrize(
    ("angle", "turn"),
    [(0, Turn.STRAIGHT), (-30, Turn.SLIGHT_LEFT), (90, Turn.RIGHT), (-90, Turn.LEFT), (140, Turn.SHARP_RIGHT),
     (179, Turn.U_TURN), (-170, Turn.U_TURN)],
)  # fmt: skip
def test_turns(angle: float, turn: Turn) -> None:
    assert turn_of(angle) is turn


@pytest.mark.parametrize(
    ("metres", "text"), [(0.2, "1 m"), (7.4, "7 m"), (43, "45 m"), (244, "240 m"), (996, "1,0 km"), (12345, "12,3 km")]
)
def test_distances_as_a_person_says_them(metres: float, text: str) -> None:
    assert distance(metres, DE) == text


def test_lists_and_languages() -> None:
    assert listing(["a", "b", "a", "c"], DE) == "a, b und c"
    assert table(None) is DE
    assert table("de-AT") is DE
    assert table("xx") is EN
    assert set(LANGUAGES) == {"de", "en", "de-easy"}
    assert all(f"surface.{s.name.lower()}" in DE for s in Surface if s)
