# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The attributes of a way, from the tags of one OpenStreetMap way: ground, width, slope, kerb, steps, light.

Sources: OpenStreetMap wiki, pages Key:surface, Key:smoothness, Key:width, Key:ramp, Key:handrail, Key:tactile_paving.
"""

from collections.abc import Mapping
from typing import Final

from ..vocabulary import SMOOTHNESS_WORDS, SURFACE_WORDS, Kind, Ramp, Smoothness, Surface, Tri, Wheelchair
from .in_the_way import crossing, kerb_millimetres, wheelchair
from .sides import STREETS
from .values import Report, read_count, read_incline, read_metres, read_width
from .words import MISSING, YES, felt

Tags = Mapping[str, str]
#: the ground of trails for mountain bikes and hikers of which nobody has noted the smoothness. Of the 120 ways of Heidelberg
#: that have both, roots and stones begin at 1; https://wiki.openstreetmap.org/wiki/Key:mtb:scale, Key:sac_scale
_BY_BICYCLE = {"1": Smoothness.VERY_BAD, "2": Smoothness.HORRIBLE} | dict.fromkeys("3456", Smoothness.VERY_HORRIBLE)
_ON_FOOT = {
    "mountain_hiking": Smoothness.HORRIBLE, "demanding_mountain_hiking": Smoothness.VERY_HORRIBLE,
    "alpine_hiking": Smoothness.IMPASSABLE, "demanding_alpine_hiking": Smoothness.IMPASSABLE,
    "difficult_alpine_hiking": Smoothness.IMPASSABLE,
}  # fmt: skip
_TRACKTYPES: Final = {f"grade{grade}": grade for grade in range(1, 6)}
#: a ramp that serves some people only is one that nobody should count on
_FOR_ALL: Final = YES - {"limited", "only"}
Values = dict[str, int]


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
    # of a pavement and a street it is the kerb along them, which nobody crosses who stays there
    kerb = None if kind is Kind.PAVEMENT or kind in STREETS else kerb_millimetres(tags, report)
    if kerb is not None:
        found["kerb_up"] = found["kerb_down"] = kerb
    if kind in {Kind.STEPS, Kind.ESCALATOR}:
        _read_steps(tags, found, report)
    if "lit" in tags:
        found["lit"] = Tri.NO if tags["lit"] in MISSING else Tri.YES
    if "tactile_paving" in tags and (tactile := felt(tags["tactile_paving"])):
        found["tactile"] = tactile
    if kind is Kind.CROSSING:
        found |= crossing(tags)
    if "ford" in tags and tags["ford"] != "no":
        # through water, or over stepping stones
        found["wheelchair"] = Wheelchair.NO
    if "wheelchair" in tags and wheelchair(tags["wheelchair"]):
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


def _surface(word: str) -> Surface:
    """Of finer words ("paving_stones:lanes") the first part counts where the whole is not known."""
    return SURFACE_WORDS.get(word, SURFACE_WORDS.get(word.split(":", maxsplit=1)[0], Surface.UNKNOWN))


def _trail(word: str, scale: Mapping[str, Smoothness]) -> int:
    """How rough a trail is by its difficulty: of "1+" the 1 counts; 0 where that says nothing."""
    return int(scale.get(word, scale.get(word[:1], Smoothness.UNKNOWN)))


def _read_ground(tags: Tags, found: Values, report: Report) -> None:
    surface = tags.get("surface", "").strip().lower()
    if surface:
        words = [_surface(word.strip()) for word in surface.split(";")]
        if max(words):
            found["surface"] = max(words)
            if len(words) > 1:
                report.note("surface", surface, "range read as its worse end")
        else:
            report.miss("surface", surface)
    smoothness = tags.get("smoothness", "").strip().lower()
    if smoothness:
        grades = [SMOOTHNESS_WORDS.get(word.strip()) for word in smoothness.split(";")]
        if None in grades:
            report.miss("smoothness", smoothness)
        else:
            found["smoothness"] = max(grade for grade in grades if grade)
            if len(grades) > 1:
                report.note("smoothness", smoothness, "range read as its worse end")
    elif trail := max(_trail(tags.get("mtb:scale", ""), _BY_BICYCLE), _trail(tags.get("sac_scale", ""), _ON_FOOT)):
        found["smoothness"] = trail
        report.note(
            "smoothness", f"{tags.get('mtb:scale', '')} {tags.get('sac_scale', '')}".strip(), "trail read as its ground"
        )
    if "tracktype" in tags:
        _read_tracktype(tags["tracktype"], found, report)


def _read_tracktype(text: str, found: Values, report: Report) -> None:
    words = [word.strip() for word in text.split(";")]
    if any(word not in _TRACKTYPES for word in words):
        report.miss("tracktype", text)
        return
    found["tracktype"] = max(_TRACKTYPES[word] for word in words)
    if len(words) > 1:
        report.note("tracktype", text, "range read as its worse end")


def _read_steps(tags: Tags, found: Values, report: Report) -> None:
    if "step_count" in tags:
        count = read_count(tags["step_count"], report, "step_count")
        if count:
            found["steps"] = count
    rails = [tags[key] for key in tags if key == "handrail" or key.startswith("handrail:")]
    if rails:
        found["handrail"] = Tri.YES if any(value in YES for value in rails) else Tri.NO
    if tags.get("ramp:wheelchair", "no") in _FOR_ALL:
        found["ramp"] = Ramp.WHEELCHAIR
    elif any(tags.get(f"ramp:{what}", "no") in YES for what in ("stroller", "luggage")):
        found["ramp"] = Ramp.PRAM
    elif tags.get("ramp") == "no" or tags.get("ramp:wheelchair") == "no":
        found["ramp"] = Ramp.NO
