# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verb restore: puts an archive beside the present data, compares every table with its checksum, then swaps.

Until the swap nothing of the present data is touched; the swap of the databases is one transaction.
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo, sql

from stadtherz.ops import (
    archive,
    backup,
    cluster,
    database_health,
    facts,
    installation,
    places,
    preparation,
    run_lock,
    stamps,
    steps,
)
from stadtherz.ops.steps import Failure

STEP = "Restore"
TRY_AGAIN = "nothing was changed; './stadtherz doctor' checks the usual reasons"


def run(asked: argparse.Namespace) -> int:
    with archive.reading(Path(asked.file).absolute()) as reader:
        with steps.step("Archive") as running:
            _require_facts(reader)
            _refuse_newer(reader)
            reader.verify()
            running.note = f"complete, made {reader.manifest['made']}"
        with preparation.alone():
            preparation.lay_ground()
        with run_lock.stopped(), installation.database() as known:
            target = str(conninfo.conninfo_to_dict(known["STADTHERZ_DATABASE_OWNER_URL"])["dbname"])
            address = asked.dsn or backup.all_seeing_address(known)
            _require_empty(known, replace=asked.replace)
            with steps.step(STEP) as running, _beside(reader, address, target) as beside:
                with _files_beside(reader) as files:
                    swap_databases(address, beside, target)
                _swap_files(files)
                rows = sum(table["rows"] for table in reader.manifest["tables"].values())
                running.note = f"{len(reader.manifest['tables'])} tables with {rows} rows, all as in the archive"
            stamps.OF_DATA.forget("tables")
            preparation.bring_up_to_date(known)
            _tell_of_lost_maps(known)
    return 0


def _tell_of_lost_maps(known: dict[str, str]) -> None:
    with psycopg.connect(known["STADTHERZ_DATABASE_OWNER_URL"]) as connection:
        _what, well, _fact, trouble, remedy = database_health.maps(connection, places.VAR / "osm")
    if not well:
        steps.say(f"! Maps: {trouble}\n    → {remedy}")


def _require_facts(reader: archive.Reader) -> None:
    """What is read here later must be there, each of its kind: a manifest that somebody has edited is said to be one."""
    for name, kind in {"made": str, "postgresql": str, "migrations": list, "tables": dict, "sequences": dict}.items():
        if not isinstance(reader.manifest.get(name), kind):
            raise archive.broken(reader.name, f"its {archive.MANIFEST} does not say '{name}'")
    if not all(
        isinstance(table, dict) and isinstance(table.get("rows"), int) for table in reader.manifest["tables"].values()
    ):
        raise archive.broken(reader.name, f"its {archive.MANIFEST} does not say how many rows there are")


def refuse_newer_server(made_with: str, here: int) -> None:
    """A dump can be read by its own PostgreSQL and by newer ones. ``made_with``: "15.20 (Debian …)"; ``here``: the major version."""
    theirs = made_with.partition(".")[0]
    if theirs.isdecimal() and int(theirs) > here:
        raise Failure(
            "Archive",
            f"it was made with PostgreSQL {theirs}; PostgreSQL {here}, which is used here, cannot read it",
            f"restore it with PostgreSQL {theirs} or newer (docs/handbook/operator.md, The private cluster); nothing was changed",
        )


def _refuse_newer(reader: archive.Reader) -> None:
    """An archive may be older than this checkout (it is migrated afterwards), never newer."""
    unknown = preparation.unknown_migrations(reader.manifest["migrations"])
    if unknown:
        raise Failure(
            "Archive",
            f"it was made by a newer Stadtherz (it knows {unknown[0]})",
            "update this checkout first; nothing was changed",
        )


def _require_empty(known: dict[str, str], *, replace: bool) -> None:
    with psycopg.connect(known["STADTHERZ_DATABASE_OWNER_URL"]) as connection:
        row = connection.execute("SELECT to_regclass('municipalities_municipality')").fetchone()
        if row is None or row[0] is None:
            return
        row = connection.execute("SELECT count(*) FROM municipalities_municipality").fetchone()
    if row and row[0] and not replace:
        raise Failure(
            STEP,
            f"there is data here already ({row[0]} municipalities)",
            "./stadtherz backup it first; then repeat with --replace",
        )


@contextmanager
def _beside(reader: archive.Reader, address: str, target: str) -> Iterator[str]:
    """The archive's database under another name, compared with the manifest; removed when anything is wrong."""
    beside = f"{target}_restored"
    with psycopg.connect(address, dbname="postgres", autocommit=True) as server:
        may = server.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if not may or not may[0]:
            raise Failure(
                STEP,
                "only a superuser of the server may make the extensions of a restored database",
                "./stadtherz restore FILE --dsn postgresql://postgres@…/stadtherz; nothing was changed",
            )
        refuse_newer_server(reader.manifest["postgresql"], server.info.server_version // 10_000)
        _drop(server, beside)
        owner = server.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [target]
        ).fetchone()
        assert owner is not None
        made = "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C.UTF-8'"
        try:
            server.execute(sql.SQL(made).format(sql.Identifier(beside), sql.Identifier(owner[0])))
            _fill(reader, conninfo.make_conninfo(address, dbname=beside))
            yield beside
        except psycopg.Error as problem:
            raise Failure(STEP, f"the server refuses: {str(problem).strip()}", TRY_AGAIN) from problem
        finally:
            _drop(server, beside)


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(reader: archive.Reader, address: str) -> None:
    with tempfile.TemporaryDirectory(dir=places.VAR, prefix="restore-") as folder:
        dump = Path(folder) / archive.DUMP
        try:
            with reader.archive.open(archive.DUMP) as source, dump.open("wb") as target:
                shutil.copyfileobj(source, target, archive.PIECE)
        except OSError as problem:
            raise Failure(
                STEP,
                f"the dump cannot be unpacked at {places.VAR}: {problem.strerror}",
                "make room; nothing was changed",
            ) from problem
        command = [
            backup.postgres_program("pg_restore"),
            "--exit-on-error",
            "--jobs=2",
            f"--dbname={address}",
            str(dump),
        ]
        steps.run(command, step=STEP, remedy=TRY_AGAIN, env=cluster.clean_environment())
    with psycopg.connect(address) as connection:
        facts.prepare(connection)
        different = facts.differences(reader.manifest["tables"], facts.of_tables(connection))
        different += facts.fallen_back(reader.manifest["sequences"], facts.of_sequences(connection))
    if different:
        raise Failure(STEP, f"these differ from the archive: {', '.join(different[:5])}", TRY_AGAIN)


def swap_databases(address: str, beside: str, target: str) -> None:
    """Give the restored database the name of the present one; both renames happen or none."""
    old = f"{target}_before_restore"
    with psycopg.connect(address, dbname="postgres", autocommit=True) as server:
        _drop(server, old)
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)", [[target, beside]]
        )
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        with server.transaction():
            server.execute(rename.format(sql.Identifier(target), sql.Identifier(old)))
            server.execute(rename.format(sql.Identifier(beside), sql.Identifier(target)))
        _drop(server, old)


@contextmanager
def _files_beside(reader: archive.Reader) -> Iterator[Path]:
    """The archive's files in a folder beside the present ones; removed when they cannot be unpacked, or the block fails."""
    fresh = places.VAR / "media.restored"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        _unpack_files(reader, fresh)
        yield fresh
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _unpack_files(reader: archive.Reader, fresh: Path) -> None:
    try:
        for path, name in reader.files():
            file = fresh / path
            file.parent.mkdir(parents=True, exist_ok=True)
            with reader.archive.open(name) as source, file.open("wb") as target:
                shutil.copyfileobj(source, target, archive.PIECE)
    except OSError as problem:
        raise Failure(
            STEP, f"the files cannot be unpacked at {places.VAR}: {problem.strerror}", "make room; nothing was changed"
        ) from problem


def _swap_files(fresh: Path) -> None:
    old = places.VAR / "media.before-restore"
    shutil.rmtree(old, ignore_errors=True)
    if places.MEDIA.exists():
        places.MEDIA.rename(old)
    fresh.rename(places.MEDIA)
    shutil.rmtree(old, ignore_errors=True)
