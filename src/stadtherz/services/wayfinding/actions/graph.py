# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be done with the walking graph: prepare it from the town's map."""

from __future__ import annotations

import errno
import json
from contextlib import suppress

from stadtherz.kernel.geo.extracts import current_extract, extract_path
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.jobs import job
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.wayfinding.actions.studies import carry_out, order_study
from stadtherz.services.wayfinding.elevation_tiles import with_elevation
from stadtherz.services.wayfinding.engine.importing.assembling import import_map
from stadtherz.services.wayfinding.engine.importing.mapfile import MapFileError, Progress, silent
from stadtherz.services.wayfinding.engine.routing import compute_order, save_order
from stadtherz.services.wayfinding.graph_files import (
    graph_path,
    order_path,
    remove_older_forms,
    remove_superseded,
    report_path,
)
from stadtherz.services.wayfinding.models import Study
from stadtherz.services.wayfinding.obstacles.demonstration import load_obstacles
from stadtherz.services.wayfinding.preparation import Stopped, Trouble, Watched, take

#: the demonstration's study looks at a sample, for nobody wants to wait for it
DEMO_ADDRESSES = 250
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def build_graph(*, extract: Extract, progress: Progress = silent, again: bool = False) -> int:
    """Prepare the graph of an extract unless it is there, with the slopes of the kept elevation model; returns the number
    of its edges. ``again``: also if it is there, because the model has changed.

    Side effects: writes graph, order and the report of what was not understood; each file whole or not at all, the
    graph last, because its being there is what says "ready"; notes how far it is; removes what no process reads any more.
    Raises ``MapFileError``, ``Stopped``, ``OSError`` on a full disk.
    """
    slug = extract.slug
    if graph_path(slug).exists() and not again:
        return 0
    watched = Watched(slug)

    def step(what: str, share: float) -> None:
        progress(what, share)
        watched(what, share)

    try:
        edges, sloped = _build(slug, step)
    except Stopped:
        watched.failed(Trouble.STOPPED)
        raise
    except MapFileError as error:
        watched.failed(Trouble.MAP, str(error))
        raise
    except OSError as error:
        watched.failed(Trouble.ROOM if error.errno in _NO_ROOM else Trouble.OTHER, str(error))
        raise
    except Exception as error:
        watched.failed(Trouble.OTHER, type(error).__name__)
        raise
    watched.done(edges=edges, sloped=sloped)
    remove_older_forms()
    remove_superseded(slug)
    return edges


def _build(slug: str, progress: Progress) -> tuple[int, int]:
    """(edges, edges with a slope from the elevation model)."""
    graph, report = import_map(extract_path(slug), progress)
    sloped = with_elevation(graph, progress)
    progress("working out the order of the junctions", 0.97)
    try:
        save_order(compute_order(graph), graph, order_path(slug))
    except ImportError:  # without the fast router SciPy's answers, which needs no order
        order_path(slug).unlink(missing_ok=True)
    progress("keeping the graph", 0.99)
    partial = report_path(slug).with_name(f".{slug}.report")
    partial.write_text(json.dumps(report.rows(), ensure_ascii=False, indent=1))
    partial.replace(report_path(slug))
    graph.save(graph_path(slug))
    return graph.edge_count, sloped


class BeingPrepared(Exception):
    """Another worker prepares this map just now; the queue tries again in a while."""


@job("wayfinding.prepare_again", of_installation=True)
def prepare_again(*, extract: str) -> None:
    """Prepare a map's graph once more, because the elevation model has changed; every process takes it by itself."""
    found = Extract.objects.filter(key=extract).first()
    if found is None or not extract_path(found.slug).exists():
        return
    if not take(found.slug):
        raise BeingPrepared
    with suppress(MapFileError, Stopped):  # both are noted, and would be the same the next time
        build_graph(extract=found, again=True)


def load_demo(municipality: Municipality) -> list[str]:
    """The graph of the demonstration town, as soon as it has a map, and what stands in the way of some of its people:
    counted, and today."""
    extract = current_extract(municipality)
    if extract and extract_path(extract.slug).exists():
        build_graph(extract=extract)
    if extract and graph_path(extract.slug).exists():
        if not Study.objects.exists():
            carry_out(study=order_study(person=None), at_most=DEMO_ADDRESSES)
        load_obstacles(extract)
    return []
