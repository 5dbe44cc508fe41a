# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The record: written with the verb, sealed at the commit, and every kind of tampering is found."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from stadtherz.kernel.audit.actions import record, seal
from stadtherz.kernel.audit.chain import START, DetailNotRecordable, content_hash, link
from stadtherz.kernel.audit.models import AuditEntry, AuditHead
from stadtherz.kernel.audit.queries import Finding, Flaw, Head, head, verify
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.tests.factories import person


def _write(count: int) -> None:
    for number in range(1, count + 1):
        record(action="test.done", actor=None, subject=f"thing:{number}", detail={"größe": number})
    seal()


def _tamper(*statements: str) -> None:
    """What somebody with the keys to the database could do: switch the triggers off, write, switch them on again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_audithead DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0, f"nothing was tampered with: {statement}"
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_audithead ENABLE TRIGGER USER")


def test_entries_are_numbered_and_chained_as_documented(town: Municipality) -> None:
    actor = person()
    first = record(action="a.b", actor=actor, subject="x:1", detail={"b": [1, None, True], "a": "Straße"})
    record(action="a.c", actor=None, subject="x:1")
    assert AuditEntry.objects.filter(number=None).count() == 2
    seal()
    one, two = AuditEntry.objects.order_by("number")
    assert (one.number, one.previous_hash, two.number, two.previous_hash) == (1, START, 2, one.hash)
    assert one.content_hash == content_hash(
        municipality=town.pk, at=first.at, actor=actor.pk, action="a.b", subject="x:1",
        detail={"a": "Straße", "b": [1, None, True]},
    )  # fmt: skip
    assert one.hash == link(previous_hash=START, number=1, content_hash=one.content_hash)
    assert head() == Head(2, two.hash or "")
    assert verify().intact
    assert verify().checked == 2


def test_each_municipality_has_its_own_chain(town: Municipality, kusel: Municipality) -> None:
    _write(2)
    with activate(kusel):
        record(action="test.done", actor=None, subject="thing:1")
    record(action="test.done", actor=None, subject="thing:3")
    seal()  # while Kaiserslautern is active, Kusel's entry is sealed into Kusel's chain
    with activate(kusel):
        assert list(AuditEntry.objects.values_list("number", flat=True)) == [1]
        assert verify().intact
    assert AuditEntry.objects.count() == 3
    assert verify().intact


def test_what_was_undone_was_never_recorded(town: Municipality) -> None:
    _write(1)
    with transaction.atomic():
        record(action="test.done", actor=None, subject="thing:2")
        transaction.set_rollback(True)
    _write(1)
    assert list(AuditEntry.objects.values_list("number", flat=True)) == [2, 1]
    assert verify().intact


@pytest.mark.parametrize("statement", [
    "UPDATE audit_auditentry SET subject = 'thing:9'",
    "UPDATE audit_auditentry SET number = 7",
    "DELETE FROM audit_auditentry",
    "TRUNCATE audit_auditentry",
    "DELETE FROM audit_audithead",
    "TRUNCATE audit_audithead",
])  # fmt: skip
def test_not_even_the_owner_changes_a_row(town: Municipality, statement: str) -> None:
    _write(2)
    with connection.cursor() as cursor:  # the test run switches these off so that it can empty its tables
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_audithead ENABLE TRIGGER USER")
        with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
            cursor.execute(statement)
    assert verify().intact


def test_an_unsealed_row_can_be_sealed_but_not_reworded(town: Municipality) -> None:
    record(action="test.done", actor=None, subject="thing:1")
    with (
        pytest.raises(DatabaseError, match="can only be added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE audit_auditentry SET subject = 'thing:2', number = 1")


def test_a_number_that_somebody_brings_along_is_ignored(town: Municipality) -> None:
    entry = record(action="test.done", actor=None, subject="thing:1")
    AuditEntry.objects.create(
        number=99, hash="f" * 64, action="x", subject="y", content_hash="0" * 64, previous_hash="0" * 64, at=entry.at
    )
    seal()
    assert sorted(AuditEntry.objects.values_list("number", flat=True)) == [1, 2]
    assert verify().findings == (Finding(2, Flaw.ALTERED),)


SWAP = """UPDATE audit_auditentry a SET (at, actor, action, subject, detail, content_hash) =
    (SELECT at, actor, action, subject, detail, content_hash FROM audit_auditentry b WHERE b.number = 5 - a.number)
    WHERE number IN (2, 3)"""


@pytest.mark.parametrize(("statements", "findings"), [
    (["UPDATE audit_auditentry SET subject = 'thing:9' WHERE number = 3"], [(3, Flaw.ALTERED)]),
    (["UPDATE audit_auditentry SET detail = '{}' WHERE number = 1"], [(1, Flaw.ALTERED)]),
    (["UPDATE audit_auditentry SET at = at + interval '1 microsecond' WHERE number = 4"], [(4, Flaw.ALTERED)]),
    (["UPDATE audit_auditentry SET actor = 1 WHERE number = 4"], [(4, Flaw.ALTERED)]),
    (["DELETE FROM audit_auditentry WHERE number = 2"], [(2, Flaw.REMOVED)]),
    (["DELETE FROM audit_auditentry WHERE number = 1"], [(1, Flaw.REMOVED)]),
    (["DELETE FROM audit_auditentry WHERE number > 3"], [(4, Flaw.REMOVED), (5, Flaw.REMOVED)]),
    (["DELETE FROM audit_auditentry"], [(n, Flaw.REMOVED) for n in range(1, 6)]),
    (["DELETE FROM audit_auditentry WHERE number = 3",
      "UPDATE audit_auditentry SET number = number - 1 WHERE number = 4",
      "UPDATE audit_auditentry SET number = number - 1 WHERE number = 5"],
     [(3, Flaw.REORDERED), (4, Flaw.REORDERED), (5, Flaw.REMOVED)]),
    ([SWAP], [(2, Flaw.REORDERED), (3, Flaw.REORDERED)]),
    (["DELETE FROM audit_auditentry WHERE number = 5",
      "UPDATE audit_audithead SET count = 4"], [(4, Flaw.REWRITTEN)]),
])  # fmt: skip
def test_tampering_is_found(town: Municipality, statements: list[str], findings: list[tuple[int, Flaw]]) -> None:
    _write(5)
    _tamper(*statements)
    assert [(found.number, found.flaw) for found in verify().findings] == findings


def test_a_row_written_past_the_seal_is_found(town: Municipality) -> None:
    _write(2)
    _tamper(
        "INSERT INTO audit_auditentry (municipality_id, at, action, subject, detail, content_hash)"
        f" VALUES ({town.pk}, now(), 'x', 'y', '{{}}', repeat('0', 64))"
    )
    assert [found.flaw for found in verify().findings] == [Flaw.UNSEALED]


def test_a_record_rewritten_as_a_whole_is_found_by_the_exported_head(town: Municipality) -> None:
    _write(3)
    exported = head()
    _tamper(
        "DELETE FROM audit_auditentry",
        "UPDATE audit_audithead SET count = 0, hash = repeat('0', 64)",
    )
    _write(4)  # another story, sealed in good order
    assert verify().intact
    assert verify(exported=exported).findings == (Finding(3, Flaw.REWRITTEN),)


def test_a_superuser_alters_a_committed_row(superuser: Callable[[str], Any], committed_town: Municipality) -> None:
    with activate(committed_town):
        _write(3)
    superuser("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
    superuser("UPDATE audit_auditentry SET action = 'test.undone' WHERE number = 2")
    superuser("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")
    superuser("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_no_truncate")  # as the test run has it
    with activate(committed_town):
        assert verify().findings == (Finding(2, Flaw.ALTERED),)


@pytest.fixture
def committed_town(transactional_db: None) -> Municipality:
    return Municipality.objects.create(key="offenbach", name="Offenbach", languages=["de"])


@pytest.fixture
def superuser(transactional_db: None) -> Iterator[Callable[[str], Any]]:
    """Runs statements as the superuser of the cluster, whom row-level security does not stop."""
    settings = connection.settings_dict
    problem: Exception | None = None
    for user in ("postgres", getpass.getuser()):
        try:
            access = psycopg.connect(
                dbname=settings["NAME"],
                host=settings["HOST"],
                port=settings["PORT"] or None,
                user=user,
                autocommit=True,
            )
        except psycopg.OperationalError as error:
            problem = error
        else:
            with access:
                yield access.execute
            return
    pytest.skip(f"no superuser of the cluster can be reached from here: {problem}")


@pytest.mark.parametrize(
    "detail", [{"a": 0.5}, {"a": {"b": object()}}, {1: "x"}, {"a": "\0"}, {"a": "\ud800"}, {"a": b"x"}]
)
def test_what_cannot_be_recorded_exactly_is_refused(town: Municipality, detail: Any) -> None:
    with pytest.raises(DetailNotRecordable):
        record(action="test.done", actor=None, subject="thing:1", detail=detail)


def test_the_web_role_may_add_and_read_only(town: Municipality) -> None:
    rights = "SELECT has_table_privilege('stadtherz_web', %s, %s)"
    with connection.cursor() as cursor:
        for table in (AuditEntry._meta.db_table, AuditHead._meta.db_table):
            for right, given in [("SELECT", True), ("UPDATE", False), ("DELETE", False), ("TRUNCATE", False)]:
                cursor.execute(rights, [table, right])
                assert cursor.fetchone() == (given,), (table, right)
