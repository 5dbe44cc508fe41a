# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is in the way today is told at the step on which one comes upon it, with the metres until it begins; and where start
or destination are closed, that is said."""

from typing import Any

import pytest
import shapely

from ..answering.answers import Town, directions
from ..engine import Engine
from ..obstacles import Effect, Obstacle, Spot, edges_of
from ..vocabulary import Kind
from .places import edges_near
from .town import at

PARK = [at(250, 295), at(250, 110)]


def put(engine: Engine, shape: Any, *, reach: float = 8, lift: bool = False, **more: Any) -> None:
    spot = Spot(shape, reach, lift=lift)
    [edges] = edges_of(engine.graph, engine.grid, [spot])
    assert edges
    about = {"kind": "lift" if lift else "works", "place": "Park"}
    engine.put_obstacle(Obstacle("it", edges, spot=spot, about=about, **more))


def asked(engine: Engine, *points: tuple[float, float], language: str = "de", form: str = "json") -> Any:
    return directions(Town(engine), "foot", {"coordinates": list(points), "language": language}, form)


def texts(answer: Any) -> list[str]:
    return [step["instruction"] for step in answer["routes"][0]["segments"][0]["steps"]]


def test_a_place_on_the_way_is_told_at_its_step_after_so_many_metres(engine: Engine) -> None:
    put(engine, shapely.Point(*at(251, 160)), effect=Effect.NOTICE)
    answer = asked(engine, *PARK)
    told = [text for text in texts(answer) if "Achtung" in text]
    assert told == [
        "Geh geradeaus weiter auf dem Fußweg, 80 m, ganz auf Schotter. "
        "Achtung, nach 25 m: Baustelle (Park), gemeldet, nicht bestätigt."
    ]
    [passed] = answer["routes"][0]["stadtherz"]["obstacles"]["passed"]
    [met] = passed["met"]
    assert (met["segment"], met["step"]) == (0, 2)
    assert met["after"] == pytest.approx(192 - 168, abs=1)
    assert met["location"] == pytest.approx(at(250, 168), abs=1e-5)


def test_an_area_is_told_where_it_begins_and_how_far_it_goes(engine: Engine) -> None:
    put(engine, shapely.box(*at(240, 230), *at(260, 270)), effect=Effect.NOTICE)
    told = texts(asked(engine, *PARK, language="en"))
    assert told[0] == (
        "Go south on the way: Parkweg, 85 m. Caution, after 25 m: works (Park), reported, not confirmed. About 40 m long."
    )
    there = texts(asked(engine, *PARK[::-1], language="de-easy"))
    assert any("Pass auf nach 20 Metern. Da ist eine Bau-Stelle" in t for t in there)


def test_a_lift_and_a_crossing_have_no_metres(engine: Engine) -> None:
    put(engine, shapely.Point(*at(500, 430)), reach=25, lift=True, effect=Effect.NOTICE)
    told = texts(asked(engine, at(500, 380), at(460, 430)))
    assert any(
        t == "Fahr mit dem Aufzug, hinauf auf Ebene 1. Achtung: Aufzug außer Betrieb (Park), gemeldet, nicht bestätigt."
        for t in told
    )


def test_one_that_has_no_place_is_told_where_its_ways_begin(engine: Engine) -> None:
    lift = tuple(edges_near(engine.graph, engine.grid, *at(500, 430), kinds=[Kind.LIFT]).tolist())
    engine.put_obstacle(Obstacle("rule", lift, effect=Effect.NOTICE, about={"kind": "hours", "title": "Mo-Fr"}))
    assert any(
        t.startswith("Fahr mit dem Aufzug, hinauf auf Ebene 1. Achtung: hier gilt")
        for t in texts(asked(engine, at(500, 380), at(460, 430)))
    )


def test_a_track_warns_at_the_place(engine: Engine) -> None:
    put(engine, shapely.Point(*at(251, 160)), effect=Effect.NOTICE)
    track = asked(engine, *PARK, form="gpx")
    lon, lat = at(250, 168)
    assert f'<wpt lat="{lat:.5f}' in track
    assert f'lon="{lon:.6f}' in track
    assert track.index("<wpt") < track.index("<rte>")
    assert "Achtung, nach 25 m" in track


def test_start_and_destination_in_a_closed_place(engine: Engine) -> None:
    usual = asked(engine, *PARK)["routes"][0]
    assert usual["stadtherz"]["obstacles"] == {"passed": [], "avoided": [], "moved": []}
    put(engine, shapely.box(*at(240, 230), *at(260, 290)))
    route = asked(engine, at(250, 260), at(250, 110))["routes"][0]
    [moved] = route["stadtherz"]["obstacles"]["moved"]
    assert moved["point"] == 0
    assert moved["metres"] > 20
    assert moved["text"].startswith(
        "Der Weg an deinem Start ist gesperrt: Baustelle (Park). Deshalb beginnt deine Strecke "
    )
    back = asked(engine, at(250, 110), at(250, 260), language="en")["routes"][0]
    [moved] = back["stadtherz"]["obstacles"]["moved"]
    assert moved["point"] == 1
    assert moved["text"].startswith("The way at your destination is closed: works (Park). So yours ends ")
