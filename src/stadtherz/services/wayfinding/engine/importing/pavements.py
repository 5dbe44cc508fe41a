# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gives streets their own left and right pavements, and the crossings between them.

Where a street is drawn as one line with `sidewalk=both`, one walks on its left or its right, not in its middle. At
each junction the arms are sorted by bearing; every arm with a pavement separates two *corners*. The pavement on the
right of an arm ends in the corner clockwise of it, the left one in the corner before it; footways and streets without
pavement end in the corner they point to. Between the two corners of an arm lies the crossing of that arm. So walking
around a corner needs no crossing, and changing sides does. Where a crossing is mapped as a way of its own through the
street's line, it is that crossing: it keeps a node in the middle of the street, and the pavements join it at its
kerbs, so that no kerb is met twice. The idea of corners follows the "sidewalk graph" of
Bolten & Caspi 2021 (OpenSidewalks); the construction is ours.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from .sides import PavementSides


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a way between two neighbouring junctions (indices of map nodes)."""

    way: int
    first: int
    last: int
    start: int
    end: int
    sides: PavementSides
    #: mapped as a crossing of its own
    crossing: bool = False
    #: a carriageway: people on both sides of it are on different sides of a street
    carriageway: bool = False

    @property
    def split(self) -> bool:
        return self.sides.left or self.sides.right


@dataclass(frozen=True, slots=True)
class Arm:
    """One end of a segment at a junction, with its bearing away from it."""

    segment: int
    at_end: bool
    bearing: float
    split: bool
    crossing: bool
    carriageway: bool


@dataclass(slots=True)
class Corners:
    """Where each segment end joins the graph. `left`, `right` and `middle` map (segment, at_end) to a graph node."""

    count: int
    left: dict[tuple[int, bool], int] = field(default_factory=dict)
    right: dict[tuple[int, bool], int] = field(default_factory=dict)
    middle: dict[tuple[int, bool], int] = field(default_factory=dict)
    #: graph node → junction, for nodes beyond the junctions themselves
    extra: list[int] = field(default_factory=list)
    #: (junction, corner, corner, segment crossed)
    crossings: list[tuple[int, int, int, int]] = field(default_factory=list)
    #: (junction, corner, segment, at_end): a pavement joins a mapped crossing at the far end of its segment
    links: list[tuple[int, int, int, bool]] = field(default_factory=list)

    def new(self, junction: int) -> int:
        self.extra.append(junction)
        return self.count + len(self.extra) - 1


def build_corners(node_count: int, segments: list[Segment], bearings: list[tuple[float, float]]) -> Corners:
    """Splits the junctions that touch a street with pavements. `bearings[s]` are the directions in which segment `s`
    leaves its start and its end."""
    corners = Corners(node_count)
    arms: dict[int, list[Arm]] = defaultdict(list)
    touched = {node for segment in segments if segment.split for node in (segment.start, segment.end)}
    for index, segment in enumerate(segments):
        if segment.start in touched:
            arms[segment.start].append(
                Arm(index, False, bearings[index][0], segment.split, segment.crossing, segment.carriageway)
            )
        if segment.end in touched:
            arms[segment.end].append(
                Arm(index, True, bearings[index][1], segment.split, segment.crossing, segment.carriageway)
            )
    for junction, found in arms.items():
        _split(junction, sorted(found, key=lambda arm: arm.bearing), corners)
    return corners


def _separating(arms: list[Arm]) -> list[int]:
    """The arms that separate corners: those with pavements, and where the only one ends, the street that goes on most
    nearly opposite. Around a dead end one walks without crossing."""
    found = [index for index, arm in enumerate(arms) if arm.split]
    onward = [index for index, arm in enumerate(arms) if arm.carriageway and not arm.split]
    if len(found) == 1 and onward:
        away = arms[found[0]].bearing + 180
        found.append(min(onward, key=lambda index: abs((arms[index].bearing - away + 180) % 360 - 180)))
        found.sort()
    return found


def _bends_before(arm: Arm, arms: list[Arm]) -> bool:
    """Of a street that goes on where the pavements of another end: whether the inner side of the bend lies before it, clockwise.
    There one goes on without crossing anything."""
    ending = next(one for one in arms if one.split)
    return (arm.bearing - ending.bearing) % 360 < 180


def _split(junction: int, arms: list[Arm], corners: Corners) -> None:
    """Numbers the corners of one junction clockwise and attaches its arms to them."""
    separating = _separating(arms)
    nodes = [junction] + [corners.new(junction) for _ in separating[1:]]
    count = len(nodes)
    mapped = count == 2 and any(arm.crossing for arm in arms)
    divider = set(separating)
    centre = corners.new(junction) if mapped else junction
    reached: set[int] = set()
    current = -1  # arms before the first separating arm belong to the last corner
    for index, arm in enumerate(arms):
        key = (arm.segment, arm.at_end)
        if arm.crossing and mapped:
            corners.middle[key] = centre
            corners.links.append((junction, nodes[current % count], *key))
            reached.add(current % count)
            continue
        current += index in divider
        clockwise, before = nodes[current % count], nodes[(current - 1) % count]
        if not arm.split:
            corners.middle[key] = before if index in divider and _bends_before(arm, arms) else clockwise
            continue
        # looking away from the junction, the right-hand side is clockwise; at its end a segment looks the other way
        corners.right[key], corners.left[key] = (before, clockwise) if arm.at_end else (clockwise, before)
    if mapped:
        for corner in {0, 1} - reached:
            corners.crossings.append((junction, centre, nodes[corner], arms[separating[0]].segment))
    elif count == 2:
        corners.crossings.append((junction, nodes[0], nodes[1], arms[separating[0]].segment))
    elif count > 2:
        for position, index in enumerate(separating):
            corners.crossings.append((junction, nodes[position - 1], nodes[position], arms[index].segment))
