# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Towns of one path with something in its middle, and what the presets make of them."""

from pathlib import Path

from ..engine import Engine, NoRouteError
from ..graph import Graph
from ..importing.assembling import import_map
from ..importing.values import Report
from ..presets import PRESETS
from ..telling.describing import Describer
from ..telling.route import Route
from .town import Draft, at

Place = tuple[float, float]
ON_WHEELS = frozenset({
    "wheelchair-manual", "wheelchair-electric", "wheelchair-pushed", "scooter", "walker", "pram",
})  # fmt: skip
#: all who go without wheels, the blind among them
ON_FOOT = frozenset(PRESETS) - ON_WHEELS
#: who does not get through ends as near as may be: so many metres are left then
_NEAR_M = 5.0


def middle(way: dict[str, str] | None = None, node: dict[str, str] | None = None) -> Draft:
    """A path of 200 m from west to east; the 6 m in its middle have tags of their own, and so has their middle."""
    town = Draft()
    town.way((0, 0), (97, 0), highway="footway", surface="asphalt", incline="0")
    town.way(
        (97, 0), (100, 0), (103, 0), **({"highway": "footway", "surface": "asphalt", "incline": "0"} | (way or {}))
    )
    town.way((103, 0), (200, 0), highway="footway", surface="asphalt", incline="0")
    if node:
        town.node(100, 0, **node)
    return town


def read(town: Draft, folder: Path) -> tuple[Graph, Report]:
    return import_map(town.write(folder / "small.osm.pbf"))


def way(graph: Graph, profile: str, start: Place, goal: Place) -> Route | None:
    """The way of a preset; None where none leads to within a few metres."""
    engine = Engine(graph)
    metric = engine.metric(PRESETS[profile].profile)
    try:
        legs = engine.legs(metric, [at(*start), at(*goal)])
    except NoRouteError:
        return None
    if legs[0].end.metres > _NEAR_M or legs[0].start.metres > _NEAR_M:
        return None
    return Describer(engine).route(metric, legs)


def who_gets_there(graph: Graph, start: Place = (5, 0), goal: Place = (195, 0)) -> set[str]:
    """The presets that find a way."""
    return {profile for profile in PRESETS if way(graph, profile, start, goal) is not None}
