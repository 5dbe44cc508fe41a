# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The invented town for all tests, and the real extracts where they are at hand."""

import fcntl
import hashlib
import os
from pathlib import Path

import pytest

from ..engine import Engine
from ..graph import Graph
from ..importing.assembling import import_map
from ..importing.values import Report
from ..telling.describing import Describer
from .hills import hilly_town
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


def real_engine(name: str, config: pytest.Config) -> Engine:
    """An engine on a real extract. Its graph is kept in pytest's cache, named by the contents of the extract and of
    the engine's own modules, so that a second run does not import what has not changed."""
    path = real_file(name)
    digest = hashlib.sha256(path.read_bytes())
    engine = Path(__file__).parents[1]
    for module in sorted(engine.rglob("*.py")):
        if module.parent != engine / "tests":
            digest.update(module.read_bytes())
    kept = Path(config.cache.mkdir("wayfinding")) / f"{name}-{digest.hexdigest()[:16]}.npz"
    with (kept.parent / f"{name}.lock").open("w") as lock:
        # of several test processes one imports, the others wait
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in kept.parent.glob(f"{name}-*.npz"):
                old.unlink(missing_ok=True)
            import_map(path)[0].save(kept)
    return Engine(Graph.load(kept))


@pytest.fixture(scope="session")
def hilly(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Shared: nobody puts obstacles there."""
    return hilly_town(tmp_path_factory.mktemp("hills"))


@pytest.fixture(scope="session")
def heidelberg(pytestconfig: pytest.Config) -> Engine:
    return real_engine("heidelberg", pytestconfig)


@pytest.fixture(scope="session")
def oslo(pytestconfig: pytest.Config) -> Engine:
    return real_engine("oslo-east", pytestconfig)


@pytest.fixture(scope="session")
def kaiserslautern(pytestconfig: pytest.Config) -> Engine:
    return real_engine("kaiserslautern", pytestconfig)
