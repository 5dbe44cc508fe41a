# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be done with the walking graph: prepare it from the town's map."""

from __future__ import annotations

import json

from stadtherz.kernel.geo.extracts import current_extract, extract_path
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.jobs import job
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.wayfinding.actions.studies import carry_out, order_study
from stadtherz.services.wayfinding.elevation_tiles import with_elevation
from stadtherz.services.wayfinding.engine.importing.assembling import import_map
from stadtherz.services.wayfinding.engine.importing.mapfile import Progress, silent
from stadtherz.services.wayfinding.engine.routing import compute_order, save_order
from stadtherz.services.wayfinding.graph_files import folder, graph_path, order_path, remove_older_forms
from stadtherz.services.wayfinding.models import Study
from stadtherz.services.wayfinding.obstacles.demonstration import load_obstacles

#: the demonstration's study looks at a sample, for nobody wants to wait for it
DEMO_ADDRESSES = 250


def build_graph(*, extract: Extract, progress: Progress = silent, again: bool = False) -> int:
    """Prepare the graph of an extract unless it is there, with the slopes of the kept elevation model; returns the number
    of its edges. ``again``: also if it is there, because the model has changed.

    Side effects: writes graph, order and the report of what was not understood; each file whole or not at all, the
    graph last, because its being there is what says "ready". Raises ``MapFileError``.
    """
    slug = extract.slug
    if graph_path(slug).exists() and not again:
        return 0
    graph, report = import_map(extract_path(slug), progress)
    with_elevation(graph, progress)
    try:
        save_order(compute_order(graph), graph, order_path(slug))
    except ImportError:  # without the fast router SciPy's answers, which needs no order
        order_path(slug).unlink(missing_ok=True)
    (folder() / f"{slug}.report.json").write_text(json.dumps(report.rows(), ensure_ascii=False, indent=1))
    graph.save(graph_path(slug))
    remove_older_forms()
    return graph.edge_count


@job("wayfinding.prepare_again", of_installation=True)
def prepare_again(*, extract: str) -> None:
    """Prepare a map's graph once more, because the elevation model has changed; every process takes it by itself."""
    found = Extract.objects.filter(key=extract).first()
    if found is not None and extract_path(found.slug).exists():
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
