# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What makes the model town usable: public buildings, shops, stops, benches, parking, lifts, names of the quarters."""

from math import dist
from random import Random

import shapely
from shapely.affinity import scale, translate
from shapely.geometry import Point, Polygon

from stadtherz.kernel.geo.modeltown.curves import XY, station
from stadtherz.kernel.geo.modeltown.draft import Draft, Tags
from stadtherz.kernel.geo.modeltown.landscape import LIFT_TOP, PLATFORMS, STAIR_TOP, UNDERPASS, platform_place
from stadtherz.kernel.geo.modeltown.names import SHOPS, STOPS
from stadtherz.kernel.geo.modeltown.network import Street
from stadtherz.kernel.geo.modeltown.plan import QUARTERS, STATION, Plan
from stadtherz.kernel.geo.modeltown.plots import Builder, House
from stadtherz.kernel.geo.modeltown.streets import MARKET


def _box(x: float, y: float, w: float, h: float) -> list[XY]:
    return [(x - w / 2, y - h / 2), (x + w / 2, y - h / 2), (x + w / 2, y + h / 2), (x - w / 2, y + h / 2)]


CHURCH: tuple[XY, ...] = ((58, 40), (92, 50), (95, 40), (105, 43), (102, 53), (112, 57), (116, 66), (108, 74), (98, 71),
                          (95, 80), (86, 77), (89, 67), (54, 55))  # fmt: skip
TOWN_HALL: tuple[XY, ...] = (
    (-80, -30),
    (-56, -33),
    (-54, -12),
    (-62, -11),
    (-63, -22),
    (-71, -21),
    (-70, -5),
    (-78, -4),
)

# outline, tags; the address names the street it stands in
LANDMARKS: tuple[tuple[tuple[XY, ...], Tags], ...] = (
    (TOWN_HALL, {"building": "civic", "amenity": "townhall", "name": "Rathaus", "wheelchair": "yes", "addr:street": "Marktplatz", "addr:housenumber": "1"}),
    (CHURCH, {"building": "church", "amenity": "place_of_worship", "religion": "christian", "name": "Stadtkirche", "addr:street": "Marktplatz", "addr:housenumber": "7"}),
    (tuple(_box(-50, 666, 62, 14)), {"building": "train_station", "name": "Hauptbahnhof", "wheelchair": "yes", "addr:street": "Bahnhofsplatz", "addr:housenumber": "1"}),
    (((120, 150), (168, 138), (172, 152), (142, 160), (146, 178), (128, 183)), {"building": "school", "amenity": "school", "name": "Grundschule Altstadt"}),
    (((-360, 600), (-290, 604), (-291, 618), (-330, 616), (-331, 632), (-346, 631), (-345, 615), (-361, 614)), {"building": "school", "amenity": "school", "name": "Gesamtschule am Gleis"}),
    (((180, 480), (250, 470), (253, 492), (232, 495), (236, 520), (218, 523), (214, 498), (183, 502)), {"building": "hospital", "amenity": "hospital", "name": "Stadtkrankenhaus", "wheelchair": "yes", "emergency": "yes"}),
    (tuple(_box(-130, 90, 26, 18)), {"building": "public", "amenity": "library", "name": "Stadtbibliothek", "wheelchair": "yes"}),
    (tuple(_box(120, -110, 24, 20)), {"building": "public", "tourism": "museum", "name": "Stadtmuseum", "wheelchair": "limited"}),
    (tuple(_box(-170, -90, 34, 22)), {"building": "civic", "amenity": "theatre", "name": "Kammertheater"}),
    (tuple(_box(450, -320, 30, 18)), {"building": "fire_station", "amenity": "fire_station", "name": "Feuerwache"}),
    (tuple(_box(-150, -640, 40, 26)), {"building": "public", "leisure": "sports_hall", "name": "Auenhalle"}),
    (tuple(_box(330, -720, 52, 34)), {"building": "retail", "shop": "supermarket", "name": "Frischemarkt Auen"}),
    (tuple(_box(-930, -40, 50, 34)), {"building": "retail", "shop": "supermarket", "name": "Frischemarkt West"}),
    (((896, 250), (918, 246), (924, 262), (914, 266), (911, 258), (899, 261)), {"building": "ruins", "historic": "castle", "name": "Burgruine"}),
)  # fmt: skip
PARKING: tuple[tuple[float, float, float, float, str, str], ...] = (
    (380, -720, 38, 40, "Parkplatz Auen", "60"), (-985, -75, 40, 30, "Parkplatz West", "45"), (20, 675, 50, 16, "P+R Hauptbahnhof", "80"),
    (500, -650, 46, 40, "Parkplatz Sportpark", "70"),
)  # fmt: skip


def build_landmarks(draft: Draft, builder: Builder, plan: Plan, address: Tags, streets: list[Street]) -> None:
    """Public buildings and car parks. What would stand on a street is moved until it does not."""
    ways = shapely.union_all([Polygon(MARKET), *[s.line.buffer(s.width / 2 + 1.5) for s in streets]])
    for outline, tags in LANDMARKS:
        shape = _clear(Polygon([plan.nudge(p) for p in outline]), ways, builder)
        if shape is not None:
            draft.area(shape, {**address, **tags} if "addr:street" in tags else tags)
            builder.reserve(shape.buffer(3))
    for x, y, w, h, name, places in PARKING:
        shape = _clear(Polygon([plan.nudge(p) for p in _box(x, y, w, h)]), ways, builder)
        if shape is not None:
            tags = {
                "amenity": "parking",
                "name": name,
                "capacity": places,
                "capacity:disabled": "3",
                "surface": "asphalt",
            }
            draft.area(shape, tags)
            builder.reserve(shape.buffer(2))


def _clear(shape: Polygon, ways: shapely.Geometry, builder: Builder) -> Polygon | None:
    """The shape where it stands free of streets and other houses: moved a little, or built smaller."""
    shapely.prepare(ways)
    directions = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))
    for size in (1.0, 0.75, 0.55):
        sized = scale(shape, size, size)
        for reach in (0, 6, 12, 18, 24, 32, 40, 50, 62):
            for dx, dy in directions:
                moved = translate(sized, reach * dx, reach * dy)
                if not ways.intersects(moved) and builder.stands_free(moved):
                    return moved
    return None


def open_shops(draft: Draft, houses: list[House], rng: Random) -> None:
    """Shops and practices in houses of the old town and by the station; kindergartens and doctors elsewhere too."""
    middle = [h for h in houses if h.quarter in {"altstadt", "bahnhof"}]
    middle.sort(key=lambda h: (round(h.front.x**2 + h.front.y**2, 1), h.street, h.number))
    outside = [h for h in houses if h.quarter not in {"altstadt", "bahnhof"}]
    step = max(1, len(middle) // (2 * len(SHOPS)))
    for index, (key, value, name) in enumerate(SHOPS):
        kita = value in {"kindergarten", "social_facility"} or name.startswith(("Dorfladen", "Bäckerei"))
        pool = outside if kita and outside else middle
        if not pool:
            return
        house = rng.choice(pool) if kita else pool[min(index * step, len(pool) - 1)]
        spot = house.outline.centroid
        door = {"wheelchair": rng.choice(("yes", "limited", "no"))}
        address = {k: v for k, v in house.way.tags.items() if k.startswith("addr:")}
        draft.mark((spot.x, spot.y), {key: value, "name": name, **door, **address})


def furnish(draft: Draft, plan: Plan, streets: list[Street], rng: Random) -> None:
    """Bus stops along the wider streets, benches along paths, lifts at the station, toilets."""
    names = list(STOPS)
    for street in streets:
        if street.tags["highway"] not in {"secondary", "tertiary"}:
            continue
        along = 150.0
        while along < street.line.length - 60 and names:
            spot = station(street.line, along)
            if plan.edge.buffer(200).contains(Point(spot.x, spot.y)):
                _bus_stop(draft, street, along, names.pop(0), rng)
            along += 460
    for street in streets:
        if street.tags.get("name") in {"Parkweg", "Uferpromenade"} or (street.tags.get("surface") == "fine_gravel"):
            along = 30.0
            while along < street.line.length:
                draft.mark(
                    station(street.line, along).beside(2.2), {"amenity": "bench", "backrest": rng.choice(("yes", "no"))}
                )
                along += rng.uniform(50, 90)
    _lead_to_the_platforms(draft, plan, streets)
    x, y = plan.nudge(STATION)
    draft.mark((x + 26, y - 4), {"amenity": "toilets", "name": "WC am Bahnhof", "wheelchair": "yes", "fee": "yes"})
    draft.mark((x - 30, y - 12), {"amenity": "bicycle_parking", "capacity": "80", "covered": "yes"})
    draft.mark(
        (38, -34),
        {"amenity": "toilets", "name": "WC am Markt", "wheelchair": "yes", "fee": "no", "changing_table": "yes"},
    )


def _lead_to_the_platforms(draft: Draft, plan: Plan, streets: list[Street]) -> None:
    """From the underpass a stair and a lift to each platform."""
    underpass = [p for street in streets if street.tags.get("name") == UNDERPASS for p in street.points]
    below = {
        "highway": "footway",
        "surface": "paving_stones",
        "lit": "yes",
        "tunnel": "yes",
        "layer": "-1",
        "level": "-1",
    }
    for platform in PLATFORMS:
        tops = [
            (platform_place(plan, platform, STAIR_TOP, o), platform_place(plan, platform, LIFT_TOP, o))
            for o in (-1.8, 1.8)
        ]
        foot, (stair, lift) = min(
            ((foot, both) for foot in underpass for both in tops), key=lambda pair: dist(pair[0], pair[1][0])
        )
        draft.way((foot, stair), {
            "highway": "steps", "step_count": "26", "handrail": "yes", "incline": "up", "surface": "concrete", "level": "-1;0",
        })  # fmt: skip
        draft.way((foot, lift), below)
        draft.mark(
            lift, {"highway": "elevator", "wheelchair": "yes", "name": f"Aufzug Gleis {platform}", "level": "-1;0"}
        )


def _bus_stop(draft: Draft, street: Street, along: float, name: str, rng: Random) -> None:
    for side in (1, -1):
        spot = station(street.line, along + side * 14)
        draft.mark(spot.beside(-side * (street.width / 2 + 1.1)), {
            "highway": "bus_stop", "public_transport": "platform", "name": name, "shelter": rng.choice(("yes", "no")),
            "bench": "yes", "tactile_paving": rng.choice(("yes", "no")), "wheelchair": rng.choice(("yes", "limited")),
            "kerb:height": rng.choice(("16 cm", "18 cm")),
        })  # fmt: skip


def name_quarters(draft: Draft, plan: Plan, town: str) -> None:
    draft.mark(plan.nudge((-20, -60)), {"place": "town", "name": town, "population": "9400"})
    for quarter in QUARTERS:
        x, y = quarter.seeds[0]
        draft.mark(
            (x + 34, y + 46) if quarter.key == "altstadt" else plan.nudge((x, y)),
            {"place": "suburb", "name": quarter.name},
        )
