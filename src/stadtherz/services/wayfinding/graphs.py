# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The prepared graph of the town that is asked: where it lies, and the one copy of it in this process.

Files are named by the extract's key and version, so that a new extract is a new file and nothing goes stale.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from django.conf import settings

from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.services.wayfinding.engine.answers import Town
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.graph import Graph

#: towns kept in the memory of a process; the one that was not asked for longest goes first
KEPT = 4
_towns: OrderedDict[str, Town] = OrderedDict()
_lock = threading.Lock()


class NoGraph(Exception):
    """There is no prepared graph for this municipality yet."""


def folder() -> Path:
    """The directory of the prepared graphs; made if it is missing."""
    path = Path(settings.DATA_DIR) / "wayfinding"
    path.mkdir(parents=True, exist_ok=True)
    return path


def graph_path(slug: str) -> Path:
    """The prepared graph of an extract."""
    return folder() / f"{slug}.npz"


def order_path(slug: str) -> Path:
    """Its contraction order."""
    return folder() / f"{slug}.order"


def town() -> Town:
    """The router of the active municipality. Raises ``NoGraph``."""
    extract = current_extract()
    if extract is None:
        raise NoGraph
    with _lock:
        known = _towns.get(extract.slug)
        if known is None:
            path = graph_path(extract.slug)
            if not path.exists():
                raise NoGraph
            known = _towns[extract.slug] = Town(Engine(Graph.load(path), order=order_path(extract.slug)))
            while len(_towns) > KEPT:
                _towns.popitem(last=False)
        _towns.move_to_end(extract.slug)
        return known
