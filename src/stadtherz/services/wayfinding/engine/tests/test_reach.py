# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Areas of reach: nested, whole, around all that is reached, and around nothing else. What is reached is worked out anew,
street by street, from Dijkstra's distances."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ..contours import Outline, outline, together
from ..corners import polygons
from ..costs import FORBIDDEN
from ..engine import Engine, PointNotFoundError
from ..geodesy import METRES_PER_DEGREE
from ..graph import Ints
from ..importing.assembling import import_map
from ..metric import Metric, Options
from ..presets import PRESETS
from ..reach import Area, Question, areas, reachable, spread_from
from ..routing import DijkstraRouter
from ..snapping import Snap
from .hills import longest_climb
from .places import places
from .town import Draft, at

FOOT, WALKER = PRESETS["foot"].profile, PRESETS["walker"].profile
#: metres from all that is walked beyond which another line lies outside, and beyond which everything does
OTHERS_OUT, ALL_OUT = 20.0, 29.0
#: what is walked is known every ten metres here
SAMPLED = 6.0


def in_metres(shape: object, lat: float) -> object:
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(lat)), 1.0])
    return shapely.transform(shape, lambda points: points * scale)


def when_there(engine: Engine, metric: Metric, asked: Question, snap: Snap) -> tuple[Ints, Ints]:
    """By arc (in walking direction) what it takes, and when one sets off on it (`towards`: is at its end)."""
    effort = np.maximum(asked.effort(metric).astype("i8"), 1)
    effort[metric.current >= FORBIDDEN] = FORBIDDEN
    turned = effort.reshape(-1, 2)[:, ::-1].reshape(-1) if asked.towards else effort
    starts = [
        (engine.network.heads.item(2 * snap.edge + back), round(turned.item(2 * snap.edge + back) * share))
        for back, share in ((0, 1 - snap.share), (1, snap.share)) if turned.item(2 * snap.edge + back) < FORBIDDEN
    ]  # fmt: skip
    found = DijkstraRouter(engine.graph).weighting(turned).distances(starts)
    return turned, found[engine.network.tails]


def cut(engine: Engine, takes: Ints, leaves: Ints, snap: Snap, limit: float) -> tuple[list[object], list[object]]:
    """Lines that are walked within a limit, and those that are not: in pieces of a tenth of an edge."""
    reached, others = [], []
    for edge in range(engine.graph.edge_count):
        line = shapely.LineString(engine.graph.line(edge))
        for tenth in range(10):
            middle = (tenth + 0.5) / 10
            times = [
                leaves[2 * edge + back] + takes[2 * edge + back] * share
                for back, share in ((0, middle), (1, 1 - middle)) if takes[2 * edge + back] < FORBIDDEN
            ]  # fmt: skip
            if edge == snap.edge:
                back = int(middle < snap.share)
                if takes[2 * edge + back] < FORBIDDEN:
                    times.append(takes[2 * edge + back] * abs(middle - snap.share))
            point = line.interpolate(middle, normalized=True)
            (reached if min(times, default=np.inf) <= limit else others).append(point)
    return reached, others


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000), limit=st.integers(5, 400), by=st.sampled_from(["time", "distance"]), towards=st.booleans(),
    both=st.booleans(),
)  # fmt: skip
def test_what_is_reached_is_inside_and_what_is_not_is_outside(
    graph: object, seed: int, limit: int, by: str, towards: bool, both: bool
) -> None:
    engine = Engine(graph)  # type: ignore[arg-type]
    metric, asked = engine.metric(WALKER, Options(both_ways=both)), Question(by, towards)
    try:
        spread = spread_from(engine, metric, places(engine, 1, seed)[0], limit * 2, asked)
    except PointNotFoundError:
        return
    assert spread.snap is not None
    takes, leaves = when_there(engine, metric, asked, spread.snap)
    lat = spread.snap.y
    for area in areas([spread], [limit, limit * 2]):
        reached, others = cut(engine, takes, leaves, spread.snap, area.limit * 10)
        polygon = in_metres(area.polygon, lat)
        assert shapely.covers(polygon, in_metres(np.array(reached), lat)).all()
        near = shapely.STRtree(in_metres(np.array([*reached, shapely.Point(spread.snap.x, spread.snap.y)]), lat))
        far = [point for point in in_metres(np.array(others), lat) if distance(near, point) > OTHERS_OUT + SAMPLED]
        assert not shapely.covers(polygon, far).any()
        corners = shapely.points(shapely.get_coordinates(polygon))
        assert max(distance(near, corner) for corner in corners) < ALL_OUT + SAMPLED


def distance(near: shapely.STRtree, point: object) -> float:
    return float(near.query_nearest(point, return_distance=True, all_matches=False)[1][0])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), limits=st.lists(st.integers(3, 600), min_size=1, max_size=6, unique=True))
def test_areas_are_valid_and_lie_in_each_other(hilly: Engine, seed: int, limits: list[int]) -> None:
    metric = hilly.metric(FOOT)
    start = places(hilly, 1, seed)[0]
    try:
        found = reachable(hilly, metric, start, limits)
    except PointNotFoundError:
        return
    assert all(area.polygon.is_valid for area in found)
    for narrow, wide in pairwise(found):
        assert wide.polygon.covers(narrow.polygon)
        assert wide.way_metres >= narrow.way_metres
    corners = shapely.get_coordinates([area.polygon for area in found])
    assert (np.round(corners, 6) == corners).all()


def test_the_same_range_is_the_same_whatever_else_is_asked(hilly: Engine) -> None:
    """But for the corners that go: no more than three metres along a line of the lattice."""
    metric, start = hilly.metric(FOOT), places(hilly, 1, 3)[0]
    alone, among = reachable(hilly, metric, start, [200])[0], reachable(hilly, metric, start, [100, 200, 500])[1]
    lat = start[1]
    assert shapely.hausdorff_distance(in_metres(alone.polygon, lat), in_metres(among.polygon, lat)) < 6
    assert alone.way_metres == pytest.approx(among.way_metres)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), rows=st.integers(3, 9), columns=st.integers(3, 9), tolerance=st.integers(0, 60))
def test_nested_fields_give_nested_polygons(seed: int, rows: int, columns: int, tolerance: int) -> None:
    """Of any fields, however wild: with saddles, islands and holes in holes."""
    rng = np.random.default_rng(seed)
    steps, fields = (110, 72), []
    field = np.full((rows + 2, columns + 2), 9.0, dtype="f4")
    field[1:-1, 1:-1] = rng.normal(0, 2, (rows, columns))
    for _ in range(3):
        fields.append(field.copy())
        field[1:-1, 1:-1] -= rng.choice([0, 0, 0.01, 1], (rows, columns))
    found = polygons([whole(one, steps) for one in fields], columns + 2, steps, (7_000, 4_000), (tolerance, tolerance))
    exact = polygons([whole(one, steps) for one in fields], columns + 2, steps, (7_000, 4_000), (0, 0))
    assert all(one.is_valid for one in (*found, *exact))
    for drawn in (found, exact):
        assert all(wide.covers(narrow) for narrow, wide in pairwise(drawn))
    row, column = np.nonzero(np.ones_like(fields[0]))
    for one, field in zip(found, fields, strict=True):
        inside = shapely.contains_xy(one, 7_000 + column * steps[0], 4_000 + row * steps[1])
        assert (inside == (field[row, column] <= 0)).all()


def whole(field: Ints, steps: tuple[int, int]) -> Outline:
    """In two parts, as a large lattice is worked through."""
    middle = len(field) // 2
    return together([outline(field[: middle + 1], 0, steps), outline(field[middle:], middle, steps)])


@pytest.fixture(scope="module")
def banks(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Two streets 22 m apart on both sides of a river, joined by a bridge at their far end only."""
    town = Draft()
    for north, name in ((0, "Linkes Ufer"), (22, "Rechtes Ufer")):
        town.way(
            (0, north), (300, north), (600, north), highway="residential", surface="asphalt", sidewalk="no", name=name
        )
    town.way((600, 0), (600, 22), highway="footway", surface="asphalt", name="Steg")
    return Engine(import_map(town.write(tmp_path_factory.mktemp("banks") / "banks.osm.pbf"))[0])


def on(area: Area, east: float, north: float) -> bool:
    return bool(shapely.contains_xy(area.polygon, *at(east, north)))


def test_the_other_bank_is_not_reached(banks: Engine) -> None:
    near, far = reachable(banks, banks.metric(FOOT), at(100, 0), [150, 2000], by="distance")
    assert on(near, 100, 0)
    assert on(near, 100, -20)
    assert on(near, 240, 0)
    for east in (0, 50, 100, 200):
        assert not on(near, east, 22)
        assert not on(near, east, 40)
        assert on(far, east, 22)
        assert on(far, east, 40)
    assert near.polygon.geom_type == "Polygon"


def test_what_nobody_may_walk_does_not_cut_into_an_area(tmp_path: Path) -> None:
    """A private drive beside a street."""
    town = Draft()
    town.way((0, 0), (100, 0), (200, 0), highway="residential", surface="asphalt", sidewalk="no", name="Straße")
    town.way((100, 0), (100, 60), highway="service", access="private", name="Zufahrt")
    engine = Engine(import_map(town.write(tmp_path / "drive.osm.pbf"))[0])
    area = reachable(engine, engine.metric(FOOT), at(50, 0), [600])[0]
    assert on(area, 100, 22)
    assert not on(area, 100, 35)


@pytest.fixture(scope="module")
def steep(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A level street, and one of 100 m at 7 % that leads up from it."""
    town = Draft()
    town.way(
        (0, 0), (100, 0), (200, 0), highway="residential", surface="asphalt", sidewalk="no", name="Tal", incline="0"
    )
    town.way((100, 0), (100, 100), highway="residential", surface="asphalt", sidewalk="no", name="Steige", incline="7%")
    town.way((100, 100), (200, 100), highway="residential", surface="asphalt", sidewalk="no", name="Höhe", incline="0")
    return Engine(import_map(town.write(tmp_path_factory.mktemp("steep") / "steep.osm.pbf"))[0])


def test_of_a_street_that_is_too_steep_the_lower_end_is_reached(steep: Engine) -> None:
    metric = steep.metric(FOOT.adjusted(steep_permille=60, steep_metres=50))
    area = reachable(steep, metric, at(20, 0), [600])[0]
    assert area.too_steep == ("Steige",)
    assert on(area, 100, 48)
    assert not on(area, 100, 80)
    assert area.way_metres == pytest.approx(250, abs=2)
    free = reachable(steep, steep.metric(FOOT), at(20, 0), [600])[0]
    assert free.too_steep == ()
    assert on(free, 150, 100)


def test_down_a_street_that_is_too_steep_one_gets(steep: Engine) -> None:
    metric = steep.metric(FOOT.adjusted(steep_permille=60, steep_metres=50))
    area = reachable(steep, metric, at(180, 100), [600])[0]
    assert on(area, 100, 50)
    assert on(area, 150, 0)
    assert area.too_steep == ()
    back = reachable(steep, metric, at(180, 100), [600], towards=True)[0]
    assert not on(back, 100, 30)
    assert on(back, 100, 52)
    assert back.too_steep == ("Steige",)


@settings(max_examples=25, deadline=None)
@given(permille=st.integers(40, 100), metres=st.integers(20, 80), seed=st.integers(0, 10_000), towards=st.booleans())
def test_the_end_of_a_climb_is_what_a_way_would_climb(
    hilly: Engine, permille: int, metres: int, seed: int, towards: bool
) -> None:
    """A way leads to where a part of a street ends that is too steep, and climbs nowhere too long."""
    metric = hilly.metric(replace(FOOT, key="tight").adjusted(steep_permille=permille, steep_metres=metres))
    try:
        spread = spread_from(hilly, metric, places(hilly, 1, seed)[0], 3600, Question("time"))
    except PointNotFoundError:
        return
    assert spread.snap is not None
    for arc, stub in list(spread.stubs.items())[:4]:
        if 0.02 < stub.share < 1:
            share = (1 - stub.share if arc & 1 else stub.share) + (0.01 if arc & 1 else -0.01)
            leg = leg_up(hilly, metric, spread.snap, arc >> 1, share)
            assert leg is None or longest_climb(hilly, leg, permille) <= metres + 0.5
            assert leg is not None


def leg_up(engine: Engine, metric: Metric, start: Snap, edge: int, share: float) -> object:
    from ..leg_finding import find_leg

    end = Snap(edge, share, 0.0, 0.0, 0.0, int(engine.graph.point_start[edge]))
    return find_leg(engine.network, metric.weighting, metric.current, start=start, end=end, within=metric)


def test_the_place_itself_is_reached_at_once(banks: Engine) -> None:
    area = reachable(banks, banks.metric(FOOT), at(100, 0), [1])[0]
    assert on(area, 100, 0)
    assert 0 < area.square_metres < 4000
