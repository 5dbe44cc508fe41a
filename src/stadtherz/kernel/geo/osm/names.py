# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What in an extract has a name that people look for, and how well known such a thing is."""

KEYS = (
    "amenity",
    "tourism",
    "historic",
    "railway",
    "highway",
    "leisure",
    "shop",
    "office",
    "healthcare",
    "natural",
    "place",
)
WEIGHTS = {
    "city": 1, "town": 1, "suburb": 1, "borough": 1, "quarter": 2, "village": 1, "neighbourhood": 2, "hamlet": 2,
    "townhall": 1, "station": 1, "hospital": 1, "university": 2, "theatre": 2, "museum": 2, "castle": 2, "park": 2,
    "stadium": 2, "library": 3, "school": 3, "college": 3, "place_of_worship": 3, "marketplace": 2, "halt": 3,
    "swimming_pool": 3, "sports_centre": 3, "zoo": 2, "cinema": 3, "arts_centre": 3, "police": 3, "fire_station": 4,
    "kindergarten": 4, "community_centre": 3, "courthouse": 3, "post_office": 4, "cemetery": 4, "viewpoint": 4,
    "peak": 4, "water": 4, "playground": 5, "pharmacy": 5, "supermarket": 5, "doctors": 5, "bank": 6, "hotel": 5,
    "social_facility": 5, "fountain": 5, "parking": 6, "bus_stop": 7, "tram_stop": 6, "restaurant": 6, "cafe": 6,
}  # fmt: skip
# things with a name that nobody looks for by it
UNWANTED = frozenset(
    [
        "street_lamp",
        "crossing",
        "traffic_signals",
        "give_way",
        "stop",
        "turning_circle",
        "milestone",
        "speed_camera",
        "platform",
        "signal",
        "switch",
        "level_crossing",
        "buffer_stop",
        "tree",
        "waste_basket",
        "vending_machine",
        "rail",
        "abandoned",
        "disused",
        "razed",
        "construction",
        "route",
        "motorway",
        "motorway_link",
        "trunk",
        "trunk_link",
        "primary",
        "primary_link",
        "secondary",
        "secondary_link",
        "tertiary",
        "tertiary_link",
        "unclassified",
        "residential",
        "living_street",
        "service",
        "track",
        "path",
        "footway",
        "cycleway",
        "steps",
        "bridleway",
        "corridor",
        "road",
        "motorway_junction",
        "passing_place",
        "emergency_access_point",
        "tram",
        "light_rail",
        "subway",
        "narrow_gauge",
        "coastline",
        "tree_row",
        "cliff",
        "locality",
        "stream",
        "proposed",
        "grit_bin",
        "hunting_stand",
    ]
)


def kind_of(tags: dict[str, str]) -> str | None:
    """What the thing is, as the value of the first key that says so; None if nobody looks for it by name."""
    for key in KEYS:
        value = tags.get(key)
        if value and value not in UNWANTED and value != "no":
            return key if value == "yes" else value[:60]
    if tags.get("landuse") == "cemetery":
        return "cemetery"
    return None


def weight_of(kind: str) -> int:
    """1: most people know it … 8: few do."""
    return WEIGHTS.get(kind, 8)
