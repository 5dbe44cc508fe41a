# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Kerbs, crossings and barriers, from the tags of one node or way.

Sources: OpenStreetMap wiki, pages Key:kerb, Key:crossing, Key:crossing_ref, Key:barrier, Key:door, Key:entrance, Key:ford,
Key:traffic_signals:sound.
"""

from collections.abc import Mapping
from typing import Final

from ..graph import KERB_UNKNOWN
from ..vocabulary import BARRIER_WORDS, Access, Barrier, Crossing, Tri, Wheelchair
from .access import access_of
from .values import Report, read_kerb_height, read_metres, read_width
from .words import YES, felt

Tags = Mapping[str, str]
Values = dict[str, int]

KERB_WORDS_MM: Final = {
    "flush": 0, "no": 0, "none": 0, "at_grade": 0, "lowered": 30, "dropped": 30, "sloped": 30, "low": 30,
    "rolled": 60, "raised": 120, "regular": 120, "yes": KERB_UNKNOWN, "unknown": KERB_UNKNOWN, "both": 30, "one": 120,
}  # fmt: skip
#: of a crossing that is drawn as a point: https://wiki.openstreetmap.org/wiki/Key:kerb
_SIDES: Final = ("kerb:left", "kerb:right", "kerb:both")
_KERB_KEYS: Final = frozenset({
    "barrier", "kerb", "kerb:height", "curb", "curb:height", "sloped_curb", "sloped_kerb", *_SIDES,
})  # fmt: skip
#: British crossings with lights, and those on which one has right of way (wiki: Key:crossing, Key:crossing_ref)
_WITH_LIGHTS: Final = {"pelican", "puffin", "toucan", "pegasus", "scramble"}
_WITH_STRIPES: Final = {"zebra", "tiger", "marked", "uncontrolled"}
#: through these the rule for everybody is the one for people on foot; bars for cars are not among them
ACROSS_ALL: Final = frozenset({
    "gate", "wicket_gate", "door", "sliding_gate", "turnstile", "full-height_turnstile", "kissing_gate", "hampshire_gate",
    "security_control", "fence", "wall", "hedge", "retaining_wall", "city_wall", "guard_rail", "cable_barrier", "ditch", "stile",
    "horse_stile", "entrance", "sally_port", "border_control", "yes",
})  # fmt: skip
#: drawn where a way leads through them, but without a gate
CLOSING: Final = frozenset(
    {"fence", "wall", "hedge", "retaining_wall", "city_wall", "guard_rail", "cable_barrier", "ditch"}
)
#: one climbs over these or goes round them through the green
_LYING_ACROSS: Final = frozenset({"log", "fallen_tree", "debris", "hole"})
_IN_NOBODYS_WAY: Final = frozenset({
    "kerb", "curb", "entrance", "cattle_grid", "toll_booth", "bus_trap", "archway", "arch", "no", "border_control",
})  # fmt: skip
_OUT_OF_ORDER: Final = frozenset({"broken", "out_of_order", "closed", "disused", "defect"})
_DOOR_KEYS: Final = frozenset({
    "access", "foot", "locked", "wheelchair", "width", "maxwidth:physical", "opening_hours", "access:conditional", "foot:conditional",
})  # fmt: skip
_TRI: Final = {"yes": Tri.YES, "no": Tri.NO}


def kerb_millimetres(tags: Tags, report: Report) -> int | None:
    """Height of the kerb that a node or way names; KERB_UNKNOWN when there is one of unknown height."""
    if _KERB_KEYS.isdisjoint(tags):
        return None
    is_one = tags.get("barrier") in {"kerb", "curb"}
    for key in ("kerb:height", "curb:height", *(("height",) if is_one else ())):
        if key in tags:
            is_one = True
            metres = read_kerb_height(tags[key], report, key)
            if metres is not None:
                return round(metres * 1000)
    sides = [height for key in _SIDES if (height := _by_word(key, tags, report)) is not None]
    if sides:
        # nobody knows from which side somebody comes
        return KERB_UNKNOWN if KERB_UNKNOWN in sides else max(sides)
    for key in ("kerb", "curb", "sloped_curb", "sloped_kerb"):
        height = _by_word(key, tags, report)
        if height is not None:
            return height
    # said to be there, of whatever height
    return KERB_UNKNOWN if is_one else None


def _by_word(key: str, tags: Tags, report: Report) -> int | None:
    """The height in mm that one key tells; KERB_UNKNOWN where it tells of a kerb, but not understandably."""
    value = tags.get(key, "").strip().lower()
    if not value:
        return None
    if key.startswith("sloped") and value in {"yes", "no"}:
        return 30 if value == "yes" else 120
    words = [KERB_WORDS_MM.get(word.strip()) for word in value.split(";")]
    heights = [height for height in words if height is not None]
    if len(heights) == len(words):
        return KERB_UNKNOWN if KERB_UNKNOWN in heights else max(heights)
    metres = read_kerb_height(value, report, key)
    return KERB_UNKNOWN if metres is None else round(metres * 1000)


def crossing(tags: Tags) -> Values:
    """How a crossing (node or way) is secured, for eyes, ears and feet; only what the map says."""
    word, reference, lights = (tags.get(key, "").lower() for key in ("crossing", "crossing_ref", "crossing:signals"))
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
    # a tone by which one finds the post says nothing of green
    if sound and sound != "locate":
        found["sound"] = Tri.NO if sound == "no" else Tri.YES
    island = tags.get("crossing:island", "yes" if "island" in word else "")
    if island in _TRI:
        found["island"] = _TRI[island]
    if tactile := felt(tags.get("tactile_paving", "")):
        found["tactile"] = tactile
    return {name: int(value) for name, value in found.items()}


def _kind_of_door(tags: Tags) -> str:
    """A door or an entrance as a barrier: those that turn stop wheels, of others the width counts."""
    if tags.get("door") == "revolving":
        return "revolving_door"
    return "door" if tags.get("door", tags.get("entrance", "no")) != "no" else ""


def is_door(tags: Tags) -> bool:
    """Whether a node without another barrier is a door or an entrance."""
    return not tags.get("barrier") and bool(_kind_of_door(tags))


def tells_of_a_door(tags: Tags) -> bool:
    """Whether the map tells of a door or an entrance what matters to who passes it."""
    return is_door(tags) and (
        tags.get("door") == "revolving" or tags.get("entrance") == "emergency" or not _DOOR_KEYS.isdisjoint(tags)
    )


def is_shut(tags: Tags) -> bool:
    """Whether the public may not pass what stands at a node of the map."""
    word = tags.get("barrier", "")
    lift, door = tags.get("highway") == "elevator", bool(_kind_of_door(tags))
    if lift and tags.get("operational_status") in _OUT_OF_ORDER:
        return True
    if not (word or lift or door) or (word and word not in ACROSS_ALL and "foot" not in tags):
        return False
    told = bool({"foot", "access"} & tags.keys())
    if not told and (tags.get("locked") == "yes" or tags.get("entrance") == "emergency" or _is_closing(tags)):
        return True
    return access_of(tags) in {None, Access.PRIVATE}


def _is_closing(tags: Tags) -> bool:
    """A wall or a fence in which the map knows no opening."""
    return tags.get("barrier") in CLOSING and not {"opening", "width", "maxwidth:physical", "wheelchair"} & tags.keys()


def wheelchair(value: str) -> Wheelchair:
    if value in {"no", "bad"}:
        return Wheelchair.NO
    if value == "limited":
        return Wheelchair.LIMITED
    return Wheelchair.YES if value in {"yes", "designated", "good"} else Wheelchair.UNKNOWN


def barrier(tags: Tags, report: Report) -> Values:
    """A barrier node: what it is and how wide its gap. Empty when it does not stand in anybody's way."""
    word = tags.get("barrier", "") or _kind_of_door(tags) or ("steps" if tags.get("highway") == "steps" else "")
    usable = tags.get("wheelchair") in {"yes", "designated"}
    if not word or word in _IN_NOBODYS_WAY:
        return {} if usable or tags.get("ford", "no") == "no" else {"wheelchair": int(Wheelchair.NO)}
    if tags.get("foot") == "no" and word not in {"gate", "lift_gate"}:
        return {"barrier": int(Barrier.OTHER), "passage": 1}
    kind = BARRIER_WORDS.get(word)
    if kind is None:
        report.miss("barrier", word)
    found: Values = {"barrier": int(kind or Barrier.OTHER)}
    if tags.get("wheelchair") == "no":
        found["wheelchair"] = int(Wheelchair.NO)
    if usable or (word == "steps" and tags.get("ramp:wheelchair") == "yes") or (
        word in {*CLOSING, "yes"} and tags.get("foot") in YES
    ):  # fmt: skip
        return {"barrier": int(Barrier.GATE)}
    for key in ("maxwidth:physical", "opening", "spacing", "width"):
        # as wide as a post: its own thickness, not the gap beside it
        if key in tags and not (key == "width" and kind in {Barrier.BOLLARD, Barrier.BLOCK, Barrier.CHAIN}):
            metres = read_width(tags[key], report, key)
            if metres is not None and metres <= 20:
                found["passage"] = round(metres * 100)
                break
    if word in _LYING_ACROSS and "passage" not in found:
        found["wheelchair"] = int(Wheelchair.NO)
    # the room between the bars of a staggered barrier: https://wiki.openstreetmap.org/wiki/Tag:barrier=cycle_barrier
    if word in {"cycle_barrier", "chicane"} and "spacing" in tags:
        metres = read_metres(tags["spacing"], worse="small", report=report, key="spacing")
        if metres is not None and 0.2 <= metres <= 20:
            found["turning"] = round(metres * 100)
    return found
