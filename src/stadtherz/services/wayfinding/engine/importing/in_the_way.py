# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Kerbs, crossings and barriers, from the tags of one node or way.

Sources: OpenStreetMap wiki, pages Key:kerb, Key:crossing, Key:crossing_ref, Key:barrier, Key:traffic_signals:sound.
"""

from collections.abc import Mapping
from typing import Final

from ..graph import KERB_UNKNOWN
from ..vocabulary import BARRIER_WORDS, Barrier, Crossing, Tri, Wheelchair
from .values import Report, read_kerb_height, read_metres
from .words import MISSING, YES

Tags = Mapping[str, str]
Values = dict[str, int]

KERB_WORDS_MM: Final = {
    "flush": 0, "no": 0, "none": 0, "at_grade": 0, "lowered": 30, "dropped": 30, "sloped": 30, "low": 30,
    "rolled": 60, "raised": 120, "regular": 120, "yes": KERB_UNKNOWN, "unknown": KERB_UNKNOWN, "both": 30, "one": 120,
}  # fmt: skip
#: British crossings with lights, and those on which one has right of way (wiki: Key:crossing, Key:crossing_ref)
_WITH_LIGHTS: Final = {"pelican", "puffin", "toucan", "pegasus", "scramble"}
_WITH_STRIPES: Final = {"zebra", "tiger", "marked", "uncontrolled"}
_TRI: Final = {"yes": Tri.YES, "no": Tri.NO}


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
        found["tactile"] = Tri.NO if tags["tactile_paving"] in MISSING else Tri.YES
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
        word in {"fence", "wall", "hedge", "yes"} and tags.get("foot") in YES
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
