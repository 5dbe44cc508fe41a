# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The private PostgreSQL cluster: where it lies, how it is made, started and stopped.

It speaks only through a unix socket in a folder of mode 0700, so two checkouts on one machine never meet. Who uses the
cluster holds a shared lock on a file; the last one to let go stops it. The kernel drops locks with their process, and a
guardian waits for that moment, so that nothing stays behind even when every user of the cluster was killed.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

from stadtherz.ops import cluster_place, ownership, packages, places, steps
from stadtherz.ops.cluster_settings import EXTENSIONS, OWNER, SETTINGS, SETTINGS_OF_TESTS, roles
from stadtherz.ops.processes import is_alive
from stadtherz.ops.steps import Failure

STEP = "Database cluster"
DATABASE = "stadtherz"
START_SECONDS = 60


@dataclass(slots=True)
class Cluster:
    """One private cluster: "main" keeps the platform's data, "test" is thrown away."""

    kind: Literal["main", "test"]
    folder: Path
    user: str | None  # whom to become; None: the cluster runs as ourselves
    _held: IO[bytes] | None = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        near = self.folder / "socket"
        if len(os.fsencode(near / cluster_place.SOCKET_NAME)) <= cluster_place.LONGEST_SOCKET_PATH:
            return near
        return cluster_place.far_folder(self.kind) / "socket"

    @property
    def superuser(self) -> str:
        return "postgres"

    def url(self, role: str, database: str = DATABASE) -> str:
        from urllib.parse import quote

        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='/')}"

    # -- state ---------------------------------------------------------------------------------------------------

    def version(self) -> int:
        """The version of the data, or the newest on this machine for a cluster yet to be made."""
        try:
            made_by = int((self.data / "PG_VERSION").read_text())
        except (OSError, ValueError):
            made_by = 0
        on_machine = packages.postgres_versions()
        if made_by and made_by not in on_machine:
            raise Failure(
                STEP,
                f"the data in {self.data} belongs to PostgreSQL {made_by}, which is not installed",
                f"apt-get install postgresql-{made_by} postgresql-{made_by}-postgis-3 (or restore a backup into a new cluster)",
            )
        if not on_machine:
            raise Failure(STEP, "no PostgreSQL with PostGIS on this machine", "./stadtherz setup")
        return made_by or on_machine[0]

    def program(self, name: str) -> Path:
        return packages.POSTGRES_ROOT / str(self.version()) / "bin" / name

    def exists(self) -> bool:
        return (self.folder / "complete").exists()

    def pid(self) -> int | None:
        """The server's process, or None when none is running on this data."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError, IndexError):
            return None
        return pid if os.fsencode(self.data) in arguments else None

    # -- making --------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Create the cluster if it is not there: data, settings, extensions, roles and the empty database."""
        if self.exists():
            return
        with steps.step(STEP if self.kind == "main" else "Database cluster for tests") as running:
            running.note = str(self.folder)
            cluster_place.require_space(self.folder)
            self._make_folders()
            self._initialise()
            self._start_server()
            try:
                self._sql("template1", *(f"CREATE EXTENSION IF NOT EXISTS {name}" for name in EXTENSIONS))
                self._sql("postgres", *roles(), f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            finally:
                self._stop_server()
            self._as_user(["touch", str(self.folder / "complete")])

    def make_database_again(self) -> None:
        """Throw the platform's database away and make it anew, empty; the cluster must be held."""
        self._sql(
            "postgres", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE} OWNER {OWNER}"
        )

    def _make_folders(self) -> None:
        top = self.socket.parents[1]
        if (
            top.parent == cluster_place.FAR
        ):  # a place where anybody may write: trust nothing that another user has laid there
            top.mkdir(exist_ok=True, mode=0o711)
            seen = top.lstat()
            if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid() or seen.st_mode & 0o022:
                raise ownership.somebody_elses(top, STEP)
            (top / cluster_place.BELONGS_TO).write_text(str(places.VAR))
        for folder in dict.fromkeys((self.folder, self.socket.parent, self.socket)):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            owner = pwd.getpwnam(self.user) if self.user else pwd.getpwuid(os.geteuid())
            if self.user and folder.stat().st_uid == 0:
                os.chown(folder, owner.pw_uid, owner.pw_gid)
            if folder.is_symlink() or folder.stat().st_uid != owner.pw_uid:
                raise ownership.somebody_elses(folder, STEP)
            folder.chmod(0o700)

    def _initialise(self) -> None:
        unfinished = self.folder / "data"
        if unfinished.exists():
            shutil.rmtree(unfinished)  # no "complete" beside it: an earlier set-up was cut off before any use
        self._as_user(
            [str(self.program("initdb")), "-D", str(self.data), "-U", self.superuser, "-E", "UTF8", "--auth-local=trust",
             "--auth-host=reject", "--locale-provider=icu", "--icu-locale=de-DE", "--locale=C.UTF-8", "--data-checksums",
             *(["--no-sync"] if self.kind == "test" else [])]
        )  # fmt: skip
        settings = SETTINGS | (SETTINGS_OF_TESTS if self.kind == "test" else {})
        settings["unix_socket_directories"] = "'" + str(self.socket).replace("'", "''") + "'"
        settings["unix_socket_permissions"] = "0700"
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(
                f"\n# Set by ./stadtherz; your own settings belong into conf.d/*.conf.\n{lines}include_dir = 'conf.d'\n"
            )
        self._as_user(["mkdir", "-p", str(self.data / "conf.d")])

    def _sql(self, database: str, *statements: str) -> None:
        command = [
            str(self.program("psql")),
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            str(self.socket),
            "-U",
            self.superuser,
            "-d",
            database,
        ]
        for statement in statements:
            command += ["-c", statement]
        self._as_user(command)

    def _as_user(self, command: Sequence[str]) -> str:
        return steps.run(
            command,
            step=STEP,
            remedy=f"read the message above; the server's log lies in {self.data}/log",
            env=clean_environment(),
            cwd=Path("/"),
            user=self.user,
        )

    # -- starting and stopping -----------------------------------------------------------------------------------

    def hold(self) -> None:
        """Use the cluster until `let_go`, or until this process ends; starts the server if none is running."""
        if self._held is not None:
            return
        self.make()
        self._make_folders()
        held = (self.folder / "users.lock").open("ab")
        fcntl.flock(held, fcntl.LOCK_SH)
        with (self.folder / "start.lock").open("ab") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if self.pid() is None:
                self._start_or_make_again()
            self._watch()
        self._held = held

    def let_go(self) -> None:
        """Stop using the cluster; the last user stops the server."""
        if self._held is None:
            return
        held, self._held = self._held, None
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()  # others still use it
            return
        self._stop_server()
        guardian = self._guardian()
        held.close()
        until = time.monotonic() + 2
        while guardian and Path(f"/proc/{guardian}").exists() and time.monotonic() < until:
            time.sleep(0.01)
            _reap(guardian)

    def revive(self) -> None:
        """Start the server again after it died while we were holding it."""
        with (self.folder / "start.lock").open("ab") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if self.pid() is None:
                self._start_server()

    def _start_or_make_again(self) -> None:
        try:
            self._start_server()
        except Failure:
            if self.kind == "main":
                raise
            (self.folder / "complete").unlink(missing_ok=True)  # test data did not survive a crash, as agreed
            self.make()
            self._start_server()

    def _start_server(self) -> None:
        self._sweep()
        log = self.folder / "start.log"
        log.unlink(missing_ok=True)
        command = [
            str(self.program("pg_ctl")),
            "start",
            "-s",
            "-w",
            "-t",
            str(START_SECONDS),
            "-D",
            str(self.data),
            "-l",
            str(log),
        ]
        try:
            self._as_user(command)
        except Failure as failure:
            tail = "\n    ".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
            no_room = "No space left" in tail or "Disk quota" in tail
            remedy = (
                "make room on the disk"
                if no_room
                else f"read the log: {log} and {self.data}/log; './stadtherz doctor' knows the usual reasons"
            )
            raise Failure(STEP, f"the server did not start:\n    {tail or failure.reason}", remedy) from failure

    def _sweep(self) -> None:
        """Clear away what a killed server left: its pid file when that process is somebody else's by now."""
        leftover = self.data / "postmaster.pid"
        if leftover.exists() and self.pid() is None:
            leftover.unlink(missing_ok=True)
            for file in self.socket.glob(".s.PGSQL.*"):
                file.unlink(missing_ok=True)
            self._wait_for_orphans()

    def _wait_for_orphans(self) -> None:
        """Sessions of a killed server notice its death within moments; a new server refuses to start before."""
        until = time.monotonic() + 10
        mark = str(self.data)
        while time.monotonic() < until:
            cwds = (Path(entry) / "cwd" for entry in Path("/proc").glob("[0-9]*"))
            if not any(_link(cwd) == mark for cwd in cwds):
                return
            time.sleep(0.05)

    def _stop_server(self) -> None:
        pid = self.pid()
        if pid is None:
            return
        for how, seconds in ((signal.SIGINT, 3.0), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 1.0)):
            try:
                os.kill(pid, how)  # fast, immediate, and the last resort
            except ProcessLookupError:
                return
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                if not is_alive(pid):
                    self._wait_for_orphans()  # its log writer goes a moment later
                    return
                time.sleep(0.01)

    def _watch(self) -> None:
        """Leave a guardian that stops the server when the last user is gone, however it went."""
        guardian = self._guardian()
        if guardian and Path(f"/proc/{guardian}").exists():
            return
        command = [
            "flock",
            "-x",
            str(self.folder / "users.lock"),
            str(self.program("pg_ctl")),
            "stop",
            "-s",
            "-m",
            "fast",
            "-D",
            str(self.data),
        ]
        # flock opens the lock file itself: our own descriptor is not inherited, so it waits for us as well.
        watching = subprocess.Popen(
            command,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            start_new_session=True,
            cwd="/",
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        (self.folder / "guardian.pid").write_text(str(watching.pid))

    def _guardian(self) -> int | None:
        try:
            pid = int((self.folder / "guardian.pid").read_text())
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if os.fsencode(self.folder / "users.lock") in arguments else None

    def remove(self) -> None:
        """Throw the whole cluster away."""
        self._stop_server()
        shutil.rmtree(self.folder, ignore_errors=True)


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def clean_environment() -> dict[str, str]:
    """Our environment without what would lead PostgreSQL's programs astray (PGHOST, PGDATA, a German terminal)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8", "LANGUAGE": ""}


def private(kind: Literal["main", "test"] = "main") -> Cluster:
    """The checkout's private cluster. Root hands it to the user postgres, for PostgreSQL refuses to run as root."""
    near = places.VAR / ("postgres" if kind == "main" else "postgres-test")
    if os.geteuid() != 0:
        return Cluster(kind, near, None)
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise Failure(
            STEP,
            "PostgreSQL does not run as root, and there is no user postgres",
            "./stadtherz setup, or: adduser --system --group postgres",
        ) from None
    places.VAR.mkdir(exist_ok=True)
    # Where a user has set up one near by already, a second one far away would be an empty town beside it.
    is_near = (near / "complete").exists() or cluster_place.reachable("postgres", places.VAR)
    return Cluster(kind, near if is_near else cluster_place.far_folder(kind), "postgres")
