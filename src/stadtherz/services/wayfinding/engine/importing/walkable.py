# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where one may walk, from the tags of one OpenStreetMap way: what it is, in which direction, on which storey.

Sources: OpenStreetMap wiki, pages Key:highway, Key:conveying, Key:step_count, Simple Indoor Tagging.
"""

from collections.abc import Mapping
from typing import Final

from ..vocabulary import Access, Flag, Kind
from .access import access_of, condition
from .levels import read_levels
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
#: of ways by their kind: with which words those who are not named by it are meant as well
_MEANT: Final = {
    Kind.CYCLEWAY: YES, Kind.FOOTWAY: frozenset({"designated", "official"}), Kind.PATH: frozenset({"designated", "official"}),
}  # fmt: skip
#: what one walks through inside; rooms may be anybody's
INDOORS: Final = {"corridor", "area"}
_DRAWN_ALONE: Final = frozenset({Kind.FOOTWAY, Kind.PATH, Kind.CYCLEWAY})
#: on these somebody may note steps without calling the way a flight of them
_STEPPED: Final = frozenset({Kind.FOOTWAY, Kind.PATH, Kind.PEDESTRIAN, Kind.CORRIDOR, Kind.PLATFORM, Kind.PAVEMENT})
_STEP_KEYS: Final = frozenset({"stairs", "room", "footway", "path", "step_count"})
_STAIRS: Final = frozenset({"steps", "stairs"})


def kind_of(tags: Tags) -> Kind | None:
    """What one walks on, or None when nobody may or can walk there."""
    kind = KINDS.get(tags.get("highway", "")) or _without_highway(tags)
    if kind is None or access_of(tags) is None or tags.get("area:highway") or _for_buses(tags, kind):
        return None
    if kind in _STEPPED and _has_steps(tags):
        kind = Kind.STEPS
    if kind is Kind.STEPS and tags.get("conveying", "no") != "no":
        return Kind.ESCALATOR
    return _part_of_a_street(tags, kind) if kind in _DRAWN_ALONE else kind


def _without_highway(tags: Tags) -> Kind | None:
    if tags.get("indoor") in INDOORS:
        return Kind.CORRIDOR
    if tags.get("railway") == "platform" or tags.get("public_transport") == "platform":
        return Kind.PLATFORM
    if tags.get("route") == "ferry":
        return Kind.FERRY
    return Kind.FOOTWAY if tags.get("man_made") == "pier" else None


def _for_buses(tags: Tags, kind: Kind) -> bool:
    """A way for buses alone, or the track itself on which they may go; people walk there where the map says so."""
    if kind is not Kind.SERVICE or tags.get("foot") in YES:
        return False
    return bool(rails_of(tags)) or (
        tags.get("highway") == "busway" and tags.get("sidewalk", "no") in {"no", "none", "separate"}
    )


def _part_of_a_street(tags: Tags, kind: Kind) -> Kind:
    for key in ("footway", "path", "cycleway"):
        if tags.get(key) == "crossing":
            return Kind.CROSSING
        if tags.get(key) == "sidewalk":
            return Kind.PAVEMENT
    # some say how one crosses without saying that one does
    crosses = tags.get("crossing", "no") != "no" and "footway" not in tags
    return Kind.CROSSING if crosses else kind


def _has_steps(tags: Tags) -> bool:
    """Whether a way that is not called steps has some: drawn as an indoor area, or with their number."""
    return not _STEP_KEYS.isdisjoint(tags) and (
        tags.get("stairs", "no") != "no" or tags.get("room") == "stairs" or tags.get("footway") in _STAIRS
        or tags.get("path") in _STAIRS or tags.get("step_count", "0").strip().lower() not in {"0", "no", "none"}
    )  # fmt: skip


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
    if kind is Kind.ESCALATOR or tags.get("conveying", "no") != "no":
        # stairs that move go one way, also where the map only says so as of a street
        oneway = tags.get("oneway", oneway)
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
    tenths = round(next(iter(read_levels(tags["level"])), 0.0) * 10) if "level" in tags else 0
    return int(flags), int(access_of(tags) or Access.OPEN), max(-32000, min(32000, tenths))
