# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Near which street a way without a name lies: for lists that are read without a map."""

from __future__ import annotations

from django.utils.translation import gettext as _

from stadtherz.services.wayfinding.engine.engine import Engine


def near_street(engine: Engine, lon: float, lat: float) -> str:
    """In words; nothing where there is none."""
    street = engine.grid.street_near(lon, lat)
    return _("near %(street)s") % {"street": street} if street else ""
