# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The prepared graph of the town that is asked: where it lies, and the one copy of it in this process.

Files are named by the extract's key and version, so that a new extract is a new file and nothing goes stale. What
surveys found and staff accepted is written onto the graph when it is loaded, and again when its version grows; so a
new map takes over the old facts by itself.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.municipalities.active import active
from stadtherz.services.wayfinding.engine.answers import Town
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.graph import Graph
from stadtherz.services.wayfinding.engine.surveyed import Surveyed, with_surveyed
from stadtherz.services.wayfinding.queries.surveys import accepted_facts, facts_version

#: towns kept in the memory of a process; the one that was not asked for longest goes first
KEPT = 4
_lock = threading.Lock()


class NoGraph(Exception):
    """There is no prepared graph for this municipality yet."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A town's router with the surveyed facts of one version; ``lost`` ones found no place on this map."""

    town: Town
    #: the graph as the map has it
    plain: Graph
    facts: int
    lost: tuple[Surveyed, ...]


_towns: OrderedDict[tuple[int, str], Loaded] = OrderedDict()


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
    return loaded().town


def loaded() -> Loaded:
    """The same with what is known about its facts. Raises ``NoGraph``."""
    extract = current_extract()
    if extract is None:
        raise NoGraph
    version = facts_version()
    with _lock:
        key = (active().pk, extract.slug)
        known = _towns.get(key)
        if known is None or known.facts != version:
            known = _towns[key] = _load(extract.slug, version, known)
            while len(_towns) > KEPT:
                _towns.popitem(last=False)
        _towns.move_to_end(key)
        return known


def _load(slug: str, version: int, before: Loaded | None) -> Loaded:
    """Read the graph, or take the one that is there, and write the facts onto it. The order of the router does not
    depend on facts and is kept."""
    if before is None and not graph_path(slug).exists():
        raise NoGraph
    plain = before.plain if before else Graph.load(graph_path(slug))
    graph, lost = with_surveyed(plain, accepted_facts())
    if before:
        engine = Engine(graph, before.town.engine.router)
        engine.take_obstacles(before.town.engine)
    else:
        engine = Engine(graph, order=order_path(slug))
    return Loaded(Town(engine), plain, version, tuple(lost))
