# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads single tiles out of a PMTiles archive (PMTiles specification version 3), with the directories kept in memory."""

from __future__ import annotations

import mmap
from functools import lru_cache
from pathlib import Path

from pmtiles.tile import Entry, deserialize_directory, deserialize_header, find_tile, zxy_to_tileid


class Archive:
    """An opened archive. Tiles come as they are stored: gzip-compressed Mapbox vector tiles."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._header = deserialize_header(self._bytes[:127])
        self._root = self._directory(self._header["root_offset"], self._header["root_length"])
        self._leaves: dict[int, list[Entry]] = {}

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """The tile, or None where the map is empty. x and y must lie within the level."""
        number = zxy_to_tileid(z, x, y)
        directory = self._root
        for _ in range(4):  # the specification allows no deeper nesting
            entry = find_tile(directory, number)
            if entry is None:
                return None
            if entry.run_length:
                start = self._header["tile_data_offset"] + entry.offset
                return bytes(self._bytes[start : start + entry.length])
            directory = self._leaf(entry)
        return None

    def _leaf(self, entry: Entry) -> list[Entry]:
        if entry.offset not in self._leaves:
            if len(self._leaves) > 64:
                self._leaves.clear()
            self._leaves[entry.offset] = self._directory(
                self._header["leaf_directory_offset"] + entry.offset, entry.length
            )
        return self._leaves[entry.offset]

    def _directory(self, offset: int, length: int) -> list[Entry]:
        return list(deserialize_directory(self._bytes[offset : offset + length]))


@lru_cache(maxsize=16)
def open_archive(path: Path) -> Archive:
    """The archive at a path, opened once a process. Archives never change: a new map has a new name."""
    return Archive(path)
