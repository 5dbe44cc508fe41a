# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the doctor says of a checkout that was changed under a running platform, and of what somebody switched off."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.db import connection

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.demo import ACCOUNTS
from stadtherz.kernel.people.tests.factories import person
from stadtherz.ops import database_health, doctor, places, preparation


@pytest.mark.parametrize(("runs", "changed", "state"), [(False, 60, "well"), (True, -60, "well"), (True, 60, "wrong")])
def test_code_that_is_newer_than_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: bool, changed: int, state: str
) -> None:
    monkeypatch.setattr(places, "VAR", tmp_path)
    monkeypatch.setattr(places, "SOURCE", tmp_path)
    lock, code = tmp_path / "run.lock", tmp_path / "code.py"
    lock.touch()
    code.touch()
    moment = lock.stat().st_mtime + changed
    os.utime(code, (moment, moment))
    with lock.open() as held:
        if runs:
            fcntl.flock(held, fcntl.LOCK_EX)
        (found,) = doctor.running_code()
    assert found.state == state


def answers(found: Iterable[database_health.Answer]) -> dict[str, tuple[bool, str]]:
    return {what: (well, trouble) for what, well, _fact, trouble, _remedy in found}


def test_what_somebody_has_switched_off_in_the_database_is_found(db: None) -> None:
    connection.ensure_connection()
    server = connection.connection
    assert server is not None
    before = answers([*database_health._locks(server), database_health.jobs(server)])
    assert (before["Locks between municipalities"][0], before["Jobs"][0]) == (True, True)
    assert "municipalities_municipality" not in before["Guards of tables"][1]
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY town ON participation_idea")
        cursor.execute(
            "CREATE TRIGGER guard BEFORE TRUNCATE ON municipalities_municipality EXECUTE FUNCTION audit_refuse()"
        )
        cursor.execute("ALTER TABLE municipalities_municipality DISABLE TRIGGER guard")
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('x', 'sweep', 'failed')")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at) VALUES ('x', 'y', now() - interval '2 h')"
        )
        cursor.execute("REVOKE SELECT ON participation_idea FROM CURRENT_USER")
        web = answers(database_health._web_role(server))
    found = answers([*database_health._locks(server), database_health.jobs(server)]) | web
    assert found["Locks between municipalities"] == (False, "missing on: participation_idea")
    assert not found["Guards of tables"][0]
    assert "municipalities_municipality" in found["Guards of tables"][1]
    assert found["Jobs"] == (False, "1 have failed for good: sweep; 1 wait for more than an hour")
    assert not found["Rights of the web role"][0]
    assert found["Rights of the web role"][1].endswith("may not read: participation_idea")


def test_an_installation_that_was_tried_out_is_not_opened_to_the_public(town: Municipality) -> None:
    assert {account.email for account in ACCOUNTS} == set(database_health.KNOWN_TO_EVERYBODY)
    connection.ensure_connection()
    assert connection.connection is not None
    assert database_health.demonstration(connection.connection)[1]
    person(email="admin@example.org")
    _what, well, _fact, trouble, _remedy = database_health.demonstration(connection.connection)
    assert (well, trouble.endswith(": admin@example.org")) == (False, True)


def test_a_static_file_that_is_gone_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "STATIC", tmp_path)
    assert not preparation.static_is_whole()
    (tmp_path / "staticfiles.json").write_text('{"paths": {"ui/main.js": "ui/main.0.js"}}')
    assert not preparation.static_is_whole()
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "main.0.js").touch()
    assert preparation.static_is_whole()
