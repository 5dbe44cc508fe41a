# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Slopes from an elevation model that the operator provides (GeoTIFF, such as the DGM1 of a German state).

Heights are read bilinearly every 5 m along each edge and smoothed over 20 m, because a person feels the slope of a
wheelbase and not of a pebble; bridges and tunnels are spanned evenly between their ends. The slope of an edge is its
steepest stretch of 20 m, with the sign of that stretch; the slopes of its pieces of 5 m are kept beside it, so that one
knows how long it is steep (see steepness.py). Models in degrees (EPSG:4326, 4258) and in UTM on GRS 80 or
WGS 84 (EPSG:25828 to 25838, 32601 to 32660) are read. Sources: OGC GeoTIFF 1.1 (19-008r4); Karney 2011, "Transverse
Mercator with an accuracy of a few nanometers" (Krüger's series, third order: under a millimetre here).
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import scipy.sparse
import scipy.sparse.csgraph
import scipy.sparse.linalg

from ..geodesy import METRES_PER_DEGREE
from ..graph import NO_INCLINE, ROW, Graph, Ints, days
from ..steepness import WINDOW
from ..vocabulary import Flag, Kind, Provenance

STEP_M: Final = 5.0
#: steeper than this is a wall beside the way, not the way (per mille)
STEEPEST: Final = 450
_SCALE_TAG, _TIE_TAG, _KEYS_TAG, _NODATA_TAG = 33550, 33922, 34735, 42113
_GEOGRAPHIC: Final = (4326, 4258)


class ElevationError(Exception):
    """The elevation model cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A raster of heights in a file: the centre of the first cell lies at (x, y), cells measure (dx, dy). The heights are
    read when a place inside is asked for, and forgotten then: a town's tiles do not fit into memory together."""

    path: Path
    columns: int
    rows: int
    x: float
    y: float
    dx: float
    dy: float
    epsg: int

    def heights(self) -> Ints:
        """All heights by row and column, NaN where the model has none. Raises ElevationError."""
        from PIL import Image

        with _readable(self.path), Image.open(self.path) as image:
            found = np.array(image, dtype="f8")
            nodata = str(image.tag_v2.get(_NODATA_TAG, "")).strip("\0 ")  # type: ignore[attr-defined]
        if nodata:
            found[np.isclose(found, float(nodata))] = np.nan
        found[(found < -500) | (found > 9000)] = np.nan
        return found

    def meets(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a place in a box (west, south, east, north in degrees) may lie on the tile: boxes in the tile's plane are compared."""
        lon, lat = np.meshgrid(np.linspace(box[0], box[2], 9), np.linspace(box[1], box[3], 9))
        east, north = project(lon.ravel(), lat.ravel(), self.epsg)
        column, row = (east - self.x) / self.dx, (self.y - north) / self.dy
        across = column.min() <= self.columns and column.max() >= 0
        return bool(across and row.min() <= self.rows and row.max() >= 0)

    def at(self, east: Ints, north: Ints) -> Ints:
        """Heights at places in the model's plane; NaN outside and where the model has none."""
        found = np.full(len(east), np.nan)
        column, row = (east - self.x) / self.dx, (self.y - north) / self.dy
        inside = (column >= -0.5) & (row >= -0.5) & (column <= self.columns - 0.5) & (row <= self.rows - 0.5)
        if not inside.any():
            return found
        column, row = np.clip(column[inside], 0, self.columns - 1), np.clip(row[inside], 0, self.rows - 1)
        c = np.minimum(column.astype("i8"), self.columns - 2)
        r = np.minimum(row.astype("i8"), self.rows - 2)
        fc, fr = column - c, row - r
        z = self.heights()
        top = z[r, c] * (1 - fc) + z[r, c + 1] * fc
        low = z[r + 1, c] * (1 - fc) + z[r + 1, c + 1] * fc
        found[inside] = top * (1 - fr) + low * fr
        return found


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    from PIL import Image

    try:
        yield
    except Image.DecompressionBombError as error:
        raise ElevationError(
            f"{path.name} has too many cells to be read at once. Cut it into tiles of at most 10,000 by 10,000 cells."
        ) from error
    except (OSError, SyntaxError, AttributeError, ValueError, TypeError, KeyError) as error:
        raise ElevationError(f"{path.name} cannot be read as GeoTIFF: {error}") from error


def read_model(paths: Sequence[Path]) -> list[Tile]:
    """Looks at GeoTIFF tiles: where they lie, and that their heights can be read. Raises ElevationError."""
    tiles = [_read_tile(path) for path in paths]
    for tile in tiles:
        tile.heights()
    return tiles


def _read_tile(path: Path) -> Tile:
    from PIL import Image

    with _readable(path), Image.open(path) as image:
        if image.format != "TIFF":
            raise ElevationError(f"{path.name} is a picture ({image.format}), not a model of heights.")
        tags: dict[int, Any] = dict(image.tag_v2)  # type: ignore[attr-defined]
        mode, (columns, rows) = image.mode, image.size
    if mode not in {"F", "I", "I;16", "I;16B", "L"}:
        raise ElevationError(f"{path.name} is a picture ({mode}), not a model of heights.")
    if columns < 2 or rows < 2:
        raise ElevationError(f"{path.name} has a single row or column: that is no surface.")
    try:
        return _placed(path, tags, columns, rows)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise ElevationError(f"{path.name} does not say clearly where it lies: {error}") from error


def _placed(path: Path, tags: dict[int, Any], columns: int, rows: int) -> Tile:
    if _SCALE_TAG not in tags or _TIE_TAG not in tags:
        raise ElevationError(f"{path.name} does not say where it lies (no GeoTIFF scale and tie point).")
    keys = tags.get(_KEYS_TAG, ())
    entries = {keys[i]: keys[i + 3] for i in range(4, len(keys) - 3, 4)}
    epsg = int(entries.get(3072) or entries.get(2048) or 0)
    dx, dy = float(tags[_SCALE_TAG][0]), float(tags[_SCALE_TAG][1])
    if not (dx > 0 and dy > 0):
        raise ElevationError(f"{path.name} has cells without a size.")
    tie = [float(value) for value in tags[_TIE_TAG]]
    # RasterPixelIsArea (1): the tie point is the corner of the cell, otherwise its centre
    half = 0.0 if entries.get(1025) == 2 else 0.5
    project(np.zeros(1), np.zeros(1), epsg)
    return Tile(path, columns, rows, tie[3] + (half - tie[0]) * dx, tie[4] - (half - tie[1]) * dy, dx, dy, epsg)


def project(lon: Ints, lat: Ints, epsg: int) -> tuple[Ints, Ints]:
    """Degrees into the model's plane. Raises ElevationError for a system that is not supported."""
    if epsg in _GEOGRAPHIC:
        return lon, lat
    zone = epsg - 25800 if 25828 <= epsg <= 25838 else epsg - 32600 if 32601 <= epsg <= 32660 else 0
    if not zone:
        raise ElevationError(f"The coordinate system EPSG:{epsg} is not supported; use UTM (25832) or degrees (4326).")
    return utm(lon, lat, zone)


def utm(lon: Ints, lat: Ints, zone: int) -> tuple[Ints, Ints]:
    """Universal Transverse Mercator, northern half, on the ellipsoid GRS 80."""
    flattening, axis = 1 / 298.257222101, 6_378_137.0
    n = flattening / (2 - flattening)
    rectifying = axis / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    series = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)
    phi, lam = np.radians(lat), np.radians(np.subtract(lon, zone * 6 - 183))
    e = 2 * math.sqrt(n) / (1 + n)
    t = np.sinh(np.arctanh(np.sin(phi)) - e * np.arctanh(e * np.sin(phi)))
    xi, eta = np.arctan2(t, np.cos(lam)), np.arcsinh(np.sin(lam) / np.hypot(t, np.cos(lam)))
    north, east = xi.copy(), eta.copy()
    for order, factor in enumerate(series, start=1):
        north += factor * np.sin(2 * order * xi) * np.cosh(2 * order * eta)
        east += factor * np.cos(2 * order * xi) * np.sinh(2 * order * eta)
    return 500_000 + 0.9996 * rectifying * east, 0.9996 * rectifying * north


def heights(tiles: Sequence[Tile], lon: Ints, lat: Ints) -> Ints:
    """Heights from the first tile that knows each place."""
    found = np.full(len(lon), np.nan)
    planes: dict[int, tuple[Ints, Ints]] = {}
    for tile in tiles:
        missing = np.isnan(found)
        if not missing.any():
            break
        if tile.epsg not in planes:
            planes[tile.epsg] = project(lon, lat, tile.epsg)
        east, north = planes[tile.epsg]
        found[missing] = tile.at(east[missing], north[missing])
    return found


def apply_elevation(graph: Graph, tiles: Sequence[Tile], *, on: date) -> int:
    """Writes slopes to all edges on the ground for which the model has heights; returns how many. Better knowledge
    (a survey) is kept. Steps, lifts and what lies indoors keep what they have."""
    edge = graph.edges
    node_z = _node_heights(graph, tiles)
    spanned = (edge["flags"] & np.uint32(Flag.BRIDGE | Flag.TUNNEL)) > 0
    crossing = edge["kind"] == Kind.CROSSING
    ground = ~crossing & ~np.isin(edge["kind"], (Kind.STEPS, Kind.LIFT, Kind.ESCALATOR, Kind.FERRY))
    outdoors = (edge["flags"] & np.uint32(Flag.INDOOR)) == 0
    unsure = graph.provenance[ROW["incline"]] <= Provenance.ELEVATION_MODEL
    metres = edge["length"] / 10.0
    rise = node_z[edge["end"]] - node_z[edge["start"]]
    slope = rise / np.maximum(metres, STEP_M) * 1000
    ground &= outdoors & unsure
    long = np.flatnonzero(ground & ~spanned & (metres > WINDOW * STEP_M))
    pieces = _pieces(graph, tiles, long)
    for edge_number, slopes in pieces.items():
        slope[edge_number] = _steepest(slopes)
    possible = np.isfinite(slope) & (np.abs(slope) <= STEEPEST)
    known = ground & possible
    edge["incline"][known] = np.round(slope[known]).astype("i2")
    graph.provenance[ROW["incline"], known] = Provenance.ELEVATION_MODEL
    graph.observed[ROW["incline"], known] = days(on)
    graph.about["elevation"] = {"edges": int(known.sum()), "on": on.isoformat()}
    # a crossing is no hill, but no place to rest either: it counts in a run over it
    over = np.flatnonzero(crossing & outdoors & unsure & possible & (edge["incline"] == NO_INCLINE))
    _keep(graph, {e: s for e, s in pieces.items() if known[e]} | {e: slope[e : e + 1] for e in over.tolist()})
    assert NO_INCLINE < -STEEPEST
    return int(known.sum())


def _node_heights(graph: Graph, tiles: Sequence[Tile]) -> Ints:
    """Heights of the nodes; those in the middle of a bridge or tunnel lie evenly between its ends (the solution of
    Laplace's equation on the spanned edges, which is linear along a chain)."""
    z = heights(tiles, graph.node_x, graph.node_y)
    edge = graph.edges
    spanned = (edge["flags"] & np.uint32(Flag.BRIDGE | Flag.TUNNEL)) > 0
    total = np.bincount(np.concatenate((edge["start"], edge["end"])), minlength=graph.node_count)
    ends = np.concatenate((edge["start"][spanned], edge["end"][spanned]))
    hanging = np.bincount(ends, minlength=graph.node_count) == total
    hanging &= total > 0
    if not hanging.any():
        return z
    start, end = edge["start"][spanned], edge["end"][spanned]
    weight = 10.0 / np.maximum(edge["length"][spanned], 1)
    fixed_z = np.where(hanging | np.isnan(z), 0.0, z)
    number = np.cumsum(hanging) - 1
    rows, columns, values = [], [], []
    right = np.zeros(int(hanging.sum()))
    diagonal = np.full(int(hanging.sum()), 1e-9)
    for one, other in ((start, end), (end, start)):
        mine = hanging[one]
        np.add.at(diagonal, number[one[mine]], weight[mine])
        inner = mine & hanging[other]
        rows.append(number[one[inner]])
        columns.append(number[other[inner]])
        values.append(-weight[inner])
        outer = mine & ~hanging[other]
        np.add.at(right, number[one[outer]], weight[outer] * fixed_z[other[outer]])
    index = np.arange(len(right))
    matrix = scipy.sparse.csr_matrix(
        (np.concatenate((*values, diagonal)), (np.concatenate((*rows, index)), np.concatenate((*columns, index)))),
        (len(right), len(right)),
    )
    solved = scipy.sparse.linalg.spsolve(matrix, right)
    # a span of which not every end has a height has none either
    _, span = scipy.sparse.csgraph.connected_components(matrix, directed=False)
    bad = np.zeros(len(right))
    for one, other in ((start, end), (end, start)):
        unsure = hanging[one] & ~hanging[other] & np.isnan(z[other])
        np.add.at(bad, span[number[one[unsure]]], 1)
    anchored = np.bincount(span, weights=(right != 0).astype("f8"), minlength=len(right)) > 0
    solved[(bad[span] > 0) | ~anchored[span]] = np.nan
    z[hanging] = solved
    return z


def _keep(graph: Graph, pieces: dict[int, Ints]) -> None:
    """Writes the slopes of the pieces of some edges to the graph."""
    size = np.zeros(graph.edge_count, dtype="i4")
    size[list(pieces)] = [len(slopes) for slopes in pieces.values()]
    graph.slope_start = np.concatenate(([0], np.cumsum(size))).astype("i4")
    in_order = [pieces[edge] for edge in sorted(pieces)]
    graph.slopes = np.round(np.concatenate([np.zeros(0), *in_order])).astype("i2")


def _pieces(graph: Graph, tiles: Sequence[Tile], edges: Ints) -> dict[int, Ints]:
    """The slopes (per mille) of pieces of equal length of each edge, about 5 m; none for edges on which the model has gaps."""
    sampled = [_sample(graph.line(int(edge))) for edge in edges]
    if not sampled:
        return {}
    sizes = np.array([len(points) for points in sampled])
    flat = np.concatenate(sampled)
    z = heights(tiles, flat[:, 0], flat[:, 1])
    first = np.cumsum(sizes) - sizes
    metres = graph.edges["length"][edges] / 10.0
    found = {}
    for edge, at, size, length in zip(edges.tolist(), first.tolist(), sizes.tolist(), metres.tolist(), strict=True):
        line = z[at : at + size]
        if not np.isfinite(line).all():
            continue
        smooth = line.copy()
        smooth[1:-1] = (line[:-2] + line[1:-1] + line[2:]) / 3
        found[edge] = np.clip(np.diff(smooth) * (size - 1) / length * 1000, -30_000, 30_000)
    return found


def _steepest(slopes: Ints) -> float:
    """Of the pieces of an edge the steepest 20 m, signed."""
    rise = np.convolve(slopes, np.full(WINDOW, 1 / WINDOW), "valid")
    return float(rise[int(np.abs(rise).argmax())])


def _sample(line: Ints) -> Ints:
    """Points about every 5 m along a line in degrees, both ends included; at least as many pieces as a window has."""
    scale = np.array([math.cos(math.radians(float(line[0, 1]))), 1.0]) * METRES_PER_DEGREE
    step = np.hypot(*(np.diff(line, axis=0) * scale).T)
    along = np.concatenate(([0.0], np.cumsum(step)))
    at = np.linspace(0.0, along[-1], max(WINDOW, int(along[-1] / STEP_M)) + 1)
    return np.stack((np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])), axis=1)
