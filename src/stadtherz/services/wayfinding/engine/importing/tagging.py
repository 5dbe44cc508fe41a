# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the tags of one OpenStreetMap way or node to the attributes of the walking graph.

Sources: OpenStreetMap wiki, pages Key:highway, Key:sidewalk, Sidewalks, Key:kerb, Key:crossing, Key:ramp,
Key:handrail, Key:conveying, Key:tactile_paving, Key:traffic_signals:sound, OSM_tags_for_routing/Access_restrictions.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from ..graph import KERB_UNKNOWN
from ..hours import opens_at_times
from ..vocabulary import (
    BARRIER_WORDS,
    SMOOTHNESS_WORDS,
    SURFACE_WORDS,
    Access,
    Barrier,
    Crossing,
    Flag,
    Kind,
    Ramp,
    Surface,
    Tri,
    Wheelchair,
)
from .values import Report, read_count, read_incline, read_kerb_height, read_metres, read_width

Tags = Mapping[str, str]
Values = dict[str, int]

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
#: streets whose pavements `sidewalk:*` describes
STREETS: Final = frozenset(
    {Kind.SERVICE, Kind.QUIET_STREET, Kind.BUSY_STREET, Kind.MAIN_STREET, Kind.LIVING_STREET, Kind.PEDESTRIAN}
)
#: carriageway width in decimetres where none is mapped (RASt 06, usual cross sections)
CARRIAGEWAY_DM: Final = {
    Kind.SERVICE: 45, Kind.LIVING_STREET: 50, Kind.PEDESTRIAN: 50, Kind.QUIET_STREET: 60, Kind.BUSY_STREET: 70,
    Kind.MAIN_STREET: 90,
}  # fmt: skip
KERB_WORDS_MM: Final = {
    "flush": 0, "no": 0, "none": 0, "at_grade": 0, "lowered": 30, "dropped": 30, "sloped": 30, "low": 30,
    "rolled": 60, "raised": 120, "regular": 120, "yes": KERB_UNKNOWN, "unknown": KERB_UNKNOWN, "both": 30, "one": 120,
}  # fmt: skip
_CLOSED: Final = {"no", "military", "emergency", "restricted", "agricultural", "forestry", "delivery", "use_sidepath"}
_PRIVATE: Final = frozenset({"private", "residents", "permit"})
_ACCESS: Final = {
    "private": Access.PRIVATE, "residents": Access.PRIVATE, "permit": Access.PRIVATE, "customers": Access.CUSTOMERS,
    "destination": Access.DESTINATION, "permissive": Access.PERMISSIVE,
}  # fmt: skip
_YES: Final = {"yes", "designated", "official", "permissive", "both", "left", "right", "limited", "only"}
#: said to be there, but of no use: https://wiki.openstreetmap.org/wiki/Key:tactile_paving
_MISSING: Final = {"no", "incorrect", "disused", "none"}
#: British crossings with lights, and those on which one has right of way (wiki: Key:crossing, Key:crossing_ref)
_WITH_LIGHTS: Final = {"pelican", "puffin", "toucan", "pegasus", "scramble"}
_WITH_STRIPES: Final = {"zebra", "tiger", "marked", "uncontrolled"}
_TRI: Final = {"yes": Tri.YES, "no": Tri.NO}


class PavementSides(NamedTuple):
    left: bool
    right: bool
    separate: bool
    none: bool


#: the first storey of "0;1", "-1--3", "0-2"
_LEVEL: Final = re.compile(r"-?\d{1,4}(?:\.\d{1,4})?")


def kind_of(tags: Tags) -> Kind | None:
    """What one walks on, or None when nobody may or can walk there."""
    highway = tags.get("highway", "")
    kind = KINDS.get(highway)
    if kind is None:
        if tags.get("indoor") == "corridor":
            kind = Kind.CORRIDOR
        elif tags.get("railway") == "platform" or tags.get("public_transport") == "platform":
            kind = Kind.PLATFORM
        elif tags.get("route") == "ferry":
            kind = Kind.FERRY
        elif tags.get("man_made") == "pier" or highway == "via_ferrata":
            kind = Kind.FOOTWAY if tags.get("man_made") == "pier" else None
    if kind is None or access_of(tags) is None or tags.get("area:highway"):
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


def pavement_sides(tags: Tags, kind: Kind) -> PavementSides:
    """Which sides have a pavement that is not mapped as its own way (wiki: Key:sidewalk)."""
    if kind not in STREETS:
        return PavementSides(False, False, False, False)
    general = tags.get("sidewalk", "")
    described = general not in {"separate", "no", "none"}
    sides: dict[str, str] = {}
    for side in ("left", "right"):
        said = tags.get(f"sidewalk:{side}", tags.get("sidewalk:both", ""))
        if not said and general in {"both", side, "yes"}:
            said = "yes"
        if (
            not said
            and described
            and any(
                key.startswith((f"sidewalk:{side}:", f"footway:{side}:", f"footway:{side}.", "sidewalk:both:"))
                for key in tags
            )
        ):
            said = "yes"
        sides[side] = said or ("separate" if general == "separate" else "no" if general else "")
    values = sides.values()
    return PavementSides(
        sides["left"] == "yes", sides["right"] == "yes", "separate" in values, set(values) <= {"no", "none"}
    )


def side_tags(tags: Tags, side: str) -> dict[str, str]:
    """What the map says of one pavement, as if it were a way of its own. The street's surface is not the pavement's;
    its slope, light and name are."""
    found = {key: tags[key] for key in ("incline", "lit") if key in tags}
    for prefix in ("sidewalk:both", f"footway:{side}", f"sidewalk:{side}"):
        for key, value in tags.items():
            if key.startswith(prefix) and key[len(prefix) : len(prefix) + 1] in {":", "."}:
                found[key[len(prefix) + 1 :].replace(".", ":")] = value
    return found


def attributes(tags: Tags, kind: Kind, report: Report) -> Values:
    """The attributes of a way that its tags tell; keys as in graph.ATTRIBUTES, absent means not known."""
    found: Values = {}
    _read_ground(tags, found, report)
    _read_width(tags, kind, found, report)
    if "incline" in tags:
        incline = read_incline(tags["incline"], report)
        if incline:
            found["direction"] = incline.direction
            if incline.permille is not None:
                found["incline"] = incline.permille
    if kind is Kind.LIFT and (turning := _car(tags, report)):
        found["turning"] = turning
    # of a pavement it is the kerb along the street, which nobody crosses who stays on it
    kerb = None if kind is Kind.PAVEMENT else kerb_millimetres(tags, report)
    if kerb is not None:
        found["kerb_up"] = found["kerb_down"] = kerb
    if kind in {Kind.STEPS, Kind.ESCALATOR}:
        _read_steps(tags, found, report)
    for key, name in (("lit", "lit"), ("tactile_paving", "tactile")):
        if key in tags:
            found[name] = Tri.NO if tags[key] in _MISSING else Tri.YES
    if kind is Kind.CROSSING:
        found |= crossing(tags)
    if "wheelchair" in tags:
        found["wheelchair"] = wheelchair(tags["wheelchair"])
    return {name: int(value) for name, value in found.items()}


def _read_width(tags: Tags, kind: Kind, found: Values, report: Report) -> None:
    """The width of the way itself, not of a carriageway; where something stands in it, the room that it leaves."""
    key = "width" if "width" in tags else "est_width"
    if key in tags:
        metres = read_width(tags[key], report, key)
        if metres is not None and kind not in {Kind.QUIET_STREET, Kind.BUSY_STREET, Kind.MAIN_STREET}:
            found["width"] = round(metres * 100)
    if kind is not Kind.LIFT and "maxwidth:physical" in tags:
        metres = read_width(tags["maxwidth:physical"], report, "maxwidth:physical")
        if metres is not None:
            found["width"] = min(found.get("width", 65535), round(metres * 100))


def _car(tags: Tags, report: Report) -> int:
    """The largest square in cm that fits into the car of a lift; 0 where the map does not tell both sides."""
    sides = []
    for keys in (("maxwidth:physical", "width"), ("maxlength:physical", "length")):
        key = next((key for key in keys if key in tags), "")
        metres = read_metres(tags[key], worse="small", report=report, key=key) if key else None
        sides.append(round(metres * 100) if metres is not None and 0.3 <= metres <= 10 else 0)
    return min(sides)


def _read_ground(tags: Tags, found: Values, report: Report) -> None:
    surface = tags.get("surface", "").strip().lower()
    if surface:
        words = [SURFACE_WORDS.get(word.strip(), Surface.UNKNOWN) for word in surface.split(";")]
        if max(words):
            found["surface"] = max(words)
            if len(words) > 1:
                report.note("surface", surface, "range read as its worse end")
        else:
            report.miss("surface", surface)
    smoothness = tags.get("smoothness", "").strip().lower()
    if smoothness:
        if smoothness in SMOOTHNESS_WORDS:
            found["smoothness"] = SMOOTHNESS_WORDS[smoothness]
        else:
            report.miss("smoothness", smoothness)
    tracktype = tags.get("tracktype", "")
    if tracktype:
        if tracktype[:5] == "grade" and tracktype[5:] in {"1", "2", "3", "4", "5"}:
            found["tracktype"] = int(tracktype[5:])
        else:
            report.miss("tracktype", tracktype)


def _read_steps(tags: Tags, found: Values, report: Report) -> None:
    if "step_count" in tags:
        count = read_count(tags["step_count"], report, "step_count")
        if count:
            found["steps"] = count
    rails = [tags[key] for key in tags if key == "handrail" or key.startswith("handrail:")]
    if rails:
        found["handrail"] = Tri.YES if any(value in _YES for value in rails) else Tri.NO
    if tags.get("ramp:wheelchair", "no") in _YES:
        found["ramp"] = Ramp.WHEELCHAIR
    elif any(tags.get(f"ramp:{what}", "no") in _YES for what in ("stroller", "luggage")):
        found["ramp"] = Ramp.PRAM
    elif tags.get("ramp") == "no" or tags.get("ramp:wheelchair") == "no":
        found["ramp"] = Ramp.NO


def kerb_millimetres(tags: Tags, report: Report) -> int | None:
    """Height of the kerb that a node or way names; KERB_UNKNOWN when there is one of unknown height."""
    for key in ("kerb:height", "curb:height", "height" if tags.get("barrier") == "kerb" else "kerb:height"):
        if key in tags:
            metres = read_kerb_height(tags[key], report, key)
            if metres is not None:
                return round(metres * 1000)
    for key in ("kerb", "curb", "sloped_curb", "sloped_kerb"):
        value = tags.get(key, "").strip().lower()
        if not value:
            continue
        if key.startswith("sloped") and value in {"yes", "no"}:
            return 30 if value == "yes" else 120
        words = [KERB_WORDS_MM.get(word.strip()) for word in value.split(";")]
        heights = [height for height in words if height is not None]
        if len(heights) == len(words):
            return KERB_UNKNOWN if KERB_UNKNOWN in heights else max(heights)
        if value[0].isdigit():
            metres = read_kerb_height(value, report, key)
            return KERB_UNKNOWN if metres is None else round(metres * 1000)
        report.miss(key, value)
    return KERB_UNKNOWN if tags.get("barrier") == "kerb" else None


def crossing(tags: Tags) -> Values:
    """How a crossing (node or way) is secured, for eyes, ears and feet; only what the map says."""
    word, reference, lights = (tags.get(key, "") for key in ("crossing", "crossing_ref", "crossing:signals"))
    markings, found = tags.get("crossing:markings", ""), Values()
    signals = "signals" in word or bool({word, reference} & _WITH_LIGHTS) or tags.get("highway") == "traffic_signals"
    marked = "unmarked" not in word and any(part in word for part in _WITH_STRIPES)
    if lights not in {"", "no"} or (signals and lights != "no"):
        found["crossing"] = Crossing.SIGNALS
    elif marked or reference in _WITH_STRIPES or markings not in {"", "no"}:
        found["crossing"] = Crossing.MARKED
    elif "unmarked" in word or word == "no" or markings == "no":
        found["crossing"] = Crossing.UNMARKED
    sound = tags.get("traffic_signals:sound", tags.get("traffic_signals:vibration", ""))
    if sound:
        found["sound"] = Tri.NO if sound == "no" else Tri.YES
    island = tags.get("crossing:island", "yes" if "island" in word else "")
    if island in _TRI:
        found["island"] = _TRI[island]
    if "tactile_paving" in tags:
        found["tactile"] = Tri.NO if tags["tactile_paving"] in _MISSING else Tri.YES
    return {name: int(value) for name, value in found.items()}


def wheelchair(value: str) -> Wheelchair:
    if value in {"no", "bad"}:
        return Wheelchair.NO
    if value == "limited":
        return Wheelchair.LIMITED
    return Wheelchair.YES if value in {"yes", "designated", "good"} else Wheelchair.UNKNOWN


def barrier(tags: Tags, report: Report) -> Values:
    """A barrier node: what it is and how wide its gap. Empty when it does not stand in anybody's way."""
    word = tags.get("barrier", "")
    if not word or word in {"kerb", "entrance", "cattle_grid", "toll_booth", "bus_trap", "archway", "arch"}:
        return {}
    if tags.get("foot") == "no" and word not in {"gate", "lift_gate"}:
        return {"barrier": int(Barrier.OTHER), "passage": 1}
    found: Values = {"barrier": int(BARRIER_WORDS.get(word, Barrier.OTHER))}
    if tags.get("wheelchair") == "no":
        found["wheelchair"] = int(Wheelchair.NO)
    if tags.get("wheelchair") in {"yes", "designated"} or (
        word in {"fence", "wall", "hedge", "yes"} and tags.get("foot") in _YES
    ):
        return {"barrier": int(Barrier.GATE)}
    for key in ("maxwidth:physical", "opening", "spacing", "width"):
        if key in tags:
            metres = read_metres(tags[key], worse="small", report=report, key=key)
            if metres is not None and 0.2 <= metres <= 20:
                found["passage"] = round(metres * 100)
                break
    # the room between the bars of a staggered barrier: https://wiki.openstreetmap.org/wiki/Tag:barrier=cycle_barrier
    if word in {"cycle_barrier", "chicane"} and "spacing" in tags:
        metres = read_metres(tags["spacing"], worse="small", report=report, key="spacing")
        if metres is not None and 0.2 <= metres <= 20:
            found["turning"] = round(metres * 100)
    return found


def structure(tags: Tags, kind: Kind, sides: PavementSides) -> tuple[int, int, int]:
    """(flags, access, level in tenths) of a way."""
    flags = 0
    for key, flag in (
        ("bridge", Flag.BRIDGE), ("tunnel", Flag.TUNNEL), ("covered", Flag.COVERED), ("indoor", Flag.INDOOR),
    ):  # fmt: skip
        if tags.get(key, "no") != "no":
            flags |= flag
    if tags.get("area") == "yes":
        flags |= Flag.AREA
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
