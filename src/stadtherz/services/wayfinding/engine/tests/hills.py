# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Surfaces under drawn towns, and how far one climbs on them, piece by piece of 5 m."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from ..engine import Engine
from ..graph import Graph
from ..importing.assembling import import_map
from ..importing.elevation import apply_elevation, read_model
from ..legs import Leg
from ..steepness import WINDOW
from .test_elevation import write
from .town import SOUTH, WEST, Draft, at, draft_town

TODAY = date(2025, 3, 1)
Heights = Callable[[np.ndarray, np.ndarray], np.ndarray]


def surface(path: Path, heights: Heights) -> Path:
    """Heights of metres east and north of the town's corner; cells of 2 m."""
    count = 500
    east, north = np.arange(count) * 2.0 - 200, 800 - np.arange(count) * 2.0
    step_x, step_y = (a - b for a, b in zip(at(2, 2), (WEST, SOUTH), strict=True))
    x, y = at(-201, 801)
    grid = np.broadcast_to(heights(east[None, :], north[:, None]), (count, count))
    return write(path, np.array(grid), x=x, y=y, dx=step_x, dy=step_y, epsg=4326)


def raised(draft: Draft, folder: Path, heights: Heights) -> Graph:
    graph = import_map(draft.write(folder / "hill.osm.pbf"))[0]
    apply_elevation(graph, read_model([surface(folder / "heights.tif", heights)]), on=TODAY)
    return graph


def hilly_town(folder: Path) -> Engine:
    """The invented town on hills of some metres."""

    def hills(east: np.ndarray, north: np.ndarray) -> np.ndarray:
        return 100 + 7 * np.sin(east / 60) + 5 * np.sin(north / 45 + east / 200)

    return Engine(raised(draft_town(), folder, hills))


def climbs(edge: tuple[int, int, int, list[int]], way: int) -> list[tuple[float, float]]:
    """(dm, per mille) of the pieces of an edge in walking order, each as steep as the steepest 20 m around it."""
    slopes = [-slope for slope in edge[3][::-1]] if way else edge[3]
    wide = min(WINDOW, len(slopes))
    windows = [sum(slopes[first : first + wide]) / wide for first in range(len(slopes) - wide + 1)]
    around = [round(max(windows[max(0, at - wide + 1) : at + 1])) for at in range(len(slopes))]
    return [(edge[2] / len(slopes), float(slope)) for slope in around]


def edge_of(engine: Engine, arc: int) -> tuple[int, int, int, list[int]]:
    """As `drawn` takes it."""
    graph, edge = engine.graph, arc >> 1
    bounds = graph.slope_start[edge : edge + 2].tolist()
    slopes = graph.slopes[slice(*bounds)].tolist() if len(bounds) > 1 else []
    return 0, 0, int(graph.edges["length"][edge]), slopes or [int(engine.model.slope[edge])]


def longest_climb(engine: Engine, leg: Leg, permille: int) -> float:
    """Metres of the longest run on a way, piece by piece."""
    here = longest = 0.0
    for index, arc in enumerate(leg.arcs.tolist()):
        begin = leg.sets_off if index == 0 else 0.0
        stop = leg.goes_to if index == len(leg.arcs) - 1 else 1.0
        pieces = climbs(edge_of(engine, arc), arc & 1)
        for number, (length, slope) in enumerate(pieces):
            walked = min(stop, (number + 1) / len(pieces)) - max(begin, number / len(pieces))
            if walked > 0:
                here = here + walked * len(pieces) * length / 10 if slope > permille else 0.0
                longest = max(longest, here)
    return longest
