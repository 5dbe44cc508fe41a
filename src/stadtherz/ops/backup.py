# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verb backup: database and files as they are at one moment, in one archive. The platform may go on running."""

import argparse
import contextlib
import datetime
import shutil
import subprocess
from pathlib import Path

import psycopg

from stadtherz.ops import archive, cluster, facts, installation, places, preparation, steps
from stadtherz.ops.steps import Failure


def run(asked: argparse.Namespace) -> int:
    preparation.require_set_up()
    target = Path(asked.file).absolute()
    if not target.parent.is_dir():
        raise Failure("Archive", f"there is no folder {target.parent}", "create it, or name another")
    with installation.database() as known, steps.step("Backup") as running:
        preparation.require_tables(known)
        address = asked.dsn or all_seeing_address(known)
        with archive.writing(target) as writer:
            _store(writer, address)
            count = sum(name.startswith(archive.FILES) for name in writer.members)
        running.note = f"{target} ({target.stat().st_size / 1e6:.1f} MB, {count} files)"
    return 0


def all_seeing_address(known: dict[str, str]) -> str:
    """An address that reads every row: the private cluster's superuser, else the owner, who may not suffice."""
    if installation.own_server():
        return known["STADTHERZ_DATABASE_OWNER_URL"]
    private = cluster.private()
    return private.url(private.superuser)


def postgres_program(name: str) -> str:
    if not installation.own_server():
        return str(cluster.private().program(name))
    found = shutil.which(name)
    if found is None:
        raise Failure("Database", f"there is no program {name} on this machine", "apt-get install postgresql-client")
    return found


def _store(writer: archive.Writer, address: str) -> None:
    with psycopg.connect(address) as connection:
        facts.prepare(connection)
        connection.commit()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        sequences = facts.of_sequences(connection)  # before the dump: what is restored can only be further
        try:
            tables = facts.of_tables(connection)
        except psycopg.errors.InsufficientPrivilege as problem:
            raise _sees_too_little(problem) from problem
        dump = [
            postgres_program("pg_dump"),
            "--format=custom",
            f"--snapshot={row[0]}",
            "--lock-wait-timeout=60s",
            f"--dbname={address}",
        ]
        writer.add_output_of(archive.DUMP, dump, cluster.clean_environment())
        for file in sorted(places.MEDIA.rglob("*")):
            if file.is_file() and not file.is_symlink():
                with contextlib.suppress(FileNotFoundError):  # removed by the running platform a moment ago
                    writer.add_file(archive.FILES + file.relative_to(places.MEDIA).as_posix(), file)
        writer.finish(
            {
                "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "source": _source(),
                "postgresql": connection.info.parameter_status("server_version"),
                "migrations": facts.of_migrations(connection),
                "tables": tables,
                "sequences": sequences,
            }
        )


def _sees_too_little(problem: psycopg.Error) -> Failure:
    # Without PostgreSQL's hint: it recommends taking the lock between municipalities off.
    return Failure(
        "Database",
        f"this role does not see every row: {problem.diag.message_primary}",
        "name a role with BYPASSRLS: ./stadtherz backup FILE --dsn postgresql://…",
    )


def _source() -> str:
    """The checkout's commit, for the record; empty when it is not a git checkout, or without git (as in a container)."""
    try:
        asked = subprocess.run(
            ["git", "-C", str(places.ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return asked.stdout.strip()
