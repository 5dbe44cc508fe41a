# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers in openrouteservice's form, and a clear refusal for whatever else is asked."""

import json
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely.geometry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..answering.answers import Town, directions, explain, read_form
from ..answering.answers_reach import isochrones, matrix
from ..answering.requested import AnswerError
from ..answering.shapes import encode_polyline
from ..engine import Engine
from ..positions import positions
from .town import at

START, END = list(at(10, 5)), list(at(390, 395))


@pytest.fixture(scope="module")
def town(graph: Any) -> Town:
    return Town(Engine(graph))


def decode(text: str) -> list[tuple[float, float]]:
    """An independent reading of an encoded polyline."""
    numbers, value, shift = [], 0, 0
    for letter in text:
        part = ord(letter) - 63
        value |= (part & 31) << shift
        shift += 5
        if part < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    points, y, x = [], 0, 0
    for dy, dx in zip(numbers[::2], numbers[1::2], strict=True):
        y, x = y + dy, x + dx
        points.append((x / 1e5, y / 1e5))
    return points


def test_json_and_geojson_say_the_same(town: Town) -> None:
    body = {"coordinates": [START, END], "extra_info": ["surface", "waytype", "steepness", "osmid", "unverified"]}
    plain, geo = directions(town, "walker", body), directions(town, "walker", body, "geojson")
    route, feature = plain["routes"][0], geo["features"][0]
    line = feature["geometry"]["coordinates"]
    assert np.allclose(decode(route["geometry"]), line, atol=2e-5)
    assert route["summary"] == feature["properties"]["summary"]
    assert route["way_points"] == [0, len(line) - 1]
    steps = route["segments"][0]["steps"]
    assert all(round(step[key], 1) == step[key] for step in steps for key in ("distance", "duration"))
    assert sum(step["distance"] for step in steps) == pytest.approx(route["summary"]["distance"], abs=1)
    assert steps[0]["type"] == 11
    assert steps[-1]["type"] == 10
    for extra in route["extras"].values():
        assert extra["values"][0][0] == 0
        assert extra["values"][-1][1] == len(line) - 1
        assert sum(part["amount"] for part in extra["summary"]) == pytest.approx(100, abs=0.1)
    assert json.loads(json.dumps(plain)) == plain
    own = route["stadtherz"]
    assert 0 <= own["verified_share"] <= 1
    assert own["summary"].endswith(".")


def test_the_polyline_of_the_published_example() -> None:
    line = np.array([[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]])
    assert encode_polyline(line) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_gpx_is_well_formed(town: Town) -> None:
    text = directions(town, "foot-walking", {"coordinates": [START, END]}, "gpx")
    root = ElementTree.fromstring(text)
    space = "{http://www.topografix.com/GPX/1/1}"
    assert root.tag == f"{space}gpx"
    assert len(root.findall(f".//{space}rtept")) >= 3


def test_stops_make_segments(town: Town) -> None:
    answer = directions(town, "foot", {"coordinates": [START, list(at(250, 100)), END]})
    route = answer["routes"][0]
    assert len(route["segments"]) == 2
    assert len(route["way_points"]) == 3


def test_identical_places(town: Town) -> None:
    answer = directions(town, "foot", {"coordinates": [START, START]}, "geojson")
    assert answer["features"][0]["properties"]["summary"]["distance"] == 0
    assert len(answer["features"][0]["geometry"]["coordinates"]) == 2
    (segment,) = answer["features"][0]["properties"]["segments"]
    assert [step["instruction"] for step in segment["steps"]] == ["Du bist am Ziel."]


def test_what_is_sent_is_what_the_numbers_say(town: Town) -> None:
    """Lines are put together from texts that were written before."""
    asked = read_form("foot", {"coordinates": [START, END]}, "geojson")
    metric = town.engine.metric(asked.pricing)
    for places in ([START, END], [END, START], [START, START], [START, list(at(250, 100)), END]):
        route = town.describer.route(metric, town.engine.legs(metric, [tuple(place) for place in places]))
        feature = directions(town, "foot", {"coordinates": places}, "geojson")["features"][0]
        line = feature["geometry"]["coordinates"]
        assert line == positions(route.coordinates)
        x, y = zip(*line, strict=True)
        assert feature["bbox"] == [min(x), min(y), max(x), max(y)]


def test_an_avoided_area_is_avoided(town: Town) -> None:
    area = shapely.geometry.box(*at(240, 190), *at(260, 210))
    body = {"coordinates": [list(at(250, 290)), list(at(250, 110))]}
    free = directions(town, "foot", body)["routes"][0]["summary"]["distance"]
    body["options"] = {"avoid_polygons": shapely.geometry.mapping(area)}  # type: ignore[assignment]
    answer = directions(town, "foot", body, "geojson")
    line = shapely.geometry.shape(answer["features"][0]["geometry"])
    assert answer["features"][0]["properties"]["summary"]["distance"] > free + 50
    assert not line.intersects(area)


def test_an_area_over_the_whole_town_is_named(town: Town) -> None:
    whole = shapely.geometry.mapping(shapely.geometry.box(7.7, 49.4, 7.9, 49.5))
    with pytest.raises(AnswerError) as caught:
        directions(town, "foot", {"coordinates": [START, END], "options": {"avoid_polygons": whole}})
    assert caught.value.status == 404
    assert "eine Sperrung in der Hauptstraße" in caught.value.more["why_not"]["text"]


def test_a_refusal_says_why(town: Town) -> None:
    personal = {"profile": {"hard": {"steps": 0, "width_cm": 100}}}
    body = {"coordinates": [START, list(at(50, 431))], "options": {"profile_params": personal}}
    body["radiuses"] = [5]
    with pytest.raises(AnswerError) as caught:
        directions(town, "foot", body)
    why = caught.value.body()["why_not"]
    assert "width" in [violation["limit"] for violation in why["violations"]]
    assert why["geometry"]["type"] == "LineString"
    json.dumps(caught.value.body())
    assert explain(town, "foot", body)["text"] == why["text"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, 2000), ([], 2000), ({}, 2001), ({"coordinates": []}, 2001), ({"coordinates": [START]}, 2001),
        ({"coordinates": "x"}, 2002), ({"coordinates": [START, "ab"]}, 2002), ({"coordinates": [START, [1]]}, 2002),
        ({"coordinates": [START, [500, 3]]}, 2003), ({"coordinates": [START, [float("nan"), 3]]}, 2003),
        ({"coordinates": [START] * 100}, 2004), ({"coordinates": [START, [10**400, 3]]}, 2002),
        ({"coordinates": [START, "77"]}, 2002), ({"coordinates": [START, [True, 3]]}, 2002), ({"coordinates": [START, END], "id": [1]}, 2002), ({"coordinates": [START, [13.4, 52.5]]}, 2004),
        ({"coordinates": [START, [0.0, 48.0]]}, 2004), ({"coordinates": [START, [8.0, 49.5]]}, 2010),
        ({"coordinates": [START[::-1], END[::-1]]}, 2010), ({"coordinates": [START, END], "language": "xx"}, 2003),
        ({"coordinates": [START, END], "colour": "red"}, 2012), ({"coordinates": [START, END], "units": "yd"}, 2003),
        ({"coordinates": [START, END], "extra_info": ["smell"]}, 2003),
        ({"coordinates": [START, END], "instructions": "no"}, 2002),
        ({"coordinates": [START, END], "options": []}, 2002),
        ({"coordinates": [START, END], "options": {"avoid_polygons": {"type": "Point"}}}, 2003),
        ({"coordinates": [START, END], "options": {"avoid_polygons": {"type": "Polygon", "coordinates": [[1]]}}}, 2002),
        ({"coordinates": [START, END], "options": {"profile_params": {"profile": {"hard": {"steps": -1}}}}}, 2003),
        ({"coordinates": [START, END], "radiuses": ["x"]}, 2002),
        *(({"coordinates": [START, END], **more}, code) for more, code in (
            ({"radiuses": [50, 50, 50]}, 2003), ({"radiuses": [0]}, 2003), ({"preference": "scenic"}, 2003),
            ({"elevation": "perhaps"}, 2002), ({"attributes": ["smell"]}, 2003), ({"attributes": "avgspeed"}, 2002),
            ({"instructions_format": "pdf"}, 2003), ({"bearings": [[30, 20]] * 2}, 2011),
            ({"bearings": [["x"]]}, 2002), ({"bearings": [[1]] * 5}, 2003), ({"continue_straight": True}, 2011),
            ({"skip_segments": [1]}, 2011), ({"skip_segments": [0]}, 2003), ({"skip_segments": [2]}, 2003),
            ({"schedule": True}, 2011), ({"maximum_speed": 90}, 2011), ({"departure": "2030-01-01T10:00:00"}, 2011),
            ({"geometry_simplify": True, "extra_info": ["surface"]}, 2011), ({"extra_info": ["green"]}, 2003),
            ({"alternative_routes": {"target_count": 99}}, 2003), ({"alternative_routes": {"share": 1}}, 2012),
            ({"alternative_routes": {"target_count": "x"}}, 2002), ({"optimized": "perhaps"}, 2002),
            ({"options": {"avoid_features": ["highways"]}}, 2003), ({"options": {"avoid_borders": "all"}}, 2011),
            ({"options": {"round_trip": {"length": 500}}}, 2011), ({"options": {"smell": 1}}, 2012),
            ({"options": {"profile_params": {"weightings": {"green": 1}}}}, 2011),
            ({"options": {"profile_params": {"restrictions": {"maximum_incline": 3}}}}, 2011),
            ({"coordinates": [START, END, START], "alternative_routes": {"target_count": 2}}, 2011),
            ({"coordinates": [START, END, START], "geometry_simplify": True}, 2011),
        )),
    ],
)  # fmt: skip
def test_every_bad_request_has_its_code(town: Town, body: Any, code: int) -> None:
    with pytest.raises(AnswerError) as caught:
        directions(town, "foot", body)
    assert caught.value.code == code
    assert caught.value.body()["error"]["message"]


def test_what_is_empty_asks_nothing(town: Town) -> None:
    body = {"coordinates": [START, END], "options": None, "extra_info": None, "attributes": None, "bearings": [[], []],
            "radiuses": None, "alternative_routes": None, "skip_segments": [], "schedule": False, "id": None,
            "units": None, "language": None, "preference": None}  # fmt: skip
    answer = directions(town, "foot", body)["routes"][0]
    assert answer == directions(town, "foot", {"coordinates": [START, END]})["routes"][0]


def test_each_place_has_its_own_radius(town: Town) -> None:
    beside = [START, list(at(10, -60))]
    assert directions(town, "foot", {"coordinates": beside, "radiuses": [10, 200]})["routes"]
    for radii, missed in (([200, 5], 1), ([-1, 5], 1)):
        with pytest.raises(AnswerError, match=f"coordinate {missed}") as caught:
            directions(town, "foot", {"coordinates": beside, "radiuses": radii})
        assert caught.value.code == 2010


def test_units_hold_for_all_lengths(town: Town) -> None:
    body = {"coordinates": [START, END], "extra_info": ["surface"]}
    metres, miles = (directions(town, "foot", {**body, "units": unit})["routes"][0] for unit in ("m", "mi"))
    for read in (
        lambda route: route["summary"]["distance"], lambda route: route["segments"][0]["distance"],
        lambda route: route["segments"][0]["steps"][0]["distance"],
        lambda route: route["extras"]["surface"]["summary"][0]["distance"],
    ):  # fmt: skip
        assert read(miles) * 1609.344 == pytest.approx(read(metres), abs=1)


def test_the_shortest_and_the_fastest_way(town: Town) -> None:
    found = {by: directions(town, "wheelchair-manual", {"coordinates": [START, END], "preference": by})["routes"][0]
             for by in ("recommended", "shortest", "fastest")}  # fmt: skip
    for measure, by in (("distance", "shortest"), ("duration", "fastest")):
        assert found[by]["summary"][measure] == min(route["summary"][measure] for route in found.values())


def test_steps_are_avoided(town: Town) -> None:
    body = {"coordinates": [list(at(290, 300)), list(at(390, 395))]}
    assert directions(town, "foot", body)["routes"][0]["stadtherz"]["steps"] > 0
    body["options"] = {"avoid_features": ["steps", "ferries"]}  # type: ignore[assignment]
    assert directions(town, "foot", body)["routes"][0]["stadtherz"]["steps"] == 0


def test_a_simpler_line_with_heights_and_manoeuvres(town: Town) -> None:
    body = {"coordinates": [START, END], "geometry_simplify": True, "elevation": True, "maneuvers": True,
            "instructions_format": "html"}  # fmt: skip
    plain = directions(town, "foot", {"coordinates": [START, END]}, "geojson")["features"][0]
    feature = directions(town, "foot", body, "geojson")["features"][0]
    line, whole = feature["geometry"]["coordinates"], plain["geometry"]["coordinates"]
    assert len(line) <= len(whole)
    assert [point[:2] for point in line][0 :: len(line) - 1] == whole[0 :: len(whole) - 1]
    steps = zip(feature["properties"]["segments"][0]["steps"], plain["properties"]["segments"][0]["steps"], strict=True)
    for step, before in steps:
        assert [line[at_][:2] for at_ in step["way_points"]] == [whole[at_] for at_ in before["way_points"]]
        assert step["maneuver"]["location"] == line[step["way_points"][0]][:2]
        assert all(0 <= step["maneuver"][f"bearing_{when}"] < 360 for when in ("before", "after"))
    assert len(feature["bbox"]) == 6
    assert feature["properties"]["warnings"][0]["message"].startswith("Heights")
    assert {"ascent", "descent"} <= feature["properties"]["summary"].keys()


def test_swapped_coordinates_get_a_hint(town: Town) -> None:
    with pytest.raises(AnswerError) as caught:
        directions(town, "foot", {"coordinates": [START[::-1], END[::-1]]})
    assert caught.value.advice == "swapped"


def test_unknown_profile_and_format(town: Town) -> None:
    for profile, form, code in (("driving-car", "json", 2003), ("foot", "pdf", 2007)):
        with pytest.raises(AnswerError) as caught:
            directions(town, profile, {"coordinates": [START, END]}, form)
        assert caught.value.code == code


json_like = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-400, 400) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["coordinates", "options", "profile_params", "restrictions", "avoid_polygons", "type", "profile", "language",
         "extra_info", "radiuses", "alternative_routes", "locations", "range", "sources", "hard", "minimum_width"]
    ), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(json_like, st.sampled_from(["wheelchair", "walker", "x"]))
def test_no_request_breaks_an_answer(town: Town, body: Any, profile: str) -> None:
    for ask in (directions, isochrones, matrix):
        with pytest.raises(AnswerError):
            ask(town, profile, body)


def test_reach_grows_with_time_and_respects_limits(town: Town) -> None:
    body = {"locations": [START], "range": [60, 120, 240]}
    answer = isochrones(town, "foot", body)
    areas = [shapely.geometry.shape(feature["geometry"]) for feature in answer["features"]]
    assert areas[0].area < areas[1].area < areas[2].area
    assert areas[2].covers(areas[1].buffer(-6e-5))
    slow = isochrones(town, "crutches", body)["features"]
    assert all(one["properties"]["way_metres"] <= two["properties"]["way_metres"]
               for one, two in zip(slow, answer["features"], strict=True))  # fmt: skip


def test_reach_by_distance_and_interval(town: Town) -> None:
    answer = isochrones(town, "foot", {"locations": [START], "range": [300], "interval": 100, "range_type": "distance"})
    assert [feature["properties"]["value"] for feature in answer["features"]] == [100, 200, 300]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"range": [60]}, 3001), ({"locations": [START], "range": "x"}, 3002), ({"locations": [START]}, 3001),
        ({"locations": [START], "range": [-5]}, 3003), ({"locations": [START], "range": [99999]}, 3004),
        ({"locations": [START], "range": [60], "range_type": "smell"}, 3003),
        ({"locations": [[9.0, 50.0]], "range": [60]}, 3099), ([], 3000), ({"locations": [START] * 6}, 3004),
        *(({"locations": [START], "range": [60], **more}, code) for more, code in (
            ({"smell": 1}, 3011), ({"smoothing": "x"}, 3002), ({"smoothing": 200}, 3003), ({"interval": 90}, 3004),
            ({"interval": 1}, 3012), ({"interval": 1e-320}, 3012), ({"range": [1e-200], "attributes": ["reachfactor"]}, 3003),
            ({"range": [1_000, 2_000, 3_000, 3_600], "locations": [START] * 5}, 3004), ({"attributes": ["smell"]}, 3003), ({"location_type": "here"}, 3003),
            ({"intersections": "perhaps"}, 3002), ({"area_units": "ha"}, 3003), ({"time": "2030-01-01"}, 3003),
            ({"options": {"smell": 1}}, 3011),
        )),
    ],
)  # fmt: skip
def test_bad_requests_for_reach(town: Town, body: Any, code: int) -> None:
    with pytest.raises(AnswerError) as caught:
        isochrones(town, "foot", body)
    assert caught.value.code == code


def test_reach_stays_out_of_an_area_and_shares(town: Town) -> None:
    body: dict[str, Any] = {"locations": [START, END], "range": [300], "intersections": True, "area_units": "km",
                            "attributes": ["area", "reachfactor"]}  # fmt: skip
    one, other, common = isochrones(town, "foot", body)["features"]
    assert common["properties"] == {"contours": [[0, 0], [1, 0]]}
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in (one, other, common)]
    assert shapes[2].area == pytest.approx(shapes[0].intersection(shapes[1]).area)
    assert 0 < one["properties"]["reachfactor"] < 1
    assert one["properties"]["area"] < 1
    body["options"] = {"avoid_polygons": shapely.geometry.mapping(shapely.geometry.box(*at(100, -50), *at(700, 700)))}
    body["locations"], body["intersections"] = [START], False
    (kept_out,) = isochrones(town, "foot", body)["features"]
    assert shapely.geometry.shape(kept_out["geometry"]).area < shapes[0].area


def test_the_table_agrees_with_the_ways(town: Town) -> None:
    places = [START, END, list(at(250, 100))]
    answer = matrix(town, "walker", {"locations": places, "metrics": ["duration", "distance"]})
    assert [row[number] for number, row in enumerate(answer["durations"])] == [0, 0, 0]
    way = directions(town, "walker", {"coordinates": places[:2]})["routes"][0]["summary"]
    assert answer["distances"][0][1] == pytest.approx(way["distance"], abs=0.2)
    assert answer["durations"][0][1] == pytest.approx(way["duration"], abs=0.2)
    part = matrix(town, "walker", {"locations": places, "sources": [0], "destinations": [2]})
    assert part["durations"] == [[answer["durations"][0][2]]]


def test_bad_requests_for_tables(town: Town) -> None:
    for body, code in (
        ({"locations": [START, END], "metrics": ["smell"]}, 6003),
        ({"locations": [START, END], "sources": [5]}, 6003), ({"locations": [START] * 60}, 6004),
        ({"locations": [START]}, 6001), ({"locations": [START, [9.0, 50.0]]}, 6010), ([], 6000),
        ({"locations": [START, END], "smell": 1}, 6011), ({"locations": [START, END], "sources": [0.5]}, 6003),
        ({"locations": [START, END], "sources": "0"}, 6002), ({"locations": [START, END], "units": "yd"}, 6003),
        ({"locations": [START, END], "resolve_locations": 3}, 6002),
        ({"locations": [START, END], "options": {"avoid_countries": [11]}}, 6003),
    ):  # fmt: skip
        with pytest.raises(AnswerError) as caught:
            matrix(town, "foot", body)
        assert caught.value.code == code


def test_openrouteservices_own_profile_has_other_ways_too(town: Town) -> None:
    body = {
        "coordinates": [START, END],
        "alternative_routes": {"target_count": 3, "share_factor": 1, "weight_factor": 9},
    }
    kinds = [route["stadtherz"]["kind"] for route in directions(town, "wheelchair", body)["routes"]]
    assert kinds[0] == "best"
    assert set(kinds[1:]) <= {"shorter", "faster"}


def test_alternatives_really_differ(heidelberg: Engine) -> None:
    answer = directions(Town(heidelberg), "wheelchair-manual", {
        "coordinates": [[8.6735, 49.4036], [8.7044, 49.4118]], "alternative_routes": {"target_count": 3},
    })  # fmt: skip
    kinds = [route["stadtherz"]["kind"] for route in answer["routes"]]
    assert kinds[0] == "best"
    assert len(kinds) == len(set(kinds)) >= 2
    by_kind = dict(zip(kinds, answer["routes"], strict=True))
    for kind, measure in (("shorter", lambda r: r["summary"]["distance"]),
                          ("better_known", lambda r: r["stadtherz"]["unknown_metres"])):  # fmt: skip
        if kind in by_kind:
            assert measure(by_kind[kind]) < measure(by_kind["best"])
