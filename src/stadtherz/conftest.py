# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures that every room's tests use: two municipalities, so that data which could leak is always there."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from stadtherz.kernel.municipalities import queries
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality, MunicipalityHost
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.kernel.registry.services import services


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """The record of decisions refuses TRUNCATE; a test run that commits must empty its tables between two tests."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_no_truncate")
        cursor.execute("ALTER TABLE audit_audithead DISABLE TRIGGER audit_head_no_truncate")


@pytest.fixture(scope="session", autouse=True)
def _emptying_is_no_migration() -> Iterator[None]:
    """Between two tests that commit, Django empties the tables and then runs all that follows a migration.

    That is 400 queries for rights that the tables still have; it cost more than most of those tests.
    """
    with mock.patch("django.core.management.commands.flush.emit_post_migrate_signal"):
        yield


@pytest.fixture(autouse=True)
def _fresh_hosts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Asked for once a test: how slow the machine is must not decide how many statements are counted."""
    monkeypatch.setattr(queries, "KEEP_SECONDS", 3600.0)
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
