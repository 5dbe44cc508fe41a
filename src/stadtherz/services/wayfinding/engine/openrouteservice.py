# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules by which openrouteservice judges a way for its profile "wheelchair", so that its clients get its figures.

Only for the compatible preset: our own profiles use the attributes in graph.py. The rules and figures were read from
the published behaviour of openrouteservice 8/9 (classes WheelchairFlagEncoder, WheelchairGraphStorageBuilder and
WheelchairEdgeFilter of the project GIScience/openrouteservice, and its documentation "Wheelchair attributes"); the
code is ours. Its oddities are kept where they change an answer: inclines are read without sign and capped at 15 %,
"up" counts as 10 %, degrees go through tan() as if they were radians, kerbs without a number count 3 or 15 cm.
"""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

Tags = Mapping[str, str]

HAS_VALUES: Final = 1
SUITABLE: Final = 2
SURFACE_KNOWN: Final = 4

_RESTRICTED: Final = {"private", "no", "restricted", "military", "emergency"}
_INTENDED: Final = {"yes", "designated", "official", "permissive", "limited"}
_PAVEMENT: Final = {"yes", "both", "left", "right"}
_NO_PAVEMENT: Final = {"no", "none", "separate"}
_BAD_SURFACES: Final = {"earth", "grass", "dirt", "mud", "sand", "snow", "ice", "salt"}
_BAD_SMOOTHNESS: Final = {"bad", "very_bad", "horrible", "very_horrible"}
_BAD_SAC: Final = {
    "mountain_hiking", "demanding_mountain_hiking", "alpine_hiking", "demanding_alpine_hiking",
    "difficult_alpine_hiking",
}  # fmt: skip
_FULL: Final = {
    "footway", "pedestrian", "living_street", "residential", "unclassified", "service", "tertiary", "tertiary_link",
    "road",
}  # fmt: skip
_BUSY: Final = {"trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"}
_LIMITED: Final = {"path", "track", "bridleway"}
_SEPARATE: Final = {"living_street", "pedestrian", "footway", "path", "crossing", "track"}
_CALM: Final = {"footway", "living_street", "pedestrian", "path", "track"}
SURFACES: Final = {
    word: code
    for code, words in enumerate(
        (
            "paved", "asphalt", "concrete", "paving_stones", "concrete:plates",
            "cobblestone:flattened sett unhewn_cobblestone", "concrete:lanes", "cobblestone", "unpaved", "fine_gravel",
            "compacted", "metal", "ice", "grass_paver", "sand", "dirt", "earth", "grass", "gravel", "ground", "mud",
            "pebblestone", "salt", "snow", "wood", "woodchips",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
SMOOTHNESS: Final = {
    word: code
    for code, word in enumerate(
        ("excellent", "good", "intermediate", "bad", "very_bad", "horrible", "very_horrible", "impassable"), start=1
    )
}
TRACKTYPES: Final = {f"grade{grade}": grade for grade in range(1, 6)}
_KERBS: Final = {
    **dict.fromkeys(("yes", "both", "low", "lowered", "dropped", "sloped"), 3),
    **dict.fromkeys(("no", "none", "one", "rolled", "regular"), 15),
    **dict.fromkeys(("at_grade", "flush"), 0),
}


class Judgement(NamedTuple):
    """One row of the compatibility columns; speed 0 means not accessible."""

    speed: int
    priority: int
    surface: int
    smoothness: int
    tracktype: int
    incline: int
    kerb: int
    width: int
    flags: int


CLOSED: Final = Judgement(0, 0, -1, -1, -1, -1, -1, -1, 0)


def judge(tags: Tags, side: str = "", node_kerbs: tuple[int, ...] = ()) -> Judgement:
    """Judges a way, or its pavement on `side` ("left", "right")."""
    accessible, assumed = _access(tags)
    if not accessible:
        return CLOSED
    clean = {key.replace(".", ":"): value for key, value in tags.items()}
    separate = tags.get("highway", "crossing") in _SEPARATE
    values, known = _attributes(clean, "", separate)
    if side:
        own, own_known = _attributes(_sided(clean, side), "", True)
        values = {name: own[name] if own[name] != -1 else values[name] for name in values}
        known = known or own_known
    if node_kerbs and tags.get("footway") == "crossing":
        values["kerb"] = max(node_kerbs)
    flags = HAS_VALUES * any(value != -1 for value in values.values())
    flags |= SUITABLE * bool(separate or assumed or side) | SURFACE_KNOWN * known
    width = values["width"] // 10 * 10 if values["width"] > 0 else -1
    return Judgement(
        _speed(tags), _priority(tags, bool(side)), max(values["surface"], -1), max(values["smoothness"], -1),
        max(values["tracktype"], -1), values["incline"], values["kerb"] or -1, width, flags,
    )  # fmt: skip


def kerb_centimetres(value: str | None) -> int:
    """The height that a kerb value stands for, -1 unknown."""
    if value is None:
        return -1
    value = value.lower()
    if value in _KERBS:
        return _KERBS[value]
    metres = _metres(value)
    return max(-1, int(metres * 100)) if metres < 0.15 else int(metres)


def _access(tags: Tags) -> tuple[bool, bool]:  # noqa: PLR0911  (a list of rules, the first that fits)
    """(accessible, "marked as assumed accessible")."""
    restrictions = [tags.get(key) for key in ("wheelchair", "foot", "access")]
    intended = any(value in _INTENDED for value in restrictions)
    pavement = tags.get("sidewalk") in _PAVEMENT
    if any(value in _RESTRICTED for value in restrictions) and not (intended or pavement):
        return False, False
    highway = tags.get("highway")
    if highway is None:
        return _access_without_highway(tags), False
    if (
        tags.get("sac_scale") in _BAD_SAC
        or tags.get("surface") in _BAD_SURFACES
        or tags.get("smoothness") in _BAD_SMOOTHNESS
        or tags.get("tracktype") in {"grade4", "grade5"}
    ):
        return False, False
    if tags.get("wheelchair") in _INTENDED:
        return True, False
    if tags.get("wheelchair") in _RESTRICTED or highway in {"steps", "construction"}:
        return False, False
    if tags.get("foot") in _INTENDED:
        return True, False
    if tags.get("foot") in _RESTRICTED:
        return False, False
    if pavement:
        return True, False
    if (tags.get("sidewalk") in _NO_PAVEMENT and highway in _BUSY) or tags.get("motorroad") == "yes":
        return False, False
    if highway == "bridleway":
        return False, False
    return True, highway in _FULL or highway in _BUSY or highway in _LIMITED


def _access_without_highway(tags: Tags) -> bool:
    if tags.get("route") in {"ferry", "shuttle_train"} or "platform" in (
        tags.get("public_transport"),
        tags.get("railway"),
    ):
        for key in ("wheelchair", "foot"):
            if key in tags:
                return tags[key] not in _RESTRICTED
        return True
    return False


def _attributes(tags: Tags, prefix: str, mark: bool) -> tuple[dict[str, int], bool]:
    values = {
        "surface": SURFACES.get(tags.get("surface", "").lower(), -1),
        "smoothness": SMOOTHNESS.get(tags.get("smoothness", "").lower(), -1),
        "tracktype": TRACKTYPES.get(tags.get("tracktype", "").lower(), -1),
        "width": int(_metres(tags["width"].lower()) * 100) if "width" in tags else -1,
        "incline": _incline(tags["incline"].lower()) if "incline" in tags else -1,
        "kerb": -1,
    }
    for key in ("curb", "kerb", "sloped_curb", "sloped_kerb", "kerb:height", "curb:height"):
        height = kerb_centimetres(tags.get(key))
        if height != -1:
            values["kerb"] = height
    return values, mark and any(key in tags for key in ("surface", "smoothness", "tracktype"))


def _sided(tags: Tags, side: str) -> dict[str, str]:
    """The tags of one pavement as if it were a way: sidewalk:left:surface → surface."""
    found: dict[str, str] = {}
    for prefix in (f"footway:{side}:", f"sidewalk:{side}:", "footway:both:", "sidewalk:both:"):
        found |= {key[len(prefix) :]: value for key, value in tags.items() if key.startswith(prefix)}
    return found


def _metres(text: str) -> float:
    """A length as openrouteservice reads it: capped at 3 m, -1 for what it does not understand."""
    for unit, scale in (("cm", 0.01), ("km", 1000.0), ("nmi", 1852.0), ("mi", 1609.0), ("m", 1.0), ("", 1.0)):
        if text.endswith(unit):
            try:
                return min(3.0, float(text[: len(text) - len(unit)].strip()) * scale)
            except ValueError:
                return -1.0
    return -1.0


def _incline(text: str) -> int:
    degrees = "°" in text
    text = text.replace("%", "").replace(",", ".").replace("°", "")
    for word, figure in (("up", "10"), ("down", "-10"), ("yes", "10"), ("steep", "15"), ("no", "0"), ("+/-0", "0")):
        text = text.replace(word, figure)
    try:
        value = float(text)
    except ValueError:
        return 0
    if degrees:
        value = math.tan(value) * 100
    return round(min(abs(value), 15.0))


def _speed(tags: Tags) -> int:
    """km/h as stored: whole numbers from 1 to 10."""
    highway = tags.get("highway", "")
    speed = 4.0
    pavement = tags.get("sidewalk") in _PAVEMENT
    if highway in _BUSY and not pavement:
        speed *= 0.8
    elif highway in {"footway", "pedestrian", "living_street", "residential"}:
        speed *= 1.25
        if tags.get("footway") == "crossing":
            speed *= 2
    elif highway in _FULL and not pavement:
        speed *= 0.9
    return min(10, max(1, math.floor(speed + 0.5)))


def _priority(tags: Tags, side: bool) -> int:
    """0 (avoid) to 7 (best)."""
    highway, good, bad = tags.get("highway", ""), 0, 0
    maxspeed = tags.get("maxspeed", "")
    if maxspeed.isdecimal():
        bad += sum(int(maxspeed) > limit for limit in (50, 60, 80))
        good += int(maxspeed) <= 20
    if tags.get("tunnel") in _INTENDED:
        bad += 4
    designated = {"designated", "official"}
    if any(tags.get(key) in designated for key in ("bicycle", "cycleway", "horse")) and not any(
        tags.get(key) in _INTENDED for key in ("wheelchair", "foot", "access")
    ):
        bad += 4
    if highway in _LIMITED and not any(key in tags for key in ("surface", "smoothness", "tracktype", "incline")):
        bad += 2
    if highway in _BUSY:
        bad += 5 if "trunk" in highway else 3 if "primary" in highway else 1
    if highway in {"footway", "pedestrian", "living_street"}:
        good += 5
    else:
        bad += highway in _FULL
        if tags.get("sidewalk") in _PAVEMENT or tags.get("foot") == "designated":
            good += 5
        elif tags.get("foot") in _INTENDED or tags.get("bicycle") == "designated":
            good += 2
    calm = highway in _CALM or tags.get("foot") in {"yes", "designated", "permissive", "destination"}
    if not side and not calm and tags.get("public_transport") != "platform":
        bad += 2
    total = good - bad
    for limit, priority in ((-6, 1), (-3, 2), (-1, 3), (0, 4), (2, 5), (5, 6)):
        if total <= limit:
            return priority
    return 7
