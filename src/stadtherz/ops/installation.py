# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One installation as the verbs see it: its options, its database, and the environment that Django runs in."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from stadtherz.config import options as declared
from stadtherz.ops import cluster as clusters
from stadtherz.ops import places
from stadtherz.ops.cluster_settings import OWNER, WEB
from stadtherz.ops.steps import Failure

SETTINGS = "Settings"


def options() -> dict[str, Any]:
    """The options of this installation; Failure names the one that cannot be understood."""
    try:
        return declared.read()
    except declared.OptionError as problem:
        raise Failure(SETTINGS, str(problem), "correct it; docs/configuration.md explains every option", 2) from problem


def own_server() -> bool:
    """Whether STADTHERZ_DATABASE_URL names a server of the operator's instead of the private cluster."""
    return bool(options()["database_url"])


def environment(cluster: clusters.Cluster | None) -> dict[str, str]:
    """The environment for Django: settings module, import path, database of the web role and of the owner."""
    wanted = dict(os.environ)
    wanted |= {"PYTHONPATH": str(places.SOURCE), "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings"}
    if cluster is not None:
        wanted["STADTHERZ_DATABASE_URL"] = cluster.url(WEB)
        wanted["STADTHERZ_DATABASE_OWNER_URL"] = cluster.url(OWNER)
    else:
        known = options()
        wanted["STADTHERZ_DATABASE_URL"] = known["database_url"]
        wanted["STADTHERZ_DATABASE_OWNER_URL"] = known["database_owner_url"] or known["database_url"]
    return wanted


def as_owner(known: dict[str, str]) -> dict[str, str]:
    """The same environment for what changes tables: connected as their owner."""
    return known | {"STADTHERZ_DATABASE_URL": known["STADTHERZ_DATABASE_OWNER_URL"]}


def check_own_server(known: dict[str, str]) -> None:
    """Fail early, and in plain words, when the operator's server does not answer."""
    import psycopg
    from psycopg import conninfo

    for name in ("STADTHERZ_DATABASE_URL", "STADTHERZ_DATABASE_OWNER_URL"):
        try:
            conninfo.conninfo_to_dict(known[name])
        except psycopg.Error:  # its message quotes the address, and the address may hold a password
            raise Failure(
                SETTINGS,
                f"{name} is no address of a database",
                "write it as postgresql://stadtherz_web:…@db.example.org/stadtherz; docs/configuration.md",
            ) from None
        try:
            psycopg.connect(known[name], connect_timeout=5).close()
        except psycopg.Error as problem:
            raise Failure(
                "Database server",
                f"the server that {name} names cannot be used: {str(problem).strip()}",
                "start it, or correct the address; docs/handbook/operator.md, 'A database server of your own', lists what it needs",
            ) from problem


@contextmanager
def database(kind: Literal["main", "test"] = "main") -> Iterator[dict[str, str]]:
    """Hold the database for as long as the block runs; yields the environment for Django."""
    if own_server():
        known = environment(None)
        check_own_server(known)
        yield known
        return
    cluster = clusters.private(kind)
    cluster.hold()
    try:
        yield environment(cluster)
    finally:
        cluster.let_go()


def django(arguments: Sequence[str | Path], known: dict[str, str]) -> int:
    """Run a Django command in the foreground; Ctrl-C reaches it, and we wait for its end."""
    return foreground([sys.executable, "-m", "stadtherz.ops.django_command", *map(str, arguments)], known)


def foreground(command: Sequence[str], known: dict[str, str], cwd: Path | None = None) -> int:
    """Run a command with our terminal; signals sent to us alone are handed on. Returns its exit code."""
    from stadtherz.ops.processes import dies_with_parent

    running = subprocess.Popen(command, env=known, cwd=cwd, preexec_fn=dies_with_parent(signal.SIGTERM))
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal has sent it to the child as well
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: running.send_signal(received))
    try:
        code = running.wait()
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def environment_without_database() -> dict[str, str]:
    """For Django commands that only read the source: an address that is never used."""
    known = dict(os.environ) | {"PYTHONPATH": str(places.SOURCE), "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings"}
    known.setdefault("STADTHERZ_DATABASE_URL", "postgresql:///unused")
    return known


def command_exists(name: str) -> bool:
    """Whether one of our rooms brings this Django command; looked up without starting Django."""
    return any(places.SOURCE.glob(f"stadtherz/**/management/commands/{name}.py"))
