# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the base map of an extract: Debian's tilemaker with our own layers, packed into one PMTiles archive."""

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stadtherz.kernel.geo.errors import TilesFailed

HERE = Path(__file__).resolve().parent
CONFIG, PROCESS = HERE / "tilemaker.json", HERE / "tilemaker.lua"
#: what tilemaker says then
MISSING = "Could not find node"
MIN_ZOOM, MAX_ZOOM = 6, 14
Bounds = tuple[float, float, float, float]


def make_tiles(extract: Path, archive: Path, *, bounds: Bounds) -> int:
    """Write ``archive`` (replaced only when complete) and return the number of tiles. Raises ``TilesFailed``."""
    from pmtiles.convert import mbtiles_to_pmtiles

    program = shutil.which("tilemaker")
    if program is None:
        raise TilesFailed("tilemaker is missing.", "Install it with: apt install tilemaker")
    with TemporaryDirectory(dir=archive.parent, prefix=".tiles-") as room:
        database, ready = Path(room) / "map.mbtiles", Path(room) / "map.pmtiles"
        try:
            _run(program, extract, database, bounds)
        except PointsMissing:
            whole = Path(room) / "whole.osm.pbf"
            _write_whole(extract, whole)
            _run(program, whole, database, bounds)
        tiles = _describe(database, bounds)
        if not tiles:
            raise TilesFailed(f"{extract.name} gave no map tiles.", "Give an extract of a place with streets.")
        mbtiles_to_pmtiles(str(database), str(ready), MAX_ZOOM)
        ready.replace(archive)
    return tiles


class PointsMissing(TilesFailed):
    """The extract was cut through its ways, and tilemaker stops at the first of them."""


def _write_whole(extract: Path, path: Path) -> None:
    """A copy in which no way names a point that is not in the extract."""
    import osmium

    objects: Any = osmium.FileProcessor(str(extract)).with_locations()
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for item in objects:
            if not item.is_way():
                writer.add(item)
                continue
            there = [node.ref for node in item.nodes if node.location.valid()]
            if len(there) > 1:
                writer.add(item if len(there) == len(item.nodes) else item.replace(nodes=there))


def _run(program: str, extract: Path, database: Path, bounds: Bounds) -> None:
    command = [
        program, "--input", str(extract), "--output", str(database), "--config", str(CONFIG), "--process", str(PROCESS),
        "--bbox", ",".join(f"{number:.5f}" for number in bounds),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - our own list
    if done.returncode or not database.exists():
        if MISSING in done.stderr:
            raise PointsMissing(
                f"{extract.name} is cut: its ways name points that are not in it.", "Fetch a whole one."
            )
        said = " ".join((done.stderr or done.stdout).split())[-400:]
        raise TilesFailed(
            f"tilemaker could not draw {extract.name} (code {done.returncode}): {said or 'no message'}",
            "If the disk is full or memory was short, make room and repeat; otherwise take a smaller extract.",
        )


def _describe(database: Path, bounds: Bounds) -> int:
    """tilemaker repeats the extract's own bounds, which are often wrong: write the ones of the streets."""
    west, south, east, north = bounds
    values = {
        "bounds": f"{west},{south},{east},{north}",
        "center": f"{(west + east) / 2},{(south + north) / 2},12",
        "minzoom": str(MIN_ZOOM),
        "maxzoom": str(MAX_ZOOM),
        "json": json.dumps({"vector_layers": _vector_layers()}),
    }
    connection = sqlite3.connect(database)
    try:
        with connection:
            connection.executemany("DELETE FROM metadata WHERE name = ?", [(name,) for name in values])
            connection.execute("DELETE FROM tiles WHERE length(tile_data) < 40")  # gzip of nothing: no tile, no bytes
            connection.executemany("INSERT INTO metadata (name, value) VALUES (?, ?)", list(values.items()))
        return int(connection.execute("SELECT count(*) FROM tiles").fetchone()[0])
    finally:
        connection.close()


def _vector_layers() -> list[dict[str, object]]:
    layers = json.loads(CONFIG.read_text(encoding="utf-8"))["layers"]
    return [{"id": key, "fields": {}, "minzoom": v["minzoom"], "maxzoom": v["maxzoom"]} for key, v in layers.items()]
