# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A whole installation in a folder with spaces that only its owner may enter: set up, run, kill, back up, restore."""

from __future__ import annotations

import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from stadtherz.kernel.outside.tests.ports import free_port
from stadtherz.ops import cluster as clusters
from stadtherz.ops import facts, places
from stadtherz.ops.processes import is_alive

from . import clicks as clicking
from .command import COMMAND, environment, eventually, mentioning, remove, stadtherz


def started(pid: int) -> int:
    """When a process began, in the kernel's ticks."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return 0


@dataclass
class Installation:
    """A data folder, and the run that may be going on in it."""

    data: Path
    running: subprocess.Popen[str] | None = None
    port: int = 0

    def start(self, *words: str) -> float:
        """Start the platform on a free port; returns the seconds until it answered."""
        self.port = free_port()
        log = (self.data / "run.log").open("w")
        self.running = subprocess.Popen(
            [COMMAND, "run", "--port", str(self.port), "--no-demo", *words],
            env=environment(self.data),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return eventually(f"the platform answers; it said: {self.said()}", self.answers)

    def said(self) -> str:
        return (self.data / "run.log").read_text()

    def answers(self) -> bool:
        assert self.running is not None
        assert self.running.poll() is None, self.said()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/", headers={"Host": "localhost"})
            return connection.getresponse().status < 500
        except OSError:
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """End the run; returns the seconds it took."""
        assert self.running is not None
        began = time.monotonic()
        self.running.send_signal(how)
        self.running.wait(timeout=30)
        self.running = None
        return time.monotonic() - began

    def processes(self, word: str) -> list[int]:
        """Ids of its living processes with this command, the oldest first; numbers alone do not tell, for they wrap."""
        found = [pid for pid, command in mentioning(str(self.data)).items() if word in command]
        return sorted(found, key=started)

    def address(self, role: str = "postgres") -> str:
        """Of the cluster's superuser, while the cluster is running."""
        [server] = [command for command in mentioning(str(self.data)).values() if "flock -x" in command]
        found = re.search(r"flock -x (.+)/users\.lock", server)
        assert found
        return f"host='{found[1]}/socket' user={role} dbname=stadtherz"


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    room = Path(tempfile.mkdtemp(prefix="stadtherz test ", dir="/var/tmp"))
    data = room / "a folder with spaces"
    data.mkdir(mode=0o700)
    made = Installation(data)
    began = time.monotonic()
    done = stadtherz("setup", data=data)
    assert done.returncode == 0, done.stderr
    print(f"\nset-up of an installation, packages being there: {time.monotonic() - began:.1f} s")
    yield made
    if made.running:
        made.stop()
    remove(data)
    shutil.rmtree(room, ignore_errors=True)


@pytest.fixture
def platform(installation: Installation) -> Iterator[Installation]:
    """The installation, running."""
    if installation.running is None:
        print(f"\nstart: {installation.start():.1f} s")
    return installation


def test_a_second_set_up_has_nothing_to_do(installation: Installation) -> None:
    done = stadtherz("setup", data=installation.data)
    assert done.returncode == 0
    assert re.findall(r"^\[\d+\]", done.stderr, re.MULTILINE) == []


def test_manage_hands_over_and_returns_its_code(installation: Installation) -> None:
    assert "ops-test" in stadtherz("manage", "shell", "-v0", "-c", "print('ops-test')", data=installation.data).stdout
    assert stadtherz("manage", "no_such_command", data=installation.data).returncode != 0


def test_it_ends_within_five_seconds_and_leaves_nothing(platform: Installation) -> None:
    with socket.create_connection(("127.0.0.1", platform.port)):  # somebody is still connected
        assert platform.stop(signal.SIGINT) < 5
    eventually("nothing is left", lambda: mentioning(str(platform.data)) == {}, 5)


def test_a_second_start_is_quick(installation: Installation) -> None:
    seconds = installation.start()
    print(f"\nsecond start: {seconds:.1f} s")
    assert "Stadtherz answers after" in installation.said() or seconds < 60


def test_a_second_run_in_the_same_checkout_is_refused(platform: Installation) -> None:
    done = stadtherz("run", "--port", "8119", data=platform.data)
    assert done.returncode == 1
    assert f"already runs: http://localhost:{platform.port}/" in done.stderr


def test_other_verbs_share_its_database(platform: Installation) -> None:
    assert stadtherz("manage", "check", data=platform.data).returncode == 0
    assert platform.answers()


def test_a_killed_web_process_is_replaced(platform: Installation) -> None:
    before = set(platform.processes("stadtherz.ops.web"))
    leader = platform.processes("stadtherz.ops.web")[0]
    os.kill(leader, signal.SIGKILL)
    # The kernel takes its moment: a dying process has no command any more, and its children may still answer.
    eventually("the old processes are gone", lambda: not any(is_alive(pid) for pid in before), 30)
    eventually(
        "a new web server answers", lambda: bool(platform.processes("stadtherz.ops.web")) and platform.answers(), 30
    )
    assert "The web server was ended by SIGKILL; starting it again" in platform.said()


def database_server(platform: Installation) -> int:
    """Process id of the PostgreSQL server."""
    with psycopg.connect(platform.address()) as connection:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()
    assert row is not None
    return int((Path(row[0]) / "postmaster.pid").read_text().split()[0])


def test_a_killed_database_comes_back(platform: Installation) -> None:
    os.kill(database_server(platform), signal.SIGKILL)
    eventually(
        "the server is started again",
        lambda: "starting it again" in platform.said().partition("database server")[2],
        30,
    )

    def works() -> bool:
        try:
            with psycopg.connect(platform.address()) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    eventually("the database answers", works, 30)


def test_clicks_survive_the_kill_of_every_process(platform: Installation) -> None:
    filled = clicking.fill(platform.data)
    clicks = clicking.Clicks(platform.port, filled["ideas"], filled["sessions"])
    clicks.start()
    web, jobs = "stadtherz.ops.web", "stadtherz.ops.long_running work"
    for victim in (
        lambda: platform.processes(web)[-1],  # one web process
        lambda: platform.processes(jobs)[0],  # the job worker
        lambda: platform.processes(web)[0],  # the leader of the web processes
        lambda: database_server(platform),
    ):
        enough = len(clicks.acknowledged) + 40
        eventually("clicks are answered", lambda enough=enough: len(clicks.acknowledged) >= enough)
        os.kill(victim(), signal.SIGKILL)
    before = len(clicks.acknowledged)
    eventually("clicks are answered again", lambda: len(clicks.acknowledged) > before)
    clicks.stop()
    print(f"\n{len(clicks.acknowledged)} clicks acknowledged, {clicks.unanswered} unanswered")
    eventually("the platform answers", platform.answers, 30)
    with psycopg.connect(platform.address()) as connection:
        stored = connection.execute("SELECT person_id, idea_id FROM participation_support").fetchall()
        miscounted = connection.execute(
            "SELECT count(*) FROM participation_idea i WHERE support_count <> "
            "(SELECT count(*) FROM participation_support s WHERE s.idea_id = i.id)"
        ).fetchone()
    assert set(clicks.acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))
    assert miscounted == (0,)


def test_nothing_is_left_when_the_supervisor_is_killed(platform: Installation) -> None:
    platform.stop(signal.SIGKILL)
    seconds = eventually("nothing is left", lambda: mentioning(str(platform.data)) == {}, 15)
    print(f"\nafter kill -9 of the supervisor the last process was gone after {seconds:.1f} s")
    platform.start()
    platform.stop()


def test_a_taken_port_is_named_with_a_free_one(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = stadtherz("run", "--port", str(port), data=installation.data)
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken by process {os.getpid()}" in done.stderr
    assert re.search(r"Remedy: .*\./stadtherz run --port \d+", done.stderr)


def test_the_doctor_finds_a_healthy_installation_healthy(installation: Installation) -> None:
    done = stadtherz("doctor", "--json", data=installation.data)
    findings = json.loads(done.stdout)
    assert [finding for finding in findings if finding["state"] == "wrong"] == []
    assert "Pictures" in {finding["what"] for finding in findings}
    assert done.returncode == 0


def test_the_doctor_names_what_is_wrong(installation: Installation) -> None:
    shutil.rmtree(installation.data / "static")
    done = stadtherz("doctor", data=installation.data)
    assert done.returncode == 1
    assert "✗ Static files: not collected" in done.stdout
    assert stadtherz("setup", data=installation.data).returncode == 0
    assert stadtherz("doctor", data=installation.data).returncode == 0


def whole_state(connection: psycopg.Connection) -> dict[str, object]:
    """Every table's rows, and who may do what with them."""
    facts.prepare(connection)
    questions = {
        "locks": "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind = 'r' ORDER BY 1",
        "policies": "SELECT tablename, policyname, qual, with_check FROM pg_policies ORDER BY 1, 2",
        "owners": "SELECT relname, relowner::regrole::text, relacl::text FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') ORDER BY 1",
        "indexes": "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
        "database": "SELECT datdba::regrole::text, daticulocale FROM pg_database WHERE datname = current_database()",
    }
    state: dict[str, object] = {name: connection.execute(question).fetchall() for name, question in questions.items()}
    return state | {"rows": facts.of_tables(connection), "sequences": facts.of_sequences(connection)}


@contextmanager
def at_rest(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """The installation's database as its superuser sees it, while nothing runs on it."""
    monkeypatch.setattr(places, "VAR", data)
    cluster = clusters.private()
    cluster.hold()
    try:
        with psycopg.connect(cluster.url(cluster.superuser)) as connection:
            yield connection
    finally:
        cluster.let_go()


def test_what_is_restored_is_what_was_backed_up(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "an archive.zip"
    picture = installation.data / "media" / "pictures" / "ä ö ü.jpg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(os.urandom(100_000))
    demo = stadtherz("demo", "load", data=installation.data)
    assert demo.returncode == 0, demo.stderr
    with at_rest(installation.data, monkeypatch) as connection:
        before = whole_state(connection)
    assert stadtherz("backup", archive, data=installation.data).returncode == 0
    assert archive.stat().st_mode & 0o777 == 0o600

    other = Path(tempfile.mkdtemp(prefix="stadtherz test ", dir="/var/tmp"))
    try:
        restored = stadtherz("restore", archive, data=other)
        assert restored.returncode == 0, restored.stderr
        assert "all as in the archive" in restored.stderr
        with at_rest(other, monkeypatch) as connection:
            after = whole_state(connection)
        for name, fact in before.items():
            assert after[name] == fact, name
        assert (other / "media" / "pictures" / "ä ö ü.jpg").read_bytes() == picture.read_bytes()
        again = stadtherz("restore", archive, data=other)
        assert "there is data here already" in again.stderr
    finally:
        remove(other)


def test_a_backup_of_the_running_platform_is_whole(platform: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "archive.zip"
    assert stadtherz("backup", archive, data=platform.data).returncode == 0
    refused = stadtherz("restore", archive, "--replace", data=platform.data)
    assert "the platform is running" in refused.stderr
    platform.stop()
    assert stadtherz("restore", archive, "--replace", data=platform.data).returncode == 0


def test_an_altered_archive_is_refused(installation: Installation, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    assert stadtherz("backup", good, data=installation.data).returncode == 0
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[:-1] + b"x" if name == "database.dump" else content)
    done = stadtherz("restore", bad, "--replace", data=installation.data)
    assert done.returncode == 1
    assert "database.dump is not what was written" in done.stderr
    assert stadtherz("doctor", data=installation.data).returncode == 0


def test_a_full_disk_leaves_no_half_archive(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    with at_rest(installation.data, monkeypatch):
        done = subprocess.run(
            [COMMAND, "backup", tmp_path / "archive.zip"],
            env=environment(installation.data, PYTHONDONTWRITEBYTECODE="1"),
            preexec_fn=small_files_only,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "there is no room for it" in done.stderr
    assert list(tmp_path.iterdir()) == []
