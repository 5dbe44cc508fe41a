# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verb doctor: looks at everything that an installation needs, and says of each trouble how to mend it."""

import argparse
import json
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from stadtherz.ops import (
    cluster,
    cluster_place,
    database_health,
    installation,
    ownership,
    packages,
    places,
    preparation,
    run_lock,
    stamps,
    steps,
)
from stadtherz.ops.processes import port_problem
from stadtherz.ops.steps import Failure

BRING_UP_TO_DATE = "./stadtherz setup (./stadtherz run does it by itself)"
SIGNS = {"well": "✓", "odd": "!", "wrong": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do about it unless it is well."""

    what: str
    state: Literal["well", "odd", "wrong"]
    fact: str
    remedy: str = ""


def run(asked: argparse.Namespace) -> int:
    places.prepare()
    findings = list(examine())
    if asked.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1, ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{SIGNS[finding.state]} {finding.what}: {finding.fact}")
            if finding.remedy:
                print(f"    → {finding.remedy}")
        wrong = sum(finding.state == "wrong" for finding in findings)
        odd = sum(finding.state == "odd" for finding in findings)
        print(f"\n{len(findings)} looked at: {wrong} wrong, {odd} odd.")
    return int(any(finding.state == "wrong" for finding in findings))


def examine() -> Iterator[Finding]:
    """All findings; an examination that itself fails becomes one, and the next ones still take place."""
    for look in (
        python,
        settings,
        secrets,
        debian_packages,
        disk,
        clock,
        front_end,
        translations,
        static_files,
        stale_files,
        running_code,
        port,
        mail,
        database,
    ):
        try:
            yield from look()
        except Failure as failure:
            if look is not settings and failure.step == installation.SETTINGS:
                continue  # said once, where settings are looked at; what depends on them cannot be judged
            yield Finding(look.__name__.replace("_", " "), "wrong", failure.reason, failure.remedy)
        except OSError as problem:
            found = ownership.in_words(problem, look.__name__)
            if found is None:
                raise
            yield Finding(look.__name__.replace("_", " "), "wrong", found.reason, found.remedy)


def _judge(what: str, good: bool, fact: str, trouble: str, remedy: str, *, mild: bool = False) -> Finding:
    if good:
        return Finding(what, "well", fact)
    return Finding(what, "odd" if mild else "wrong", trouble, remedy)


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield _judge(
        "Python",
        sys.version_info >= (3, 11),
        version,
        f"{version} is too old",
        "install Python 3.11 or newer, then rm -r var/venv",
    )
    for name in ("runtime", "dev"):
        if name == "dev" and not (places.VENV / "bin" / "ruff").exists():
            continue
        wanted = _pinned(name)
        different = [
            f"{package} {installed or 'missing'} instead of {wanted[package]}"
            for package, installed in _installed(wanted).items()
            if installed != wanted[package]
        ]
        yield _judge(
            f"Python packages ({name})", not different, f"{len(wanted)} as pinned", "; ".join(different[:4]),
            "rm var/venv/.stadtherz-stamp, then ./stadtherz setup", mild=name == "dev",
        )  # fmt: skip


def _pinned(name: str) -> dict[str, str]:
    """Package and version of each requirement that applies to this machine."""
    from packaging.requirements import Requirement

    pinned = {}
    for line in (places.REQUIREMENTS / f"{name}.txt").read_text().splitlines():
        if line and not line.startswith(("#", " ")):
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.marker is None or requirement.marker.evaluate():
                pinned[requirement.name] = str(requirement.specifier).removeprefix("==")
    return pinned


def _installed(wanted: dict[str, str]) -> dict[str, str | None]:
    from importlib.metadata import PackageNotFoundError, version

    found: dict[str, str | None] = {}
    for package in wanted:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def settings() -> Iterator[Finding]:
    known = installation.options()  # an unknown or unreadable option ends this examination with its own message
    yield Finding(
        "Settings",
        "well",
        f"{places.SETTINGS_FILE if places.SETTINGS_FILE.exists() else 'environment only'}, all understood",
    )
    if known["production"]:
        yield _judge("Production", bool(known["trusted_proxy"]), "behind a trusted proxy", "nothing is said about a reverse proxy",
                     "if one ends TLS in front of this, set STADTHERZ_TRUSTED_PROXY=1", mild=True)  # fmt: skip


def secrets() -> Iterator[Finding]:
    """Who reads the key can sign in as anybody; the settings may hold passwords of database and mail server."""
    there = [file for file in (places.VAR / "secret_key", places.VAR / "stadtherz.toml") if file.exists()]
    open_ones = shlex.join(str(file) for file in there if file.stat().st_mode & 0o077)
    yield _judge(
        "Secrets",
        not open_ones,
        "readable by their owner only",
        f"others on this machine can read {open_ones}",
        f"chmod 600 {open_ones}",
    )


def debian_packages() -> Iterator[Finding]:
    needs = packages.needs_of_the_platform(private_cluster=not installation.own_server())
    missing = [need for need in needs if not need.present()]
    names = " ".join(sorted({package for need in missing for package in need.packages}))
    yield _judge(
        "Debian packages",
        not missing,
        f"{len(needs)} needs met",
        f"missing: {', '.join(n.what for n in missing)}",
        f"./stadtherz setup, or: apt-get install {names}",
    )
    yield _judge(
        "System",
        packages.system() in packages.TRIED_ON,
        packages.system(),
        f"{packages.system()} is untried",
        f"tell us how it went; it is tried on {' and '.join(packages.TRIED_ON)}",
        mild=True,
    )


def disk() -> Iterator[Finding]:
    for what, folder in (("Disk space", places.VAR), ("Disk space for the database", _cluster_folder())):
        if folder is None or not folder.exists():
            continue
        use = shutil.disk_usage(folder)
        free = f"{use.free / 1e9:.1f} GB free at {folder}"
        yield _judge(
            what, use.free > 2e9, free, free, "make room: below 1 GB backups and imports fail", mild=use.free > 0.5e9
        )


def _cluster_folder() -> Path | None:
    return None if installation.own_server() else cluster.private().folder


def clock() -> Iterator[Finding]:
    newest = max(file.stat().st_mtime for file in (places.REQUIREMENTS / "runtime.txt", places.ROOT / "package.json"))
    yield _judge("Clock", time.time() > newest - 86400, time.strftime("%Y-%m-%d %H:%M:%S %Z"), "the clock is behind the files of this checkout",
                 "set the clock (timedatectl set-ntp true): one-time codes and sessions depend on it")  # fmt: skip


def front_end() -> Iterator[Finding]:
    inputs = stamps.of_files([places.ROOT / "package-lock.json", places.ROOT / "package.json", places.ROOT / ".npmrc"])
    good = stamps.OF_CHECKOUT.fresh("node-packages", inputs) and places.NODE_MODULES.is_dir()
    yield _judge(
        "Front-end packages", good, "as locked", "missing or older than package-lock.json", "./stadtherz setup"
    )


def translations() -> Iterator[Finding]:
    files = preparation.translation_files()
    good = stamps.OF_CHECKOUT.fresh("translations", stamps.of_files(files)) and all(
        file.with_suffix(".mo").exists() for file in files
    )
    yield _judge(
        "Translations", good, f"{len(files)} compiled", "not compiled, or older than their sources", BRING_UP_TO_DATE
    )


def static_files() -> Iterator[Finding]:
    yield _judge(
        "Static files",
        preparation.static_is_fresh(),
        "collected",
        "not collected, or older than their sources",
        BRING_UP_TO_DATE,
    )


def stale_files() -> Iterator[Finding]:
    leftovers = [
        *places.VAR.glob("restore-*"),
        *places.VAR.glob("media.restored"),
        *places.VAR.glob("media.before-restore"),
    ]
    names = shlex.join(str(file) for file in leftovers)
    yield _judge(
        "Leftovers",
        not leftovers,
        "none",
        f"of an interrupted restore: {names}",
        f"repeat that restore with --replace; or look at them, then: rm -r {names}",
        mild=True,
    )
    lost = shlex.join(str(folder) for folder in cluster_place.abandoned())
    yield _judge(
        "Abandoned clusters",
        not lost,
        "none",
        f"of checkouts that are no more: {lost}",
        f"rm -r {lost}, if nobody wants that data back",
        mild=True,
    )


def running_code() -> Iterator[Finding]:
    runs = run_lock.running_since() is not None
    yield _judge(
        "Running code", not run_lock.runs_old_code(), "that of this checkout" if runs else "nothing runs here",
        "the code has changed since the platform was started",
        "end the platform (Ctrl-C, or systemctl stop stadtherz) and start it again: docs/handbook/operator.md, An update",
    )  # fmt: skip


def port() -> Iterator[Finding]:
    known = installation.options()
    problem = port_problem(known["host"], known["port"])
    yield _judge(
        "Port",
        problem is None,
        f"{known['port']} is free",
        f"{problem}",
        "that is right while the platform runs; else see ./stadtherz run --help",
        mild=True,
    )


def mail() -> Iterator[Finding]:
    known = installation.options()
    if known["mail_url"]:
        yield Finding("Mail", "well", f"sent as {known['mail_from']}")
    else:
        yield _judge(
            "Mail",
            not known["production"],
            "kept and shown at /dev/mail",
            "kept, and never sent",
            "set STADTHERZ_MAIL_URL (smtp://user:password@host:port)",
        )


def database() -> Iterator[Finding]:
    if not installation.own_server() and not cluster.private().exists():
        yield Finding("Database", "wrong", "not set up yet", "./stadtherz setup")
        return
    with installation.database() as known:
        for what, good, fact, trouble, remedy in database_health.examine(known):
            yield _judge(what, good, fact, trouble, remedy)
        preparation.require_no_newer_tables(known)
        fresh = preparation.tables_are_fresh(known)
        yield _judge(
            "Tables", fresh, "all migrations are in",
            "migrations are missing (an update, or one that was cut off), or were not run by this command",
            BRING_UP_TO_DATE,
        )  # fmt: skip
        if fresh:
            yield _pictures(known)
            yield from _of_the_town(known)
            yield _judge(*database_health.mail_delivery(known), mild=True)


def _of_the_town(known: dict[str, str]) -> Iterator[Finding]:
    import psycopg

    with psycopg.connect(known["STADTHERZ_DATABASE_OWNER_URL"], connect_timeout=5) as connection:
        yield _judge(*database_health.maps(connection, places.VAR / "osm"))
        yield _judge(*database_health.jobs(connection), mild=True)
        if installation.options()["production"]:
            yield _judge(*database_health.demonstration(connection))


def _pictures(known: dict[str, str]) -> Finding:
    said = steps.run(
        [sys.executable, "-m", "django", "pictures", "missing"], step="Pictures", remedy="./stadtherz setup", env=known
    )
    found = json.loads(said.strip().splitlines()[-1])
    gone = found["missing"]
    return _judge(
        "Pictures", not gone, f"{found['known']}, all with their files",
        f"{len(gone)} of {found['known']} have lost their files: {', '.join(gone[:5])}",
        "restore var/media from a backup, or ./stadtherz restore FILE",
    )  # fmt: skip
