# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where one may walk, from the tags of one OpenStreetMap way: what it is, for whom it is open and when, on which storey.

Sources: OpenStreetMap wiki, pages Key:highway, Key:conveying, OSM_tags_for_routing/Access_restrictions.
"""

import re
from collections.abc import Mapping
from typing import Final

from ..hours import opens_at_times
from ..vocabulary import Access, Flag, Kind
from .sides import STREETS, PavementSides
from .tracks import rails_of
from .words import YES

Tags = Mapping[str, str]

KINDS: Final[dict[str, Kind]] = {
    "footway": Kind.FOOTWAY, "pedestrian": Kind.PEDESTRIAN, "living_street": Kind.LIVING_STREET, "path": Kind.PATH,
    "track": Kind.TRACK, "bridleway": Kind.TRACK, "cycleway": Kind.CYCLEWAY, "steps": Kind.STEPS,
    "elevator": Kind.LIFT, "service": Kind.SERVICE, "residential": Kind.QUIET_STREET, "road": Kind.QUIET_STREET,
    "unclassified": Kind.QUIET_STREET, "tertiary": Kind.BUSY_STREET, "tertiary_link": Kind.BUSY_STREET,
    "secondary": Kind.MAIN_STREET, "secondary_link": Kind.MAIN_STREET, "primary": Kind.MAIN_STREET,
    "primary_link": Kind.MAIN_STREET, "trunk": Kind.MAIN_STREET, "trunk_link": Kind.MAIN_STREET,
    "platform": Kind.PLATFORM, "corridor": Kind.CORRIDOR, "access_ramp": Kind.FOOTWAY, "rest_area": Kind.SERVICE,
    "crossing": Kind.CROSSING, "trail": Kind.PATH, "busway": Kind.SERVICE,
}  # fmt: skip
#: carriageway width in decimetres where none is mapped (RASt 06, usual cross sections)
CARRIAGEWAY_DM: Final = {
    Kind.SERVICE: 45, Kind.LIVING_STREET: 50, Kind.PEDESTRIAN: 50, Kind.QUIET_STREET: 60, Kind.BUSY_STREET: 70,
    Kind.MAIN_STREET: 90,
}  # fmt: skip
_CLOSED: Final = {"no", "military", "emergency", "restricted", "agricultural", "forestry", "delivery", "use_sidepath"}
_PRIVATE: Final = frozenset({"private", "residents", "permit"})
_ACCESS: Final = {
    "private": Access.PRIVATE, "residents": Access.PRIVATE, "permit": Access.PRIVATE, "customers": Access.CUSTOMERS,
    "destination": Access.DESTINATION, "permissive": Access.PERMISSIVE,
}  # fmt: skip
#: of ways by their kind: with which words those who are not named by it are meant as well
_MEANT: Final = {
    Kind.CYCLEWAY: YES, Kind.FOOTWAY: frozenset({"designated", "official"}), Kind.PATH: frozenset({"designated", "official"}),
}  # fmt: skip
#: what one walks through inside; rooms may be anybody's
INDOORS: Final = {"corridor", "area"}
#: the first storey of "0;1", "-1--3", "0-2"
_LEVEL: Final = re.compile(r"-?\d{1,4}(?:\.\d{1,4})?")


def kind_of(tags: Tags) -> Kind | None:
    """What one walks on, or None when nobody may or can walk there."""
    highway = tags.get("highway", "")
    kind = KINDS.get(highway)
    if kind is None:
        if tags.get("indoor") in INDOORS:
            kind = Kind.CORRIDOR
        elif tags.get("railway") == "platform" or tags.get("public_transport") == "platform":
            kind = Kind.PLATFORM
        elif tags.get("route") == "ferry":
            kind = Kind.FERRY
        elif tags.get("man_made") == "pier" or highway == "via_ferrata":
            kind = Kind.FOOTWAY if tags.get("man_made") == "pier" else None
    if kind is None or access_of(tags) is None or tags.get("area:highway"):
        return None
    if kind is Kind.SERVICE and rails_of(tags) and tags.get("foot") not in YES:
        # the track itself, on which buses may go
        return None
    if kind is Kind.STEPS and tags.get("conveying", "no") != "no":
        return Kind.ESCALATOR
    if kind in {Kind.FOOTWAY, Kind.PATH, Kind.CYCLEWAY}:
        for key in ("footway", "path", "cycleway"):
            if tags.get(key) == "crossing":
                return Kind.CROSSING
            if tags.get(key) == "sidewalk":
                return Kind.PAVEMENT
    return kind


def access_of(tags: Tags) -> Access | None:
    """The access rule for people on foot; the most specific key wins (foot, then access). None: closed. What is open at
    times counts as open, and `condition` says when."""
    foot = tags.get("foot")
    if foot is not None:
        if (foot in _CLOSED or foot in _PRIVATE) and opens_at_times(tags.get("foot:conditional", "")):
            return Access.OPEN
        return None if foot in _CLOSED else _ACCESS.get(foot, Access.OPEN)
    if tags.get("motorroad") == "yes":
        return None
    access = tags.get("access")
    if (access in _CLOSED or access in _PRIVATE) and opens_at_times(condition(tags)):
        return Access.OPEN
    if access in _CLOSED:
        # a closed street may have an open pavement
        return Access.OPEN if tags.get("sidewalk") in {"both", "left", "right", "yes"} else None
    return _ACCESS.get(access or "", Access.OPEN)


def structure(tags: Tags, kind: Kind, sides: PavementSides) -> tuple[int, int, int]:
    """(flags, access, level in tenths) of a way."""
    flags = 0
    for key, flag in (
        ("bridge", Flag.BRIDGE), ("tunnel", Flag.TUNNEL), ("covered", Flag.COVERED), ("indoor", Flag.INDOOR),
    ):  # fmt: skip
        if tags.get(key, "no") != "no":
            # the passage through a house is no underpass: it is as high as the street
            flags |= Flag.COVERED if tags[key] == "building_passage" else flag
    if tags.get("area") == "yes":
        flags |= Flag.AREA
    if tags.get("foot" if kind is Kind.CYCLEWAY else "bicycle", "") in _MEANT.get(kind, ()):
        flags |= Flag.SHARED
    if tags.get("service") == "parking_aisle":
        flags |= Flag.PARKING
    oneway = tags.get("oneway:foot", tags.get("foot:oneway", "no"))
    if kind is Kind.ESCALATOR or "conveying" in tags:
        oneway = {"forward": "yes", "backward": "-1"}.get(tags.get("conveying", ""), oneway)
    if oneway == "yes":
        flags |= Flag.NO_BACKWARD
    elif oneway == "-1":
        flags |= Flag.NO_FORWARD
    if sides.separate:
        flags |= Flag.SEPARATE_PAVEMENT
    if sides.none and kind in STREETS:
        flags |= Flag.NO_PAVEMENT
    if condition(tags):
        flags |= Flag.CONDITIONAL
    found = _LEVEL.match(tags.get("level", "0"))
    tenths = round(float(found[0]) * 10) if found else 0
    return int(flags), int(access_of(tags) or Access.OPEN), max(-32000, min(32000, tenths))


def condition(tags: Tags) -> str:
    """The text of a time or season rule that matters on foot."""
    for key in ("foot:conditional", "access:conditional", "opening_hours"):
        # the hours of a market are not those of its square
        if key in tags and not (key == "opening_hours" and tags.get("amenity") == "marketplace"):
            return tags[key]
    return f"season: {tags['seasonal']}" if tags.get("seasonal", "no") != "no" else ""
