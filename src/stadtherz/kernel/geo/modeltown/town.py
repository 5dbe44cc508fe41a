# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Draws a whole model town from a name, a place and a seed: the same three always give the same town, node by node."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from stadtherz.kernel.geo.modeltown.curves import XY
from stadtherz.kernel.geo.modeltown.draft import Draft
from stadtherz.kernel.geo.modeltown.equipment import build_landmarks, furnish, name_quarters, open_shops
from stadtherz.kernel.geo.modeltown.landscape import draw_ground, garden_circle, market_square, park_paths, river_area
from stadtherz.kernel.geo.modeltown.network import Street, join
from stadtherz.kernel.geo.modeltown.pavements import draw_streets, pavements
from stadtherz.kernel.geo.modeltown.plan import (
    ALLOTMENTS,
    CEMETERY,
    HILL,
    PARK,
    QUARTERS,
    SPORTS,
    Plan,
    Quarter,
    draw_plan,
)
from stadtherz.kernel.geo.modeltown.plots import MANNERS, Builder, House
from stadtherz.kernel.geo.modeltown.streets import MARKET, StreetPlan, industrial_area, lay_streets

METRES_PER_DEGREE = 111_320.0
POSTCODE = "00001"


@dataclass(frozen=True, slots=True)
class District:
    """A district of the model town, as (longitude, latitude) geometry."""

    name: str
    short: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class ModelTown:
    """A drawn town: the draft in metres, and the way from metres to degrees."""

    name: str
    centre: XY
    draft: Draft
    districts: list[District]
    mirrored: bool
    turn: float

    def degrees(self, point: XY) -> tuple[float, float]:
        """Longitude and latitude of a point of the draft."""
        return _degrees(point, self.centre, self.mirrored, self.turn)

    def write_districts(self, path: Path) -> None:
        """The districts as a GeoJSON file with the properties name and short."""
        features: list[dict[str, Any]] = [
            {
                "type": "Feature",
                "properties": {"name": d.name, "short": d.short},
                "geometry": shapely.geometry.mapping(d.geometry),
            }
            for d in self.districts
        ]
        collection = {"type": "FeatureCollection", "features": features}
        path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")


def draw_town(*, name: str = "Modellstadt", centre: XY = (7.769, 49.444), seed: int = 1) -> ModelTown:
    """Draw the town `name` around `centre` (longitude, latitude)."""
    rng = Random(f"{seed}")  # noqa: S311 - a drawing, not a secret
    plan = draw_plan(rng)
    closed = [plan.polygon(shape) for shape in (PARK, CEMETERY, HILL, SPORTS, ALLOTMENTS)] + [
        garden_circle(),
        industrial_area(plan),
    ]
    laid = lay_streets(plan, closed, rng)
    paths = park_paths(plan)
    streets = join([*laid.streets, *pavements(laid.streets, rng), *paths, market_square()])
    draft = Draft()
    draw_ground(draft, plan, [face for face, _ in laid.faces], rng)
    draw_streets(draft, streets, river_area(plan), rng)
    address = {"addr:city": name, "addr:postcode": POSTCODE}
    _build(draft, plan, laid, streets=streets, closed=closed, address=address, rng=rng)
    furnish(draft, plan, streets, rng)
    name_quarters(draft, plan, name)
    districts = _districts(plan, laid, centre)
    return ModelTown(name, centre, draft, districts, plan.mirrored, plan.turn)


def _build(
    draft: Draft, plan: Plan, laid: StreetPlan, *, streets: list[Street], closed: list[Polygon],
    address: dict[str, str], rng: Random,
) -> None:  # fmt: skip
    barred: list[BaseGeometry] = [s.line.buffer(s.width / 2 + 1.4, quad_segs=2) for s in streets]
    barred += [plan.river.buffer(28), plan.railway.buffer(18), Polygon(MARKET).buffer(1.5), *closed[:-1]]
    builder = Builder(draft, barred, address, rng)
    build_landmarks(draft, builder, plan, address, streets)
    houses: list[House] = []
    tree = shapely.STRtree([face for face, _ in laid.faces])
    for street in laid.streets:
        if street.tags["highway"] == "secondary" and not plan.edge.buffer(60).intersects(street.line):
            continue
        inside = LineString(street.points)
        quarter = _quarter_at(inside.interpolate(0.5, normalized=True), tree, laid)
        if quarter is not None:
            manner = MANNERS["works" if street.tags["name"] == "Fabrikstraße" else quarter.houses]
            houses += builder.line(_within(street, plan), manner, quarter.key)
    open_shops(draft, houses, rng)


def _within(street: Street, plan: Plan) -> Street:
    """The part of a street inside the town's edge; houses do not follow it into the fields."""
    part = street.line.intersection(plan.edge.buffer(40))
    line = max(shapely.get_parts(part), key=lambda p: p.length) if not part.is_empty else street.line
    return Street(line, street.tags, street.width + (8.0 if street.tags.get("sidewalk:both") == "separate" else 0.0))


def _quarter_at(point: Point, tree: shapely.STRtree, laid: StreetPlan) -> Quarter | None:
    index = tree.query_nearest(point)
    return laid.faces[int(min(index))][1] if len(index) else None


def _districts(plan: Plan, laid: StreetPlan, centre: XY) -> list[District]:
    """The faces of each quarter put together; river and railway beds fall to the quarters beside them."""
    districts = []
    for quarter in QUARTERS:
        shape = shapely.union_all([face.buffer(0.5, join_style="mitre") for face, q in laid.faces if q is quarter])
        if shape.is_empty:
            continue
        turned = shapely.transform(
            shape.simplify(1.5), lambda c: [_degrees((x, y), centre, plan.mirrored, plan.turn) for x, y in c]
        )
        districts.append(District(quarter.name, quarter.short, turned))
    return districts


def _degrees(point: XY, centre: XY, mirrored: bool, turn: float) -> tuple[float, float]:
    x, y = (-point[0] if mirrored else point[0]), point[1]
    east = x * math.cos(turn) - y * math.sin(turn)
    north = x * math.sin(turn) + y * math.cos(turn)
    lat = centre[1] + north / METRES_PER_DEGREE
    lon = centre[0] + east / (METRES_PER_DEGREE * math.cos(math.radians(centre[1])))
    return (round(lon, 7), round(lat, 7))
