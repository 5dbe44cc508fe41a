# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables: every model has its migration, every migration of ours can be taken back, Django's own checks are content."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_django_has_nothing_to_say() -> None:
    said = StringIO()
    call_command("check", stdout=said, stderr=said)
    assert "no issues" in said.getvalue()


@pytest.mark.django_db
def test_every_migration_of_ours_can_be_taken_back() -> None:
    loader = MigrationLoader(connection)
    one_way = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in loader.disk_migrations.items()
        if type(migration).__module__.startswith("stadtherz.")
        for operation in migration.operations
        if not operation.reversible
    ]
    assert one_way == []
