# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What cannot be where a map says it is: pieces of ways as long as a country, ways over the antimeridian (which a plane does
not know) and at the poles. Such a way ends there, as one that leaves the extract does.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from ..graph import Ints
from .mapfile import MapContent, MapWay
from .values import Report

#: units of 1e-7 degree between two neighbouring points of a way; ferries over oceans have more points than that
_FARTHEST: Final = 20_000_000
#: nearer to a pole degrees of longitude are no measure any more
_NORTHERNMOST: Final = 895_000_000


def cut_outliers(content: MapContent, where: Ints, report: Report) -> None:
    """Ends ways before pieces that are too long, and takes off what is too near to a pole. `where`: the places of all nodes, in
    degrees."""
    if np.ptp(where, axis=0).max() * 1e7 <= _FARTHEST and np.abs(where[:, 1]).max() * 1e7 <= _NORTHERNMOST:
        return
    before = sum(len(way.nodes) - 1 for way in content.ways)
    content.ways = [part for way in content.ways for part in _parts(way, content)]
    if cut := before - sum(len(way.nodes) - 1 for way in content.ways):
        report.drop("pieces of ways longer than two degrees or at a pole", cut)


def _parts(way: MapWay, content: MapContent) -> Iterator[MapWay]:
    nodes: list[int] = []
    for node in way.nodes:
        x, y = content.where[node]
        if nodes:
            last_x, last_y = content.where[nodes[-1]]
            if abs(x - last_x) > _FARTHEST or abs(y - last_y) > _FARTHEST or abs(y) > _NORTHERNMOST:
                if len(nodes) > 1:
                    yield way if len(nodes) == len(way.nodes) else replace(way, nodes=nodes)
                nodes = []
        if abs(y) <= _NORTHERNMOST:
            nodes.append(node)
    if len(nodes) > 1:
        yield way if len(nodes) == len(way.nodes) else replace(way, nodes=nodes)
