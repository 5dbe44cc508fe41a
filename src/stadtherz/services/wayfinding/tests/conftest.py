# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The invented town as the map of Kaiserslautern, without and with its prepared graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon

from stadtherz.kernel.geo.extracts import extract_path
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.actions.graph import build_graph
from stadtherz.services.wayfinding.engine.tests.town import draft_town


@pytest.fixture
def extract(kaiserslautern: Municipality, settings: Any, tmp_path: Path) -> Iterator[Extract]:
    """The invented town as the map of Kaiserslautern; its graph is not prepared yet."""
    settings.DATA_DIR = tmp_path
    west, south, east, north = 7.7, 49.4, 7.9, 49.5
    found = Extract.objects.create(
        key="town", version="0123456789ab", name="Town", source="town.osm.pbf", attribution="nobody",
        bounds=Polygon.from_bbox((west, south, east, north)),
    )  # fmt: skip
    draft_town().write(extract_path(found.slug))
    graphs.forget()
    yield found
    graphs.forget()


@pytest.fixture
def prepared(extract: Extract) -> Extract:
    """The same with its graph."""
    build_graph(extract=extract)
    return extract
