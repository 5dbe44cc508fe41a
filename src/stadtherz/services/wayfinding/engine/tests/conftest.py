# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The invented town for all tests, and the real extracts where they are at hand."""

import os
from pathlib import Path

import pytest

from ..assembling import import_map
from ..engine import Engine
from ..graph import Graph
from ..route import Describer
from ..values import Report
from .town import draft_town

REAL = Path(os.environ.get("STADTHERZ_TESTDATA", "../shared/data"))


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draft_town().write(tmp_path_factory.mktemp("town") / "town.osm.pbf")


@pytest.fixture(scope="session")
def imported(town_file: Path) -> tuple[Graph, Report]:
    return import_map(town_file)


@pytest.fixture(scope="session")
def graph(imported: tuple[Graph, Report]) -> Graph:
    return imported[0]


@pytest.fixture
def engine(graph: Graph) -> Engine:
    """Fresh for each test, because obstacles change it."""
    return Engine(graph)


@pytest.fixture
def describer(engine: Engine) -> Describer:
    return Describer(engine)


def real_file(name: str) -> Path:
    path = REAL / "osm" / f"{name}.osm.pbf"
    if not path.is_file():
        pytest.skip(f"the extract {name} is not at hand (STADTHERZ_TESTDATA)")
    return path


@pytest.fixture(scope="session")
def heidelberg() -> Engine:
    return Engine(import_map(real_file("heidelberg"))[0])


@pytest.fixture(scope="session")
def oslo() -> Engine:
    return Engine(import_map(real_file("oslo-east"))[0])


@pytest.fixture(scope="session")
def kaiserslautern() -> Engine:
    return Engine(import_map(real_file("kaiserslautern"))[0])
