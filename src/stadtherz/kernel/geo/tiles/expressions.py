# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Short words for the expressions of the MapLibre style specification that the layers use again and again."""

from typing import Any

Expression = list[Any]


def zoomed(*stops: tuple[float, float], base: float = 1.5) -> Expression:
    """A number that grows with the zoom level: (level, value) pairs."""
    flat = [number for stop in stops for number in stop]
    return ["interpolate", ["exponential", base], ["zoom"], *flat]


def linear(*stops: tuple[float, Any]) -> Expression:
    """A number or colour that changes evenly with the zoom level."""
    return ["interpolate", ["linear"], ["zoom"], *[part for stop in stops for part in stop]]


def among(key: str, *values: str) -> Expression:
    """Whether a feature's attribute is one of the values."""
    return ["in", ["get", key], ["literal", list(values)]]


def every(*conditions: Expression) -> Expression:
    return ["all", *conditions]


def layer(key: str, kind: str, source_layer: str, **parts: Any) -> dict[str, Any]:
    """One style layer; `where` becomes its filter, `since` and `until` its zoom levels."""
    drawn: dict[str, Any] = {"id": key, "type": kind, "source-layer": source_layer}
    if "where" in parts:
        drawn["filter"] = parts["where"]
    if "since" in parts:
        drawn["minzoom"] = parts["since"]
    if "until" in parts:
        drawn["maxzoom"] = parts["until"]
    if "layout" in parts:
        drawn["layout"] = parts["layout"]
    drawn["paint"] = parts["paint"]
    return drawn
