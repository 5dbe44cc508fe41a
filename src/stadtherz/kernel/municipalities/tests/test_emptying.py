# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tests' own emptying between two tests that commit: nothing is left in any table of a model."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person


def rows() -> dict[str, int]:
    """Of each table with any, past the locks between municipalities: the planner's own sampling sees all."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(tables):
            cursor.execute(f"ANALYZE {table}")
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
            found[table] = int(cursor.fetchone()[0])
    return {table: count for table, count in found.items() if count > 0}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_between_two_tests_that_commit(kaiserslautern: Municipality, kusel: Municipality) -> None:
    for municipality in (kaiserslautern, kusel):
        with activate(municipality):
            record(action="test.emptying", actor=person(Role.MODERATOR), subject="test:1")
    before = rows()
    assert {"municipalities_municipality", "people_person", "people_membership", "audit_auditentry"} <= set(before)
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
    assert rows() == {}
