# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What lies between and around the streets: river, railway, park, woods, fields, squares, and the ground of the quarters."""

import math
from random import Random

import shapely
from shapely.geometry import LineString, Point, Polygon

from stadtherz.kernel.geo.modeltown.curves import XY, blob, rounded, smooth, station
from stadtherz.kernel.geo.modeltown.draft import Draft, Tags
from stadtherz.kernel.geo.modeltown.network import Street
from stadtherz.kernel.geo.modeltown.plan import (
    ALLOTMENTS,
    CEMETERY,
    GARDEN_CIRCLE,
    HILL,
    HILLTOP,
    PARK,
    RIVER_WIDTH,
    SPORTS,
    STAIRS,
    STATION,
    Plan,
)
from stadtherz.kernel.geo.modeltown.streets import MARKET, industrial_area

GRAVEL: Tags = {"highway": "footway", "surface": "fine_gravel", "smoothness": "intermediate", "width": "2.5"}
#: metres beside the railway, by the number of the platform
PLATFORMS = {"1": 14.5, "2": -14.5}
#: metres from the middle of a platform where its stair and its lift come up
STAIR_TOP, LIFT_TOP = -9.0, 9.0
UNDERPASS = "Bahnhofsunterführung"
PAVED: Tags = {"highway": "footway", "surface": "paving_stones", "smoothness": "good", "width": "3", "lit": "yes"}


def river_area(plan: Plan) -> Polygon:
    """The water surface, a little wider and narrower along its way."""
    wide = []
    line = plan.river
    for along in range(0, int(line.length), 45):
        spot = station(line, float(along))
        wide.append((spot, RIVER_WIDTH / 2 * (1 + 0.22 * plan.lie.at(spot.x, spot.y))))
    banks = [spot.beside(half) for spot, half in wide] + [spot.beside(-half) for spot, half in reversed(wide)]
    return Polygon(banks).buffer(0).simplify(0.6)


def garden_circle() -> Polygon:
    """A round green in the middle of the Gartenstadt."""
    return Point(GARDEN_CIRCLE).buffer(44, quad_segs=6)


def market_square() -> Street:
    """The market place as an area that can be walked across; the streets that lead to it share its corners."""
    tags = {"highway": "pedestrian", "area": "yes", "name": "Marktplatz", "surface": "sett", "lit": "yes"}
    tags["smoothness"] = "intermediate"
    return Street(LineString([*MARKET, MARKET[0]]), tags, 0.0, fixed=True)


def park_paths(plan: Plan) -> list[Street]:
    """Paths of the park, the footbridge to the other bank, the stairs up the hill, the promenade along the river."""

    def path(points: tuple[XY, ...], tags: Tags) -> Street:
        return Street(LineString(plan.moved(points)), tags, float(tags.get("width", "2")))

    bridge = LineString([plan.nudge((-560, -250)), plan.nudge((-556, -320)), plan.nudge((-545, -470))])
    steps = {
        "highway": "steps",
        "step_count": "24",
        "handrail": "yes",
        "incline": "up",
        "surface": "concrete",
        "width": "2",
    }
    stairs = [
        path(STAIRS[0:2], {**PAVED, "name": "Burgstiege", "incline": "8%"}),
        path(STAIRS[1:3], {**steps, "name": "Burgstiege", "tactile_paving": "no", "step_count": "46"}),
        path(STAIRS[2:4], {**steps, "name": "Burgstiege", "ramp": "no", "step_count": "38"}),
    ]
    return [
        path(((-282, -205), (-390, -190), (-480, -240), (-600, -215), (-720, -235), (-850, -215)), {**GRAVEL, "name": "Parkweg"}),
        path(((-410, -55), (-440, -150), (-480, -240), (-470, -330)), GRAVEL),
        path(((-650, -60), (-610, -140), (-600, -215), (-650, -300)), GRAVEL),
        path(((-330, -235), (-380, -300), (-460, -305), (-556, -290), (-660, -270), (-760, -310)), {**GRAVEL, "lit": "no"}),
        path(((-850, -160), (-720, -235), (-690, -330)), GRAVEL),
        Street(bridge, {**PAVED, "name": "Parksteg", "handrail": "yes"}, 3.0),
        path(((-980, -410), (-860, -420), (-640, -318), (-330, -412), (-120, -430), (60, -490)), {**GRAVEL, "name": "Uferpromenade"}),
        path(((60, -490), (300, -436), (520, -424), (760, -508), (950, -480)), {**GRAVEL, "name": "Uferpromenade"}),
        path(((-1010, 290), (-930, 300), (-850, 280)), GRAVEL),
        path(((-930, 210), (-930, 300), (-950, 390)), GRAVEL),
        path(((850, 240), (905, 265), (930, 300), (900, 330), (850, 310), (846, 240)), {**GRAVEL, "incline": "5%"}),
        path(((905, 265), (1000, 200), (1120, 190), (1215, 170)), {"highway": "path", "surface": "ground", "smoothness": "bad", "incline": "-14%"}),
        path(((-58, 600), (-60, 660), (-62, 700), (-66, 745), (-60, 795)), {**PAVED, "tunnel": "yes", "layer": "-1", "name": UNDERPASS}),
        *stairs,
    ]  # fmt: skip


def draw_ground(draft: Draft, plan: Plan, faces: list[Polygon], rng: Random) -> None:
    """Areas first, from the widest to the smallest."""
    _draw_fields(draft, plan, rng)
    for face in faces:
        ground = shapely.difference(face, shapely.union_all([plan.river.buffer(30), plan.railway.buffer(20)]))
        for part in shapely.get_parts(ground):
            if isinstance(part, Polygon) and part.area > 3000:
                draft.area(part.simplify(1.0), {"landuse": "residential"})
    draft.area(industrial_area(plan), {"landuse": "industrial", "name": "Gewerbepark Nord"})
    draft.area(garden_circle(), {"leisure": "park", "name": "Rosengarten"})
    draft.area(plan.polygon(CEMETERY), {"landuse": "cemetery", "name": "Hauptfriedhof"})
    draft.area(plan.polygon(ALLOTMENTS), {"landuse": "allotments", "name": "Kleingärten Auental"})
    hill = plan.polygon(HILL)
    draft.area(hill, {"landuse": "forest", "name": "Burgberg"})
    draft.area(blob(plan.nudge(HILLTOP), 46, rng), {"landuse": "grass"})
    draft.mark(plan.nudge((892, 300)), {"natural": "peak", "name": "Burgberg", "ele": "312"})
    draft.mark(plan.nudge((925, 300)), {"tourism": "viewpoint", "name": "Burgblick"})
    _draw_park(draft, plan, rng)
    _draw_sports(draft, plan)
    _draw_river(draft, plan)
    _draw_railway(draft, plan)
    _draw_market(draft)


def _draw_fields(draft: Draft, plan: Plan, rng: Random) -> None:
    draft.area(blob((0.0, 0.0), 2350, rng, points=22, roughness=0.09), {"landuse": "farmland"})
    built = plan.edge.buffer(-20)
    water = plan.river.buffer(40)
    places = []
    for index in range(34):
        angle = math.tau * index / 34 + rng.uniform(-0.08, 0.08)
        reach = rng.uniform(1.12, 1.5)
        places.append((1400 * reach * math.cos(angle), 1120 * reach * math.sin(angle)))
    for place in places:
        wooded = place[0] < -500 or place[1] > 700
        kind: Tags = {
            "landuse": rng.choice(
                ("forest", "forest", "meadow") if wooded else ("farmland", "meadow", "orchard", "farmland")
            )
        }
        shape = blob(place, rng.uniform(170, 330), rng, roughness=0.3).difference(built).difference(water)
        for part in shapely.get_parts(shape):
            if isinstance(part, Polygon) and part.area > 8000:
                draft.area(part.simplify(2.0), kind)
    # a green belt between the ring and the houses by the river
    belt = plan.river.buffer(62).difference(plan.river.buffer(14)).intersection(plan.edge)
    for part in shapely.get_parts(belt):
        if isinstance(part, Polygon) and not part.interiors and part.area > 3000:
            draft.area(part.simplify(1.5), {"landuse": "grass"})


def _draw_park(draft: Draft, plan: Plan, rng: Random) -> None:
    park = plan.polygon(PARK).difference(plan.river.buffer(16))
    park = max(shapely.get_parts(park), key=lambda part: part.area)
    draft.area(park, {"leisure": "park", "name": "Stadtpark"})
    draft.area(
        blob(plan.nudge((-545, -190)), 34, rng, roughness=0.3),
        {"natural": "water", "water": "pond", "name": "Parkweiher"},
    )
    draft.area(
        blob(plan.nudge((-400, -250)), 20, rng),
        {"leisure": "playground", "name": "Spielplatz am Park", "wheelchair": "yes"},
    )
    for place, size in (
        ((-720, -180), 40),
        ((-790, -265), 34),
        ((-330, -180), 18),
        ((-660, -160), 22),
        ((-500, -320), 22),
    ):
        draft.area(blob(plan.nudge(place), size, rng), {"natural": "wood"})
    for _ in range(26):
        spot = (rng.uniform(-840, -300), rng.uniform(-370, -130))
        if park.contains(Point(spot)):
            draft.mark(spot, {"natural": "tree"})
    draft.mark(plan.nudge((-470, -225)), {"amenity": "drinking_water"})
    draft.mark(
        plan.nudge((-385, -185)), {"amenity": "toilets", "name": "WC am Stadtpark", "wheelchair": "yes", "fee": "no"}
    )


def _draw_sports(draft: Draft, plan: Plan) -> None:
    ground = plan.polygon(SPORTS)
    draft.area(ground, {"leisure": "sports_centre", "name": "Sportpark Auen"})
    middle = ground.centroid
    for shift, size, sport in ((-52, (90, 56), "soccer"), (52, (64, 40), "multi")):
        x, y = middle.x + shift, middle.y
        w, h = size[0] / 2, size[1] / 2
        draft.area(
            Polygon([(x - w, y - h), (x + w, y - h + 6), (x + w - 4, y + h), (x - w - 4, y + h - 6)]),
            {"leisure": "pitch", "sport": sport},
        )


def _draw_river(draft: Draft, plan: Plan) -> None:
    draft.area(river_area(plan), {"natural": "water", "water": "river", "name": "Auenbach"})
    draft.way(plan.river.coords, {"waterway": "river", "name": "Auenbach"})
    brook = smooth([plan.nudge(p) for p in ((1250, 700), (1180, 300), (1260, 0), (1220, -280), (1245, -470))])
    draft.way(brook, {"waterway": "stream", "name": "Rebenbach"})


def _draw_railway(draft: Draft, plan: Plan) -> None:
    tags = {"railway": "rail", "gauge": "1435", "electrified": "contact_line", "usage": "main"}
    for offset in (2.3, -2.3):
        draft.way(plan.railway.offset_curve(offset).coords, tags)
    middle = plan.railway.project(Point(plan.nudge(STATION)))
    for offset in (9.5, -9.5):
        track = [station(plan.railway, middle + a).beside(o) for a, o in (
            (-330, math.copysign(2.3, offset)), (-250, offset), (-120, offset), (0, offset), (120, offset), (240, offset),
            (320, math.copysign(2.3, offset)))]  # fmt: skip
        draft.way(track, {"railway": "rail", "service": "siding", "gauge": "1435"})
    for platform in PLATFORMS:
        corners = [
            platform_place(plan, platform, a, o)
            for a, o in ((-95, -1.8), (STAIR_TOP, -1.8), (LIFT_TOP, -1.8), (95, -1.8), (95, 1.8), (LIFT_TOP, 1.8),
                         (STAIR_TOP, 1.8), (-95, 1.8))
        ]  # fmt: skip
        draft.way([*corners, corners[0]], {
            "railway": "platform", "public_transport": "platform", "area": "yes", "ref": platform, "tactile_paving": "yes",
            "surface": "paving_stones", "wheelchair": "yes",
        })  # fmt: skip
    place = station(plan.railway, middle).beside(0)
    draft.mark(
        place, {"railway": "station", "name": "Hauptbahnhof", "public_transport": "station", "wheelchair": "limited"}
    )


def platform_place(plan: Plan, platform: str, along: float, beside: float) -> XY:
    """A place on a platform, in metres from its middle."""
    middle = plan.railway.project(Point(plan.nudge(STATION)))
    return station(plan.railway, middle + along).beside(PLATFORMS[platform] + beside)


def _draw_market(draft: Draft) -> None:
    fountain = [
        rounded((14 + 4.2 * math.cos(a * math.tau / 10), -14 + 4.2 * math.sin(a * math.tau / 10))) for a in range(10)
    ]
    draft.way([*fountain, fountain[0]], {"natural": "water", "amenity": "fountain", "name": "Marktbrunnen"})
    draft.mark((-18, 14), {"amenity": "marketplace", "name": "Wochenmarkt", "opening_hours": "We,Sa 07:00-13:00"})
    for spot in ((-24, -12), (-8, 28), (30, 18), (36, -10), (24, -26)):
        draft.mark(spot, {"amenity": "bench", "backrest": "yes"})
    for spot in ((-32, 6), (20, 26), (4, -28)):
        draft.mark(spot, {"natural": "tree"})
