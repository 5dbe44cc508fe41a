# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The prepared graph of the town that is asked: the one router for it in this process.

What surveys found and staff accepted is written onto the graph when it is loaded, and again when its version grows; so a
new map takes over the old facts by itself. A router belongs to a municipality, because today's obstacles do; it knows
all that were committed before the question.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

from stadtherz.kernel.geo.extracts import covering_extracts, current_extract
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.active import active, active_id
from stadtherz.services.wayfinding.engine.answering.answers import Town
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.graph import Graph
from stadtherz.services.wayfinding.engine.hours import timetable
from stadtherz.services.wayfinding.engine.surveys.photos import with_photos
from stadtherz.services.wayfinding.engine.surveys.surveyed import Surveyed, with_surveyed
from stadtherz.services.wayfinding.graph_files import graph_path, order_path, prepared_versions
from stadtherz.services.wayfinding.obstacles.spread import catch_up
from stadtherz.services.wayfinding.queries.surveys import accepted_facts, photos_taken

#: towns kept in the memory of a process; the one that was not asked for longest goes first
KEPT = 4
#: a new map is noticed after so many seconds
MAP_SECONDS = 5.0
#: opening hours are worked out for so many days ahead
HOURS_DAYS = 2
NUMBERS = """
SELECT coalesce((SELECT number FROM wayfinding_factsversion WHERE municipality_id = %(town)s), 0),
       coalesce((SELECT number FROM wayfinding_obstacleversion WHERE municipality_id = %(town)s), 0)
"""


class NoGraph(Exception):
    """There is no prepared graph for this municipality yet."""


@dataclass(slots=True)
class Loaded:
    """A town's router with the surveyed facts of one version; ``lost`` ones found no place on this map."""

    town: Town
    #: the graph as the map has it
    plain: Graph
    facts: int
    lost: tuple[Surveyed, ...]
    #: the number of the last change of an obstacle that the router knows
    obstacles: int = 0
    #: until when the router knows which gates and lifts are closed (seconds since 1970)
    hours_until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


#: a file of a graph: the map's slug, and when it was written; it is written anew when an elevation model comes
File = tuple[str, int]
_towns: OrderedDict[tuple[int, File], Loaded] = OrderedDict()
_maps: dict[int, tuple[float, File]] = {}
_lock = threading.Lock()


def map_in_use() -> str:
    """The slug of the map on which ways of the active municipality are found. Raises ``NoGraph``."""
    return _file()[0]


def forget() -> None:
    """Start anew, as a new process does."""
    with _lock:
        _towns.clear()
        _maps.clear()


def town() -> Town:
    """The router of the active municipality, with the facts and obstacles of this moment. Raises ``NoGraph``."""
    return loaded().town


def loaded() -> Loaded:
    """The same with what is known about its facts. Raises ``NoGraph``."""
    key = (active_id(), _file())
    facts, obstacles = _numbers()
    known = _with_facts(key, facts)
    if known.obstacles != obstacles:
        with known.lock:
            known.obstacles = catch_up(known.town.engine, known.obstacles)
    if time.time() > known.hours_until:
        with known.lock:
            _read_hours(known)
    return known


def _with_facts(key: tuple[int, File], facts: int) -> Loaded:
    """The router with these facts, or with newer ones that another thread has loaded while this one waited."""
    with _lock:
        known = _towns.get(key)
        if known is not None and known.facts != facts:
            facts = _numbers()[0]
        if known is None or known.facts != facts:
            known = _towns[key] = _load(key[1][0], facts, known)
            for old in [one for one in _towns if one[0] == key[0] and one != key]:
                del _towns[old]
            while len(_towns) > KEPT:
                _towns.popitem(last=False)
        _towns.move_to_end(key)
        return known


def _read_hours(known: Loaded) -> None:
    """What gates, parks and lifts close by themselves in the next two days; asked again after one."""
    now = timezone.localtime(timezone=ZoneInfo(active().timezone))
    known.town.engine.change_obstacles(timetable(known.town.engine.graph, now, HOURS_DAYS))
    known.hours_until = now.timestamp() + (HOURS_DAYS - 1) * 86_400


def _numbers() -> tuple[int, int]:
    """The numbers of the last change to accepted facts and to obstacles: what each question asks the database for."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, {"town": active_id()})
        facts, obstacles = cursor.fetchone()
    return facts, obstacles


def _file() -> File:
    """The prepared graph of the town's current map; asked for every few seconds only."""
    until, file = _maps.get(active_id(), (0.0, ("", 0)))
    if time.monotonic() < until:
        return file
    extract = current_extract()
    if extract is None:
        raise NoGraph
    file = (extract.slug, _written(extract.slug))
    if not file[1]:
        file = _before(extract) or file
    if file[1]:
        _maps[active_id()] = (time.monotonic() + MAP_SECONDS, file)
    return file


def _written(slug: str) -> int:
    path = graph_path(slug)
    return path.stat().st_mtime_ns if path.exists() else 0


def _before(extract: Extract) -> File | None:
    """The graph that serves until that of a new map is ready: of its older version, else of another map that holds the town,
    but never a made-up one instead of a real one."""
    slugs = prepared_versions(extract.key)
    slugs += [other.slug for other in covering_extracts(active()) if other.kind == extract.kind]
    return next(((slug, written) for slug in slugs if (written := _written(slug))), None)


def _load(slug: str, version: int, before: Loaded | None) -> Loaded:
    """Read the graph, or take the one that is there, and write the facts onto it. The order of the router does not
    depend on facts and is kept, and so are the obstacles."""
    if before is None and not graph_path(slug).exists():
        raise NoGraph
    plain = before.plain if before else Graph.load(graph_path(slug))
    graph, lost = with_surveyed(plain, accepted_facts())
    graph = with_photos(graph, photos_taken())
    if before is None:
        made = Engine(graph, order=order_path(slug), room=settings.WAYFINDING_MEMORY)
        extract = Extract.objects.filter(key=slug.rpartition("-")[0]).first()
        return Loaded(Town(made, extract.bounds.extent if extract else None), plain, version, tuple(lost))
    engine = Engine(graph, before.town.engine.router, room=settings.WAYFINDING_MEMORY)
    with before.lock:
        engine.take_obstacles(before.town.engine)
        return Loaded(
            Town(engine, before.town.mapped), plain, version, tuple(lost), before.obstacles, before.hours_until
        )
