# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures that every room's tests use: two municipalities, so that data which could leak is always there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
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
    flush = "django.core.management.commands.flush"
    with mock.patch(f"{flush}.emit_post_migrate_signal"), mock.patch(f"{flush}.sql_flush", _emptying):
        yield


USED = """
    SELECT relrowsecurity, array_agg(quote_ident(relname) ORDER BY relname) FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) AND (
      (relkind = 'r' AND pg_relation_size(c.oid) > 0)
      OR (relkind = 'p' AND (SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(c.oid)) > 0))
    GROUP BY 1
"""


def _emptying(_style: Any, to_empty: Any, **_options: Any) -> list[str]:
    """What empties the tables that hold something: no page, no row. PostgreSQL makes three files anew for each table that
    it truncates, which for all of ours took longer than most of the tests; so the few that every test fills and that
    nothing locks against their owner are emptied row by row."""
    with to_empty.cursor() as cursor:
        cursor.execute(USED, [to_empty.introspection.django_table_names(only_existing=False, include_views=False)])
        used: dict[bool, list[str]] = dict(cursor.fetchall())
    said = []
    if locked := used.get(True):
        said.append(f"TRUNCATE {', '.join(locked)} CASCADE")
    if others := used.get(False):
        said.append(f"LOCK TABLE {', '.join(others)} IN ACCESS EXCLUSIVE MODE")  # who still writes is waited for
        said += [f"DELETE FROM {name}" for name in others]  # noqa: S608 - names of our tables, quoted
    return said


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
