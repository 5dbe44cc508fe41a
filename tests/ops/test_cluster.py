# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The private cluster: made once, shared by those who hold it, gone with the last of them, started after any death."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stadtherz.ops import cluster as clusters
from stadtherz.ops import cluster_place, places
from stadtherz.ops.cluster import Cluster
from stadtherz.ops.cluster_settings import EXTENSIONS, OWNER, WEB
from stadtherz.ops.processes import is_alive

from .command import environment, eventually

HOLDER = """
import sys
from pathlib import Path
from stadtherz.ops.cluster import Cluster
cluster = Cluster("main", Path(sys.argv[1]), sys.argv[2] or None)
cluster.hold()
print("held", flush=True)
sys.stdin.readline()
cluster.let_go()
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A path with spaces that the user postgres can reach too."""
    room = Path(tempfile.mkdtemp(prefix="stadtherz test ", dir="/var/tmp"))
    room.chmod(0o755)
    yield room / "a cluster"
    shutil.rmtree(room, ignore_errors=True)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    user = "postgres" if os.geteuid() == 0 else None
    found = Cluster("main", folder, user)
    yield found
    found.let_go()
    found._stop_server()


def one(cluster: Cluster, question: str, role: str = "postgres") -> object:
    with psycopg.connect(cluster.url(role)) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]
        assert row is not None
        return row[0]


def holder(cluster: Cluster) -> subprocess.Popen[str]:
    """Another process that holds the cluster until it is told to let go, or killed."""
    running = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(cluster.folder), cluster.user or ""],
        env=environment() | {"PYTHONPATH": "src"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "held\n"
    return running


def test_roles_can_neither_bypass_nor_own(cluster: Cluster) -> None:
    cluster.hold()
    with psycopg.connect(cluster.url(OWNER)) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname LIKE 'stadtherz%' ORDER BY 1"
        ).fetchall()
        extensions = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    assert roles == [(OWNER, False, False, False, True), (WEB, False, False, False, False)]
    assert set(EXTENSIONS) - extensions == set()
    assert one(cluster, "SELECT daticulocale FROM pg_database WHERE datname = 'stadtherz'") == "de-DE"


def test_it_listens_only_in_a_folder_of_its_owner(cluster: Cluster) -> None:
    cluster.hold()
    assert one(cluster, "SHOW listen_addresses") == ""
    assert cluster.socket.stat().st_mode & 0o777 == 0o700
    assert cluster.socket.stat().st_uid == pwd.getpwnam(cluster.user).pw_uid if cluster.user else os.geteuid()


def test_the_web_role_cannot_make_tables(cluster: Cluster) -> None:
    cluster.hold()
    with psycopg.connect(cluster.url(WEB)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE loot (id int)")


def test_the_last_user_stops_it(cluster: Cluster) -> None:
    first, second = holder(cluster), holder(cluster)
    pid = cluster.pid()
    assert pid is not None
    first.communicate("\n")
    assert cluster.pid() == pid
    second.communicate("\n")
    assert not is_alive(pid)


def test_it_ends_when_its_only_user_is_killed(cluster: Cluster) -> None:
    user = holder(cluster)
    pid = cluster.pid()
    assert pid is not None
    user.kill()
    user.communicate()
    eventually("the guardian stops the server", lambda: not is_alive(pid), 10)


def test_it_starts_after_kill_9_with_a_stale_pid_file(cluster: Cluster) -> None:
    cluster.hold()
    with psycopg.connect(cluster.url(OWNER)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 41 AS number")
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually("the server is dead", lambda: not is_alive(pid), 10)
    file = cluster.data / "postmaster.pid"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")  # the number belongs to somebody else by now
    cluster.revive()
    assert cluster.pid() not in (None, pid)
    assert one(cluster, "SELECT number FROM kept", OWNER) == 41


def test_an_unfinished_cluster_is_made_again(cluster: Cluster) -> None:
    cluster.make()
    (cluster.folder / "complete").unlink()
    (cluster.data / "PG_VERSION").unlink()
    cluster.hold()
    assert one(cluster, "SELECT 1", WEB) == 1


def test_data_of_a_version_that_is_not_installed_is_named(tmp_path: Path) -> None:
    old = Cluster("main", tmp_path, None)
    old.data.mkdir()
    (old.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(clusters.Failure, match="belongs to PostgreSQL 9, which is not installed"):
        old.version()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    long = Cluster("main", tmp_path / ("a" * 60) / ("b" * 60), None)
    assert len(os.fsencode(long.socket / cluster_place.SOCKET_NAME)) <= cluster_place.LONGEST_SOCKET_PATH


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else's")
def test_a_strangers_folder_is_not_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster_place, "FAR", tmp_path)
    monkeypatch.setattr(cluster_place, "LONGEST_SOCKET_PATH", 1000)
    laid = tmp_path / "stadtherz-0" / "postgres"
    laid.mkdir(parents=True)
    os.chown(laid.parent, 65534, 65534)
    with pytest.raises(clusters.Failure, match="belongs to nobody, not to root") as refused:
        Cluster("main", laid, "postgres")._make_folders()
    assert "sudo -u nobody ./stadtherz" in refused.value.remedy
    assert "rm " not in str(refused.value), "it may hold a town's data"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs a cluster as somebody else")
def test_root_sees_the_cluster_of_a_user_whose_folder_postgres_cannot_enter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else it would make a second, empty town beside the first one's pictures."""
    monkeypatch.setattr(places, "VAR", tmp_path)
    tmp_path.chmod(0o700)
    assert clusters.private().folder == cluster_place.far_folder("main")
    near = tmp_path / "postgres"
    near.mkdir()
    (near / "complete").touch()
    assert clusters.private().folder == near
