# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Starting and ending the platform as a person does, and the memory of what runs.

``./stadtherz bench start [--json FILE]``. An installation of its own with the demonstration towns: a first start, a second
one, a visit to the most visited pages by a handful of people at once, then the memory of all processes without
PostgreSQL as PSS (proc(5): shared pages are divided among those who share them), then the end.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.figures import asked_file, at_most, report

COMMAND = Path(__file__).resolve().parents[1] / "stadtherz"
GOALS = {
    "second_start_seconds": at_most(5),
    "stop_seconds": at_most(5),
    "memory_mb": at_most(700),
    "processes_left": at_most(0),
}
PATIENCE = 300.0
PAGES = ("/", "/mitreden/", "/mitreden/ideen/", "/mitreden/ideen/karte/", "/mitreden/was-daraus-wurde/", "/ankommen/weg/",
         "/ankommen/weg/?start=Rathaus&goal=Bahnhofsplatz&aid=walker", "/search/?q=Spielplatz", "/api/v1/participation/ideas")  # fmt: skip
VISITORS, ROUNDS = 4, 3


class Platform:
    """``./stadtherz run`` with a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("STADTHERZ_", "DJANGO_", "PYTHON"))
        }
        self.environment = kept | {"STADTHERZ_DATA_DIR": str(data)}
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Seconds until it says that it is ready."""
        began = time.monotonic()
        with (self.data / "run.log").open("wb") as log:
            command = [COMMAND, "run", "--port", str(self.port)]
            self.running = subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        while self.ask("/health/ready") != 200:
            if self.running.poll() is not None or time.monotonic() - began > PATIENCE:
                raise RuntimeError(f"The platform did not start:\n{(self.data / 'run.log').read_text()[-2000:]}")
            time.sleep(0.05)
        return time.monotonic() - began

    def ask(self, path: str) -> int:
        """Status of an answer; 0 where nobody answers."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("GET", path, headers={"Host": f"localhost:{self.port}"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
        except OSError:
            return 0
        return answer.status

    def visit(self) -> None:
        """Every page some times, by several visitors at once, so that what is loaded late is loaded."""
        with ThreadPoolExecutor(VISITORS) as visitors:
            seen = list(visitors.map(self.ask, [*PAGES * ROUNDS * VISITORS]))
        if wrong := sorted({status for status in seen if status != 200}):
            raise RuntimeError(f"Pages answered {wrong}.")

    def processes(self) -> dict[int, str]:
        """Everything that the run has started and still lives, without PostgreSQL."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                is_ours = str(self.data).encode() in (process / "environ").read_bytes()
            except OSError:
                continue
            if is_ours and command and not re.match(r"(\S*/)?(postgres|flock)\b", command):
                found[int(process.name)] = command
        return found

    def stop(self) -> float:
        """Seconds from SIGTERM to the end."""
        assert self.running
        began = time.monotonic()
        self.running.send_signal(signal.SIGTERM)
        self.running.wait(60)
        return time.monotonic() - began


def pss_mb(pid: int) -> float:
    """Proportional set size of a process in MB (10⁶ bytes)."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def main() -> int:
    """Measure; the exit code is 1 if a goal was missed."""
    file = asked_file(__doc__ or "")
    room = Path(tempfile.mkdtemp(prefix="stadtherz-start-", dir="/var/tmp"))
    platform = Platform(room / "data")
    platform.data.mkdir()
    try:
        figures = _measured(platform)
    finally:
        if platform.running and platform.running.poll() is None:
            platform.stop()
        _remove(platform.data, room)
    return 1 if report(figures, GOALS, file) else 0


def _measured(platform: Platform) -> dict[str, float]:
    figures = {"first_start_seconds": round(platform.start(), 2)}
    platform.stop()
    figures["second_start_seconds"] = round(platform.start(), 2)
    platform.visit()
    memory = {pid: pss_mb(pid) for pid in platform.processes()}
    for pid, command in platform.processes().items():
        print(f"{memory.get(pid, 0.0):8.1f} MB  {command[:100]}")
    figures["memory_mb"] = round(sum(memory.values()), 1)
    figures["processes"] = len(memory)
    figures["stop_seconds"] = round(platform.stop(), 2)
    figures["processes_left"] = len(platform.processes())
    return figures


def _remove(data: Path, room: Path) -> None:
    """The folder, with the cluster that root had to lay elsewhere."""
    from stadtherz.ops.cluster_place import FAR, far_name

    shutil.rmtree(FAR / far_name(data), ignore_errors=True)
    shutil.rmtree(room, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
