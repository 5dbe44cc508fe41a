# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Near which street a way without a name lies: for lists that are read without a map."""

from __future__ import annotations

from django.utils.translation import gettext as _

from stadtherz.services.wayfinding.engine.engine import Engine

#: a way without a name is said to be near a street that is not farther away
BESIDE_M = 80.0


def near_street(engine: Engine, lon: float, lat: float) -> str:
    """In words; nothing where there is none."""
    names = engine.graph.edges["name"]
    found = engine.grid.nearest(lon, lat, BESIDE_M, names > 0)
    return _("near %(street)s") % {"street": engine.graph.names[names[found.edge]]} if found else ""
