# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The model town's streets: the planned ones, the grown ones, their names, classes and surfaces."""

import math
from dataclasses import dataclass
from random import Random

import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from stadtherz.kernel.geo.modeltown.curves import XY, Wobble, station
from stadtherz.kernel.geo.modeltown.draft import Tags
from stadtherz.kernel.geo.modeltown.growth import Field, grow
from stadtherz.kernel.geo.modeltown.names import AVENUE_NAMES, StreetNames
from stadtherz.kernel.geo.modeltown.network import Street, join
from stadtherz.kernel.geo.modeltown.plan import AVENUES, GARDEN_CIRCLE, INDUSTRY, QUARTERS, RIVER_WIDTH, Plan, Quarter

REACH = 34.0
MARKET: tuple[XY, ...] = ((-46, -30), (-40, 26), (4, 40), (44, 30), (50, -22), (10, -38))
MARKET_STREETS: tuple[tuple[str, tuple[XY, ...]], ...] = (
    ("market", ((-330, 20), (-180, 6), (-90, 14), (0, -2), (110, 6), (210, -24), (330, -20))),
    ("church", ((-20, 310), (-18, 190), (8, 90), (0, -2), (22, -90), (14, -190), (44, -310))),
)


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """The joined streets and the built-up faces between the planned ones, each with its quarter."""

    streets: list[Street]
    faces: list[tuple[Polygon, Quarter]]


def lay_streets(plan: Plan, closed: list[Polygon], rng: Random) -> StreetPlan:
    """All streets of the town. Nothing grows into the `closed` areas (park, cemetery, hill …)."""
    ring = Polygon(plan.ring)
    planned = _planned(plan, ring)
    faces = _faces(plan, planned, ring)
    water = plan.river.buffer(RIVER_WIDTH / 2 + 16)
    rail = plan.railway.buffer(34)
    # a single trim around the whole set keeps streets from ending inside what must stay free
    market = Polygon(MARKET).buffer(16)
    free = shapely.union_all([water, rail, market, *[area.buffer(4) for area in closed]])
    names = StreetNames(rng)
    grown = []
    for face, quarter in faces:
        field = _direction(plan, quarter, rng)
        for part in _parts(face.difference(free)):
            for line in grow(part, field, quarter.pattern, rng):
                grown.append(_side_street(line, quarter, names, rng))
    return StreetPlan(join([*planned, *grown]), faces)


def _planned(plan: Plan, ring: Polygon) -> list[Street]:
    streets = [Street(LineString(plan.ring), _tags("ring", "secondary", 8.5, "separate"), 8.5, fixed=True)]
    for avenue in AVENUES:
        line = _lengthened(LineString(plan.moved(avenue.points)), REACH)
        outside = max(_lines(line.difference(ring)), key=lambda part: part.length)
        key = plan.compass.get(avenue.name, avenue.name)
        tags = _tags(key, avenue.highway, avenue.width, avenue.pavement)
        streets.append(Street(outside, tags, avenue.width))
    for name, points in MARKET_STREETS:
        line = max(_lines(LineString(plan.moved(points)).intersection(ring)), key=lambda part: part.length)
        streets.append(Street(line, _paved_tags(AVENUE_NAMES[name]), 6.0, "altstadt", fixed=True))
    return streets


def _lengthened(line: LineString, reach: float) -> LineString:
    """Both ends drawn out, so that they cross what they are meant to meet; the surplus is trimmed when joining."""
    first, last = station(line, 0.0), station(line, line.length)
    return LineString([first.beside(0, -reach), *line.coords[1:-1], last.beside(0, reach)])


def _tags(name: str, highway: str, width: float, pavement: str) -> Tags:
    tags = {"highway": highway, "name": AVENUE_NAMES[name], "surface": "asphalt", "smoothness": "good", "lit": "yes"}
    tags["width"] = f"{width:g}"
    tags["maxspeed"] = {"residential": "30", "living_street": "7"}.get(highway, "50")
    if pavement == "separate":
        tags["sidewalk:both"] = "separate"
    elif highway != "living_street":
        tags |= _pavement("both", "paving_stones", 1.8)
    if highway == "secondary":
        tags["ref"] = {"west": "L 901", "east": "L 901", "north": "L 902", "south": "L 902", "ring": "L 901"}[name]
    if name == "hill":
        tags |= {"incline": "9%", "sidewalk": "left"}
    return tags


def _pavement(side: str, surface: str, width: float) -> Tags:
    return {
        "sidewalk": side,
        f"sidewalk:{side}:surface": surface,
        f"sidewalk:{side}:width": f"{width:g}",
        f"sidewalk:{side}:smoothness": "good",
    }


def _paved_tags(name: str) -> Tags:
    return {
        "highway": "pedestrian", "name": name, "surface": "sett", "smoothness": "intermediate", "width": "6", "lit": "yes",
        "bicycle": "yes",
    }  # fmt: skip


def _faces(plan: Plan, planned: list[Street], ring: Polygon) -> list[tuple[Polygon, Quarter]]:
    """The pieces into which planned streets, river and railway cut the town, each given to the nearest quarter."""
    cutters = [plan.edge.exterior, ring.exterior, plan.river, plan.railway, *[s.line for s in planned]]
    faces = []
    for face in shapely.get_parts(shapely.polygonize([shapely.union_all(cutters)])):
        middle = face.representative_point()
        if face.area > 4000 and plan.edge.contains(middle):
            faces.append((face, _quarter_of(middle, ring)))
    faces.sort(key=lambda pair: (round(pair[0].centroid.x, 1), round(pair[0].centroid.y, 1)))
    return faces


def _quarter_of(point: Point, ring: Polygon) -> Quarter:
    quarters = QUARTERS[:1] if ring.contains(point) else QUARTERS[1:]
    return min(quarters, key=lambda q: min(math.hypot(point.x - x, point.y - y) for x, y in q.seeds))


def _direction(plan: Plan, quarter: Quarter, rng: Random) -> Field:
    """Old town: around the market, crooked. Elsewhere: along the valley, bent by the lie of the land."""
    if quarter.key == "altstadt":
        crooked = Wobble.drawn(rng, 150)
        return lambda x, y: math.atan2(y, x) + math.pi / 2 + 0.55 * crooked.at(x, y)
    if quarter.key == "garten":
        return lambda x, y: (
            math.atan2(y - GARDEN_CIRCLE[1], x - GARDEN_CIRCLE[0]) + math.pi / 2 + 0.35 * plan.lie.at(x, y)
        )
    if quarter.key == "berg":
        return lambda x, y: math.atan2(y - 260, 0.6 * (x - 900)) + math.pi / 2 + 0.6 * plan.lie.at(x, y)
    calm = 0.18 if quarter.key in {"bahnhof", "nord"} else 0.42
    lean = 0.1 if quarter.key == "bahnhof" else rng.uniform(-0.3, 0.3)
    return lambda x, y: lean + calm * plan.lie.at(x, y)


def _parts(area: shapely.Geometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(area) if isinstance(part, Polygon) and part.area > 5000]


def _lines(geometry: LineString | MultiLineString) -> list[LineString]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, LineString)]


def _side_street(line: LineString, quarter: Quarter, names: StreetNames, rng: Random) -> Street:
    near_market = quarter.key == "altstadt" and line.distance(Point(0, 0)) < 150
    if near_market:
        tags = _paved_tags(names.draw(quarter.key)) | {"width": "4"}
        return Street(line, tags, 4.0, quarter.key)
    if quarter.key == "altstadt":
        tags = {
            "highway": "living_street",
            "surface": rng.choice(("sett", "paving_stones", "cobblestone")),
            "maxspeed": "7",
        }
        tags["smoothness"] = "bad" if tags["surface"] == "cobblestone" else "intermediate"
        width = 4.5
    elif quarter.key == "wiesen" and rng.random() < 0.5:
        tags, width = (
            {"highway": "living_street", "surface": "paving_stones", "smoothness": "good", "maxspeed": "7"},
            4.5,
        )
    else:
        surface = rng.choices(("asphalt", "paving_stones", "concrete"), (8, 2, 1))[0]
        tags, width = {"highway": "residential", "surface": surface, "smoothness": "good", "maxspeed": "30"}, 5.5
        side = rng.choices(("both", "left", "right", "no"), (6, 1, 1, 1))[0]
        tags |= {"sidewalk": "no"} if side == "no" else _pavement(side, rng.choice(("paving_stones", "asphalt")), 1.5)
        if quarter.key == "berg":
            tags["incline"] = rng.choice(("4%", "6%", "8%", "-5%"))
    tags |= {"name": names.draw(quarter.key), "width": f"{width:g}", "lit": "yes"}
    return Street(line, tags, width, quarter.key)


def industrial_area(plan: Plan) -> Polygon:
    """Where the works stand, north of the railway."""
    return plan.polygon(INDUSTRY)
