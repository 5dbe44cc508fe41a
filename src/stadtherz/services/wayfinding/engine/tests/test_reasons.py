# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why not, and why so long: each broken limit by name and place, and what would help."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from ..engine import Engine, NoRouteError, PointNotFoundError
from ..importing.assembling import import_map
from ..obstacles import Obstacle
from ..presets import PRESETS
from ..profiles import Limit, Unknown
from ..reasons import why_not, why_so_long
from ..telling.describing import Describer
from ..telling.phrases import table
from ..telling.reason_words import in_words
from ..vocabulary import Smoothness, Surface
from .places import places
from .town import Draft, at, draft_town

FOOT = PRESETS["foot"].profile


def test_steps_in_the_only_way(engine: Engine, describer: Describer) -> None:
    """Behind the steps with a pram ramp and the narrow way lies nothing else: 80 cm are too narrow."""
    metric = engine.metric(FOOT.adjusted(steps=0, width_cm=90))
    reasons = why_not(engine, describer, metric, [at(0, 390), at(50, 430)])
    assert reasons.kind == "closest"
    named = {violation.limit for violation in reasons.violations}
    assert Limit.WIDTH in named
    narrow = next(v for v in reasons.violations if v.limit is Limit.WIDTH)
    assert (narrow.value, narrow.asked) == (80, 90)
    assert reasons.changes["width_cm"] == 80
    assert reasons.changed_metres is not None
    text = in_words(reasons, table("de"))
    assert "eine Engstelle von 80 cm nahe der Querstraße 4 (du brauchst 90 cm)" in text
    assert "80 cm Breite" in text


def test_the_kerb_that_is_too_high(engine: Engine, describer: Describer) -> None:
    profile = FOOT.adjusted(kerb_up_mm=30, kerb_down_mm=20)
    metric = engine.metric(profile)
    # the kerb lies on the edge itself, so that no other way leads there
    crossing = engine.snap(engine.metric(FOOT), [at(250, 204)])[0]
    assert metric.costs.broken[2 * crossing.edge] == Limit.KERB_DOWN
    reasons = why_not(engine, describer, metric, [at(250, 204), at(250, 280)])
    assert {v.limit for v in reasons.violations} <= {Limit.KERB_UP, Limit.KERB_DOWN}


def test_a_detour_names_what_it_avoids(engine: Engine, describer: Describer) -> None:
    metric = engine.metric(FOOT.adjusted(steps=0))
    legs = engine.legs(metric, [at(290, 300), at(390, 395)])
    reasons = why_so_long(engine, describer, metric, legs)
    assert reasons.kind == "detour"
    assert [v.limit for v in reasons.violations] == [Limit.STEPS]
    assert "Dafür ersparst du dir eine Treppe mit 6 Stufen" in in_words(reasons, table("de"))
    assert why_so_long(engine, describer, engine.metric(FOOT), legs).kind == "direct"


def test_nothing_helps_where_nothing_leads(engine: Engine, describer: Describer) -> None:
    reasons = why_not(engine, describer, engine.metric(FOOT), [at(0, 0), at(925, 900)])
    assert reasons.kind == "nothing"
    assert in_words(reasons, table("en")).endswith("start and end are not connected on the map.")


def test_an_obstacle_is_named(engine: Engine, describer: Describer) -> None:
    metric = engine.metric(FOOT)
    mill = engine.snap(metric, [at(-45, 100)])[0]
    engine.put_obstacle(Obstacle("works", (mill.edge,)))
    reasons = why_not(engine, describer, engine.metric(FOOT), [at(-45, 100), at(50, 100)])
    assert Limit.CLOSED in {v.limit for v in reasons.violations}
    assert "eine Sperrung am Mühlenpfad" in in_words(reasons, table("de"))


def test_forbidden_unknowns_are_named_as_such(engine: Engine, describer: Describer) -> None:
    strict = PRESETS["foot"].profile
    strict = strict.adjusted(unknown=type(strict.unknown)(incline=Unknown.FORBID))
    reasons = why_not(engine, describer, engine.metric(strict), [at(0, 50), at(0, 150)])
    assert all(v.unknown for v in reasons.violations)
    assert "von unbekannter Steigung" in in_words(reasons, table("de"))


@pytest.mark.parametrize("metres", [148.2, 150.0, 163.7])
def test_what_would_help_on_a_long_steep_stretch(tmp_path: Path, metres: float) -> None:
    """The stretch is rounded up: with so many metres one arrives, with one less one does not."""
    town = draft_town()
    town.way((400, 400), (400, 430), highway="residential", name="Absatz", surface="asphalt", incline="0")
    town.way((400, 430), (400, 430 + metres), highway="residential", name="Hang", surface="asphalt", incline="7%")
    town.way((400, 430 + metres), (450, 620), highway="residential", name="Höhe", surface="asphalt", incline="0")
    engine = Engine(import_map(town.write(tmp_path / "hill.osm.pbf"))[0])
    metric = engine.metric(FOOT.adjusted(steep_permille=60, steep_metres=60))
    reasons = why_not(engine, Describer(engine), metric, [at(350, 395), at(449, 619)])
    assert [v.limit for v in reasons.violations] == [Limit.STEEP_LENGTH]
    enough = reasons.changes["steep_metres"]
    assert reasons.changed_metres is not None
    assert enough - 1 < metres <= enough
    text = in_words(reasons, table("de"))
    assert f"{enough} m am Stück über 6 % Steigung bei „Hang“ (deine Grenze: 60 m)" in text
    assert f"wenn das für dich geht: {enough} m steil am Stück." in text
    assert f"{enough} Meter ohne Pause. Deine Grenze ist 60 Meter" in in_words(reasons, table("de-easy"))
    assert f"{enough} m of slope above 6 % without a break at Hang (your limit: 60 m)" in in_words(reasons, table("en"))


def test_evenness_is_said_in_the_language_of_the_reader(engine: Engine, describer: Describer) -> None:
    metric = engine.metric(FOOT.adjusted(smoothness=Smoothness.INTERMEDIATE))
    reasons = why_not(engine, describer, metric, [at(-45, 101), at(50, 100)])
    assert "auf unebenem Boden am Mühlenpfad (holprig)" in in_words(reasons, table("de"))
    assert "bumpy" in in_words(reasons, table("en"))


@pytest.mark.parametrize("key", ["wheelchair-manual", "walker", "scooter"])
def test_on_a_real_extract_no_refusal_is_without_reason(heidelberg: Engine, key: str) -> None:
    describer, metric = Describer(heidelberg), heidelberg.metric(PRESETS[key].profile)
    refused = 0
    found = places(heidelberg, 60, 11)
    for start, end in zip(found[::2], found[1::2], strict=True):
        try:
            heidelberg.legs(metric, [start, end])
        except (NoRouteError, PointNotFoundError) as error:
            if isinstance(error, PointNotFoundError) and not error.limited:
                continue  # nothing but private ways near: that is what it says
            refused += 1
            reasons = why_not(heidelberg, describer, metric, [start, end])
            assert reasons.kind == "nothing" or reasons.violations
            assert len(in_words(reasons, table("de"))) > 40
    assert refused


def two_ways(path: Path, short: dict[str, str], *, long: float, much: dict[str, str]) -> Engine:
    """From west to east a street of 200 m that side streets cut into pieces of 25 m, and a way round of some metres more."""
    town = Draft()
    level = {"highway": "residential", "surface": "asphalt", "incline": "0", "sidewalk": "no"}
    town.way((-50, 0), (0, 0), name="Westplatz", **level)
    town.way((200, 0), (250, 0), name="Ostplatz", **level)
    for x in range(0, 200, 25):
        town.way((x, 0), (x + 25, 0), name="Kurze Straße", **(level | short))
        town.way((x, 0), (x, -10), highway="residential", name="Sackgasse", surface="asphalt")
    town.way((0, 0), (0, long / 2), name="Umweg", **level)
    town.way((0, long / 2), (100, long / 2), name="Umweg", **(level | much))
    town.way((100, long / 2), (200, long / 2), (200, 0), name="Umweg", **level)
    return Engine(import_map(town.write(path / "two.osm.pbf"))[0])


STAIRS = {"highway": "steps", "step_count": "30"}


@pytest.mark.parametrize(
    ("short", "long", "much", "told"),
    [
        ({"surface": "cobblestone"}, 200, STAIRS, Limit.SURFACE),  # eight pieces of one street, and one stair
        ({"surface": "cobblestone"}, 200, {"surface": "cobblestone"}, Limit.SURFACE),
        (STAIRS, 2000, {"highway": "footway", "width": "0.8"}, Limit.WIDTH),
        (
            {"surface": "cobblestone"},
            9000,
            {"highway": "footway", "width": "0.8"},
            Limit.SURFACE,
        ),  # nobody goes 9 km for so little
        ({"incline": "14%"}, 400, {"incline": "9%"}, Limit.INCLINE_UP),
    ],
)
def test_the_way_that_comes_closest(
    tmp_path: Path, short: dict[str, str], long: float, much: dict[str, str], told: Limit
) -> None:
    town = two_ways(tmp_path, short, long=long, much=much)
    metric = town.metric(FOOT.adjusted(steps=0, width_cm=90, surface=Surface.ASPHALT, incline_up_permille=80))
    reasons = why_not(town, Describer(town), metric, [at(-40, 1), at(240, 1)])
    assert {one.limit for one in reasons.violations} == {told}
    assert (reasons.metres > 600) == (long in {400, 2000})


def test_who_starts_beside_a_lost_piece_of_the_map_is_told_what_is_in_the_way(tmp_path: Path) -> None:
    """A path that is joined to nothing lies nearest to the start: reasons begin at the next street, as ways do."""
    town = Draft()
    for north in range(0, 500, 50):
        town.way(*((east, north) for east in range(0, 500, 50)), highway="residential", name=f"Querstraße {north}")
        town.way(*((north, east) for east in range(0, 500, 50)), highway="residential", name=f"Längsstraße {north}")
    town.way((60, 20), (90, 20), highway="footway", name="Rasenpfad")
    lost = Engine(import_map(town.write(tmp_path / "lost.osm.pbf"))[0])
    metric = lost.metric(FOOT.adjusted(light=True))
    strict = lost.metric(replace(metric.pricing, unknown=replace(metric.pricing.unknown, light=Unknown.FORBID)))
    reasons = why_not(lost, Describer(lost), strict, [at(75, 19), at(420, 440)])
    assert reasons.kind == "closest"
    assert {one.limit for one in reasons.violations} == {Limit.LIGHT}


def test_stretches_of_one_street_are_one_reason(tmp_path: Path) -> None:
    town = Draft()
    points = [(east, 0) for east in range(0, 301, 50)]
    for number, (one, other) in enumerate(pairwise(points)):  # six ways of one street, and two with a name less
        town.way(
            one, other, highway="residential", surface="sett" if number in {0, 5} else "cobblestone", name="Marktgasse"
        )
    town.way((300, 0), (300, 60), highway="footway", surface="cobblestone")
    town.way((300, 60), (300, 120), highway="footway", surface="cobblestone")
    town.way((260, 130), (340, 130), highway="platform", name="3")
    engine = Engine(import_map(town.write(tmp_path / "cobbles.osm.pbf"))[0])
    metric = engine.metric(FOOT.adjusted(surface=Surface.ASPHALT))
    reasons = why_not(engine, Describer(engine), metric, [at(0, 0), at(300, 119)])
    assert [(one.value, round(one.metres), one.name) for one in reasons.violations][:2] == [
        (Surface.SETT, 100, "Marktgasse"), (Surface.COBBLES, 200, "Marktgasse")]  # fmt: skip
    text = in_words(reasons, table("de"))
    assert text.count("in der Marktgasse") == 2
    assert text.count("nahe der Marktgasse") <= 1
    assert "„3“" not in text
