# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures that every room's tests use: two municipalities, so that data which could leak is always there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.gis.geos import Point

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality, MunicipalityHost
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.kernel.registry.services import services


@pytest.fixture(autouse=True)
def _fresh_hosts() -> Iterator[None]:
    forget_hosts()
    yield
    forget_hosts()


def _municipality(key: str, name: str, centre: Point, *, is_default: bool = False) -> Municipality:
    municipality = Municipality.objects.create(
        key=key, name=name, languages=["de", "en"], map_centre=centre, is_default=is_default,
        services=[service.key for service in services()],
    )  # fmt: skip
    MunicipalityHost.objects.create(host=f"{key}.localhost", municipality=municipality)
    return municipality


@pytest.fixture
def kaiserslautern(db: None) -> Municipality:
    """The municipality that answers to a bare localhost; not active."""
    return _municipality("kaiserslautern", "Kaiserslautern", Point(7.769, 49.444, srid=4326), is_default=True)


@pytest.fixture
def kusel(db: None) -> Municipality:
    """The neighbour whose data must never appear; not active."""
    return _municipality("kusel", "Kusel", Point(7.404, 49.538, srid=4326))


@pytest.fixture
def town(kaiserslautern: Municipality, kusel: Municipality) -> Iterator[Municipality]:
    """Kaiserslautern, active for the whole test, with Kusel beside it."""
    with activate(kaiserslautern):
        yield kaiserslautern
