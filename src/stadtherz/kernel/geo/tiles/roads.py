# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Roads, paths, stairs and rails: edges first, then the surfaces, so that streets of one kind flow into each other."""

from typing import Any

from stadtherz.kernel.geo.tiles.expressions import Expression, among, every, layer, linear, zoomed
from stadtherz.kernel.geo.tiles.palette import Palette

Layer = dict[str, Any]
ROUND = {"line-cap": "round", "line-join": "round"}
FLAT = {"line-cap": "butt", "line-join": "round"}
TUNNEL: Expression = ["==", ["get", "brunnel"], "tunnel"]
BRIDGE: Expression = ["==", ["get", "brunnel"], "bridge"]
OPEN: Expression = ["!", among("brunnel", "tunnel", "bridge")]

# class -> first level, widths at levels; narrowest kind first, so that wider ones are drawn over it
WIDTHS: dict[str, tuple[float, tuple[tuple[float, float], ...]]] = {
    "service": (14, ((14, 0.6), (16, 3), (18, 8), (20, 26))),
    "minor": (12, ((12, 0.4), (14, 2.2), (16, 7), (18, 18), (20, 60))),
    "pedestrian": (13, ((13, 0.6), (14, 1.8), (16, 6), (18, 16), (20, 54))),
    "tertiary": (11, ((11, 0.6), (14, 3.6), (16, 9), (18, 22), (20, 74))),
    "secondary": (9, ((9, 0.5), (12, 1.7), (14, 4.6), (16, 11), (18, 26), (20, 86))),
    "primary": (8, ((8, 0.6), (12, 2.2), (14, 5.4), (16, 12), (18, 28), (20, 92))),
    "trunk": (6, ((6, 0.6), (10, 1.6), (12, 2.8), (14, 6), (16, 13), (18, 30), (20, 96))),
    "motorway": (6, ((6, 0.8), (10, 2), (12, 3.2), (14, 6.5), (16, 14), (18, 32), (20, 100))),
}
CLASSES = {
    "service": ("service",), "minor": ("minor",), "pedestrian": ("pedestrian",), "tertiary": ("tertiary",),
    "secondary": ("secondary",), "primary": ("primary",), "trunk": ("trunk",), "motorway": ("motorway",),
}  # fmt: skip


def road_layers(p: Palette) -> list[Layer]:
    """Tunnels, then what lies on the ground, then bridges."""
    return [
        *_tunnels(p),
        *_paths(p, OPEN, "path"),
        *_edges(p, OPEN, "road"),
        *_surfaces(p, OPEN, "road"),
        *_rails(p, OPEN, "rail"),
        *_bridge_paths(p),
        *_edges(p, BRIDGE, "bridge", cap=FLAT, wider=2.0),
        *_surfaces(p, BRIDGE, "bridge"),
        *_rails(p, BRIDGE, "rail-bridge"),
        layer("boundary", "line", "boundary", where=["<=", ["get", "admin_level"], 8], layout=ROUND, paint={
            "line-color": p.boundary, "line-opacity": 0.55, "line-dasharray": [4, 2.5],
            "line-width": zoomed((8, 0.6), (14, 1.4)),
        }),
    ]  # fmt: skip


def _colours(p: Palette, kind: str) -> tuple[str, str]:
    if kind in {"motorway", "trunk"}:
        return p.motorway, p.motorway_edge
    if kind in {"primary", "secondary"}:
        return p.main_road, p.main_road_edge
    if kind == "pedestrian":
        return p.square, p.road_edge
    return p.road, p.road_edge


def _edges(
    p: Palette, where: Expression, prefix: str, *, cap: dict[str, str] = ROUND, wider: float = 1.4
) -> list[Layer]:
    drawn = []
    for kind, (since, widths) in WIDTHS.items():
        edged = [(level, width + wider * min(1.0, width / 3)) for level, width in widths]
        drawn.append(
            layer(f"{prefix}-{kind}-edge", "line", "transportation", since=max(since, 11), where=every(among("class", *CLASSES[kind]), where),
                  layout=cap, paint={"line-color": _colours(p, kind)[1], "line-width": zoomed(*edged)})
        )  # fmt: skip
    return drawn


def _surfaces(p: Palette, where: Expression, prefix: str) -> list[Layer]:
    drawn = []
    for kind, (since, widths) in WIDTHS.items():
        colour = _colours(p, kind)[0]
        thin = _colours(p, kind)[1]
        # far away a road is one line: its edge colour carries it until the surface is wide enough to be seen
        fading = linear((since, thin), (max(since + 1, 13), colour)) if since < 13 else colour
        drawn.append(
            layer(f"{prefix}-{kind}", "line", "transportation", since=since, where=every(among("class", *CLASSES[kind]), where), layout=ROUND,
                  paint={"line-color": fading, "line-width": zoomed(*widths)})
        )  # fmt: skip
    return drawn


def _tunnels(p: Palette) -> list[Layer]:
    kinds = [kind for kind in WIDTHS if kind != "service"]
    return [
        layer("tunnel-road", "line", "transportation", since=12, where=every(TUNNEL, among("class", *kinds)), layout=FLAT, paint={
            "line-color": p.road_edge, "line-opacity": 0.5, "line-dasharray": [1.4, 0.8], "line-width": zoomed((12, 1), (14, 3), (18, 16)),
        }),
        layer("tunnel-path", "line", "transportation", since=15, where=every(TUNNEL, among("class", "path")), layout=FLAT, paint={
            "line-color": p.path, "line-opacity": 0.6, "line-dasharray": [2, 1.2], "line-width": zoomed((15, 0.8), (18, 3)),
        }),
        layer("tunnel-rail", "line", "transportation", since=12, where=every(TUNNEL, among("class", "rail")), layout=FLAT, paint={
            "line-color": p.rail, "line-opacity": 0.45, "line-dasharray": [3, 2], "line-width": zoomed((12, 0.7), (18, 2)),
        }),
    ]  # fmt: skip


def _paths(p: Palette, where: Expression, prefix: str) -> list[Layer]:
    """Pavements thin and pale, paths as fine lines, tracks dashed, stairs as rungs across the way."""
    sidewalk = among("subclass", "sidewalk")
    stairs = among("subclass", "steps")
    return [
        layer(f"{prefix}-pavement", "line", "transportation", since=15.5, where=every(among("class", "path"), sidewalk, where), layout=ROUND,
              paint={"line-color": p.pavement, "line-width": zoomed((15.5, 0.7), (18, 5), (20, 16))}),
        layer(f"{prefix}-track", "line", "transportation", since=13, where=every(among("class", "track"), where), layout=FLAT, paint={
            "line-color": p.path, "line-opacity": 0.75, "line-dasharray": [4, 1.6], "line-width": zoomed((13, 0.5), (16, 1.4), (18, 3)),
        }),
        layer(f"{prefix}-way", "line", "transportation", since=13.5,
              where=every(among("class", "path"), ["!", sidewalk], ["!", stairs], where), layout=ROUND, paint={
                  "line-color": p.path, "line-opacity": linear((13.5, 0.35), (16, 0.8)),
                  "line-dasharray": [2.2, 1.6], "line-width": zoomed((13.5, 0.5), (16, 1.2), (18, 2.6)),
              }),
        layer(f"{prefix}-stairs-ground", "line", "transportation", since=14, where=every(among("class", "path"), stairs, where), layout=FLAT,
              paint={"line-color": p.road, "line-width": zoomed((14, 1.2), (16, 4), (18, 9), (20, 30))}),
        layer(f"{prefix}-stairs", "line", "transportation", since=14, where=every(among("class", "path"), stairs, where), layout=FLAT, paint={
            "line-color": p.stairs, "line-dasharray": [0.28, 0.28], "line-width": zoomed((14, 1.2), (16, 4), (18, 9), (20, 30)),
        }),
    ]  # fmt: skip


def _bridge_paths(p: Palette) -> list[Layer]:
    return [
        layer("bridge-path-edge", "line", "transportation", since=13, where=every(BRIDGE, among("class", "path", "track")), layout=FLAT,
              paint={"line-color": p.main_road_edge, "line-width": zoomed((13, 1.6), (16, 4.5), (18, 9), (20, 28))}),
        layer("bridge-path", "line", "transportation", since=13, where=every(BRIDGE, among("class", "path", "track")), layout=FLAT,
              paint={"line-color": p.road, "line-width": zoomed((13, 0.8), (16, 3), (18, 7), (20, 24))}),
    ]  # fmt: skip


def _rails(p: Palette, where: Expression, prefix: str) -> list[Layer]:
    siding = among("subclass", "siding")
    main = every(among("class", "rail"), ["!", siding], where)
    return [
        layer(f"{prefix}-siding", "line", "transportation", since=13, where=every(among("class", "rail", "tram"), siding, where), layout=FLAT,
              paint={"line-color": p.rail, "line-opacity": 0.6, "line-width": zoomed((13, 0.4), (18, 1.6))}),
        layer(f"{prefix}-tram", "line", "transportation", since=13, where=every(among("class", "tram"), ["!", siding], where), layout=FLAT,
              paint={"line-color": p.rail, "line-opacity": 0.8, "line-width": zoomed((13, 0.5), (18, 2))}),
        layer(f"{prefix}-main", "line", "transportation", since=9, where=main, layout=FLAT,
              paint={"line-color": p.rail, "line-width": zoomed((9, 0.5), (14, 1.3), (18, 2.6))}),
        layer(f"{prefix}-sleepers", "line", "transportation", since=14.5, where=main, layout=FLAT, paint={
            "line-color": p.rail, "line-dasharray": [0.16, 1.6], "line-width": zoomed((14.5, 4), (18, 9)),
        }),
    ]  # fmt: skip
