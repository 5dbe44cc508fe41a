# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The walking graph of a town as a struct of NumPy arrays: nodes, edges with attributes, directed arcs, geometry.

An *edge* is a stretch one can walk; its two directions are the *arcs* `2 * edge` (as drawn) and `2 * edge + 1` (back).
Attributes are stored once an edge; what differs by direction (incline, kerb up and down) is mirrored for the way back.
Each attribute that a limit can ask for carries its provenance and its date. The graph knows no profile and no cost.
"""

import io
import json
import os
import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .vocabulary import Provenance

Ints = npt.NDArray[Any]
FORMAT: Final = 14
EPOCH: Final = date(2000, 1, 1)
#: no incline known (per mille)
NO_INCLINE: Final = -32768
#: a kerb is there (or to be expected) but its height is not known (millimetres)
KERB_UNKNOWN: Final = -1


class GraphError(Exception):
    """A saved graph cannot be read; import the map again."""


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute: type, the value that means "not known" (or, for a kerb, "none"), unit, and what a survey asks."""

    name: str
    dtype: str
    empty: int
    unit: str


#: attributes that have provenance and date; the order is the row number in Graph.provenance and Graph.observed
ATTRIBUTES: Final = (
    Column("surface", "u1", 0, "Surface"),
    Column("smoothness", "u1", 0, "Smoothness"),
    Column("tracktype", "u1", 0, "grade 1 to 5"),
    Column("width", "u2", 0, "cm"),
    Column("incline", "i2", NO_INCLINE, "per mille, positive is uphill in drawing direction"),
    Column("kerb_up", "i2", 0, "mm climbed in drawing direction; 0 none, -1 unknown"),
    Column("kerb_down", "i2", 0, "mm descended in drawing direction; 0 none, -1 unknown"),
    Column("steps", "u2", 0, "number of steps; 0 on steps: unknown"),
    Column("handrail", "u1", 0, "Tri"),
    Column("ramp", "u1", 0, "Ramp"),
    Column("lit", "u1", 0, "Tri"),
    Column("tactile", "u1", 0, "Tri"),
    Column("crossing", "u1", 0, "Crossing"),
    Column("sound", "u1", 0, "Tri"),
    Column("island", "u1", 0, "Tri"),
    Column("wheelchair", "u1", 0, "Wheelchair"),
    Column("barrier", "u1", 0, "Barrier"),
    Column("passage", "u2", 0, "cm, narrowest gap of a barrier"),
    Column("turning", "u2", 0, "cm, side of the free square where one has to turn: lift cars, staggered barriers"),
)
#: what the edge is; no provenance of its own
STRUCTURE: Final = (
    Column("start", "i4", 0, "node"),
    Column("end", "i4", 0, "node"),
    Column("length", "u4", 0, "dm"),
    Column("kind", "u1", 0, "Kind"),
    Column("side", "u1", 0, "Side"),
    Column("flags", "u4", 0, "Flag"),
    Column("access", "u1", 0, "Access"),
    Column("name", "i4", 0, "index into Graph.names"),
    Column("condition", "i4", 0, "index into Graph.conditions"),
    Column("way", "i8", 0, "OSM way id, negative for ours"),
    Column("direction", "i1", 0, "+1 uphill, -1 downhill where only that is known"),
    Column("level", "i2", 0, "tenths of a storey"),
    Column("rails", "u2", 0, "bits: 0-1 Rails, 2-3 RailsAt, and each a Tri: 4-5 barrier, 6-7 light, 8-9 sound"),
    Column("leaving", "u2", 0, "tenths of a degree from north, heading at the drawn start"),
    Column("arriving", "u2", 0, "tenths of a degree from north, heading at the drawn end"),
)
#: what openrouteservice derives from the same tags, see openrouteservice.py
COMPATIBILITY: Final = (
    Column("ors_speed", "u1", 0, "km/h; 0 no access"),
    Column("ors_priority", "u1", 0, "0 to 7"),
    Column("ors_surface", "i1", -1, "code"),
    Column("ors_smoothness", "i1", -1, "code"),
    Column("ors_tracktype", "i1", -1, "grade"),
    Column("ors_incline", "i1", -1, "per cent"),
    Column("ors_kerb", "i1", -1, "cm"),
    Column("ors_width", "i2", -1, "cm"),
    Column("ors_flags", "u1", 0, "1 has values, 2 suitable, 4 surface quality known"),
)
COLUMNS: Final = STRUCTURE + ATTRIBUTES + COMPATIBILITY
ROW: Final = {column.name: row for row, column in enumerate(ATTRIBUTES)}


@dataclass(slots=True)
class Graph:
    """`edges[name]` is the array of an attribute; `x`, `y` are degrees of longitude and latitude of the nodes.

    `point_start[e]:point_start[e + 1]` selects the edge's line in `points` (longitude, latitude), ends included.
    Likewise `slope_start` in `slopes`: per mille of the pieces of equal length, about 5 m, into which the elevation model
    divides an edge; none where there is no model."""

    node_x: Ints
    node_y: Ints
    node_id: Ints
    edges: dict[str, Ints]
    point_start: Ints
    points: Ints
    provenance: Ints
    observed: Ints
    names: list[str]
    conditions: list[str]
    places: dict[str, Ints]
    place_names: list[str] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    slope_start: Ints = field(default_factory=lambda: np.zeros(0, dtype="i4"))
    slopes: Ints = field(default_factory=lambda: np.zeros(0, dtype="i2"))

    @property
    def node_count(self) -> int:
        return len(self.node_x)

    @property
    def edge_count(self) -> int:
        return len(self.edges["start"])

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        x, y = self.points[:, 0], self.points[:, 1]
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def tails(self) -> Ints:
        """Start node of each arc."""
        return np.stack((self.edges["start"], self.edges["end"]), axis=1).reshape(-1)

    def heads(self) -> Ints:
        """End node of each arc."""
        return np.stack((self.edges["end"], self.edges["start"]), axis=1).reshape(-1)

    def line(self, edge: int) -> Ints:
        """The edge's line as (longitude, latitude) rows."""
        return self.points[self.point_start[edge] : self.point_start[edge + 1]]

    def set_value(
        self, *, edge: int, attribute: str, value: int, provenance: Provenance, on: date, overwrite: bool = False
    ) -> bool:
        """Writes one fact unless better knowledge is already there; returns whether it was written."""
        row = ROW[attribute]
        if not overwrite and self.provenance[row, edge] > provenance:
            return False
        self.edges[attribute][edge] = value
        self.provenance[row, edge] = provenance
        self.observed[row, edge] = days(on)
        return True

    def save(self, path: Path) -> None:
        """Writes one uncompressed .npz file (a second to load a large town), whole or not at all."""
        arrays: dict[str, Ints] = {f"edge_{name}": array for name, array in self.edges.items()}
        arrays |= {f"place_{name}": array for name, array in self.places.items()}
        for name in (
            "node_x",
            "node_y",
            "node_id",
            "point_start",
            "points",
            "provenance",
            "observed",
            "slope_start",
            "slopes",
        ):
            arrays[name] = getattr(self, name)
        words = {
            "format": FORMAT,
            "names": self.names,
            "conditions": self.conditions,
            "place_names": self.place_names,
            "about": self.about,
        }
        arrays["words"] = np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), dtype="u1")
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with partial.open("wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)  # on a full disk half a graph would keep it full

    @classmethod
    def load(cls, path: Path) -> "Graph":
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            words = json.loads(arrays.pop("words").tobytes())
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise GraphError(f"The saved walking graph {path.name} cannot be read: {error}") from error
        if words["format"] != FORMAT:
            raise GraphError(f"The saved walking graph {path.name} has format {words['format']}, expected {FORMAT}.")
        return cls(
            edges={name[5:]: array for name, array in arrays.items() if name.startswith("edge_")},
            places={name[6:]: array for name, array in arrays.items() if name.startswith("place_")},
            names=words["names"],
            conditions=words["conditions"],
            place_names=words["place_names"],
            about=words["about"],
            **{name: array for name, array in arrays.items() if not name.startswith(("edge_", "place_"))},
        )


def days(on: date) -> int:
    """Days since 2000 as stored in Graph.observed; 0 is "no date"."""
    return min(65535, max(0, (on - EPOCH).days))


def as_date(stored: int) -> date | None:
    return date.fromordinal(EPOCH.toordinal() + stored) if stored else None
