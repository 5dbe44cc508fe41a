# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures of the map's tests: a data directory of their own, one model town for all, a hamlet of a few ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as django_settings

from stadtherz.kernel.geo.modeltown.town import ModelTown, draw_town
from stadtherz.kernel.geo.modeltown.write import write_pbf
from stadtherz.kernel.geo.tests.factories import write_hamlet

CENTRE = (7.769, 49.444)


@pytest.fixture(autouse=True)
def data_dir(settings: django_settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture(scope="session")
def drawn() -> ModelTown:
    return draw_town(centre=CENTRE, seed=1)


@pytest.fixture(scope="session")
def model_file(drawn: ModelTown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "modellstadt.osm.pbf"
    write_pbf(drawn, path)
    return path


@pytest.fixture
def hamlet(tmp_path: Path) -> Path:
    """Two streets, four houses, a town hall, around the centre of Kaiserslautern."""
    return write_hamlet(tmp_path / "hamlet.osm.pbf")


def real_file(name: str) -> Path:
    """A file of the real test data, or skip."""
    path = Path(django_settings.OPTION["testdata"]) / name
    if not path.exists():
        pytest.skip(f"real data absent: {path} (STADTHERZ_TESTDATA)")
    return path
