# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Brings an installation up to date: packages, cluster, tables, translations, static files. Nothing is done twice."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stadtherz.ops import cluster, installation, packages, places, run_lock, stamps, steps
from stadtherz.ops.processes import dies_with_parent
from stadtherz.ops.steps import Failure

if TYPE_CHECKING:
    import psycopg


@contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time in a checkout; a second one waits."""
    places.prepare()
    with (places.ROOT / "var" / "setup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            steps.say("    Another set-up is running in this checkout; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lay_ground(
    *, extra: Iterable[packages.Need] = (), cluster_too: bool = True, kind: Literal["main", "test"] = "main"
) -> None:
    """Packages, front end, an empty cluster, translations: everything that needs no database server."""
    private = cluster_too and not installation.own_server()
    packages.install_missing([*packages.needs_of_the_platform(private_cluster=private), *extra])
    packages.install_node_packages()
    if private:
        cluster.private(kind).make()
    compile_translations()


def translation_files() -> list[Path]:
    return sorted(places.SOURCE.glob("stadtherz/**/locale/*/LC_MESSAGES/*.po"))


def compile_translations() -> None:
    """Compile every .po whose .mo is missing or older in content."""
    files = translation_files()
    fingerprint = stamps.of_files(files)
    if stamps.OF_CHECKOUT.fresh("translations", fingerprint) and all(
        file.with_suffix(".mo").exists() for file in files
    ):
        return
    with steps.step("Translations") as running:
        running.note = f"{len(files)} files"
        for file in files:
            steps.run(
                ["msgfmt", "--check-format", "-o", file.with_suffix(".mo"), file],
                step="Translations",
                remedy=f"correct {file.relative_to(places.ROOT)} at the line named above",
            )
    stamps.OF_CHECKOUT.keep("translations", fingerprint)


# -- what needs the database -------------------------------------------------------------------------------------------


def _inputs_of_tables() -> str:
    source = places.SOURCE / "stadtherz"
    files = [*source.glob("**/migrations/*.py"), *source.glob("**/models.py"), *source.glob("**/models/*.py")]
    files += [source / "kernel/municipalities/locks.py", places.REQUIREMENTS / "runtime.txt"]
    return stamps.of_files(files)


def _state_of_tables(url: str) -> str:
    """What the database itself says about its migrations: proof that a stamp belongs to this database."""
    import psycopg

    with psycopg.connect(url, connect_timeout=5) as connection:
        known = connection.execute("SELECT to_regclass('public.django_migrations')").fetchone()
        if known is None or known[0] is None:
            return "empty"
        row = connection.execute(
            "SELECT md5(string_agg(app || '.' || name, ',' ORDER BY app, name)) FROM django_migrations"
        ).fetchone()
        return str(row[0]) if row else "empty"


def unknown_migrations(names: Iterable[str]) -> list[str]:
    """Those of our rooms' migrations ("participation.0007_…") that this checkout does not have: a newer one made them."""
    here = {f"{file.parents[1].name}.{file.stem}" for file in places.SOURCE.glob("stadtherz/**/migrations/*.py")}
    labels = {name.partition(".")[0] for name in here}
    return [name for name in names if name.partition(".")[0] in labels and name not in here]


def require_no_newer_tables(known: dict[str, str]) -> None:
    """Old code on new tables would run until the first write that they refuse. Raises ``Failure``."""
    import psycopg

    if _state_of_tables(known["STADTHERZ_DATABASE_OWNER_URL"]) == "empty":
        return
    with psycopg.connect(known["STADTHERZ_DATABASE_OWNER_URL"], connect_timeout=5) as connection:
        refuse_newer_tables(connection)


def refuse_newer_tables(connection: psycopg.Connection[Any]) -> None:
    """Raises ``Failure`` when a newer version has worked on these tables."""
    from stadtherz.ops import facts

    unknown = unknown_migrations(facts.of_migrations(connection))
    if unknown:
        raise Failure(
            "Database tables",
            f"a newer Stadtherz has made them (they know {unknown[0]})",
            "check out the newer version again; or go back with the data from before the update: "
            "./stadtherz restore FILE --replace",
        )


def static_inputs() -> str:
    files = (file for file in places.SOURCE.glob("stadtherz/**/static/**/*") if file.is_file())
    fixed = stamps.of_files([places.ROOT / "package-lock.json", places.REQUIREMENTS / "runtime.txt"])
    return stamps.of_states(files, fixed, str(places.STATIC))


def tables_are_fresh(known: dict[str, str]) -> bool:
    state = _state_of_tables(known["STADTHERZ_DATABASE_OWNER_URL"])
    return stamps.OF_DATA.fresh("tables", f"{_inputs_of_tables()} {state}")


def static_is_fresh() -> bool:
    return stamps.OF_DATA.fresh("static", static_inputs()) and static_is_whole()


def static_is_whole() -> bool:
    """Whether every file is there that pages will ask for: one that is missing shows only where it is missed."""
    try:
        names = json.loads((places.STATIC / "staticfiles.json").read_text())["paths"].values()
    except (OSError, ValueError, KeyError, AttributeError):
        return False
    return all((places.STATIC / name).exists() for name in names)


def bring_up_to_date(known: dict[str, str]) -> None:
    """Tables and static files; a single Django process does what is needed, none is started when nothing is."""
    work = []
    if not tables_are_fresh(known):
        require_no_newer_tables(known)
        work.append("tables")
    if not static_is_fresh():
        work.append("static")
    if work:
        in_django(work, installation.as_owner(known))
    if "tables" in work:
        stamps.OF_DATA.keep(
            "tables", f"{_inputs_of_tables()} {_state_of_tables(known['STADTHERZ_DATABASE_OWNER_URL'])}"
        )
    if "static" in work:
        stamps.OF_DATA.keep("static", static_inputs())


def in_django(work: list[str], known: dict[str, str]) -> None:
    """Do named pieces of work in one Django process, which reports its own steps."""
    command = [sys.executable, "-m", "stadtherz.ops.django_work", *work]
    done = subprocess.run(
        command,
        env=known | {"SH_STEPS_DONE": str(steps.taken())},
        stdin=subprocess.DEVNULL,
        preexec_fn=dies_with_parent(signal.SIGTERM),  # nobody changes tables beside the next start
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.returncode)  # it has said what was wrong
    steps.count(len(work))


def set_up() -> None:
    """The verb setup: everything up to a database with tables."""
    with alone():
        lay_ground()
        with installation.database() as known:
            if not tables_are_fresh(known):
                _refuse_under_a_running_platform()
            bring_up_to_date(known)


def _refuse_under_a_running_platform() -> None:
    """Its code does not know what the tables would become."""
    if run_lock.running_since() is not None:
        raise Failure(
            "Database tables",
            "the platform is running, and its code is older than what the tables are to become",
            "end it (Ctrl-C, or systemctl stop stadtherz), then start it again: ./stadtherz run brings everything up to date",
        )


def require_tables(known: dict[str, str]) -> None:
    """For verbs that work on existing data: say plainly when there is none yet."""
    if _state_of_tables(known["STADTHERZ_DATABASE_OWNER_URL"]) == "empty":
        raise Failure("Database", "there are no tables yet", "./stadtherz setup")


def require_set_up() -> None:
    """For verbs that need the private cluster: say plainly when set-up has not been run."""
    if not installation.own_server() and not cluster.private().exists():
        raise Failure(
            "Database",
            "this checkout has not been set up yet",
            f"./stadtherz setup{'' if os.access(places.ROOT, os.W_OK) else ' (as the owner of the checkout)'}",
        )
