# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The supervisor: starts again what died, and ends even those who do not want to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stadtherz.ops.processes import is_alive, port_problem
from stadtherz.ops.supervisor import Program, Supervisor

from .command import environment, eventually

Start = Callable[[str, Path], subprocess.Popen[bytes]]

STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"])
open(sys.argv[1], "a").write(f"{os.getpid()} {child.pid}\\n")
time.sleep(600)
"""
SUPERVISED = """
import sys
from stadtherz.ops.supervisor import Program, Supervisor
program = Program("The stubborn one", [sys.executable, "-c", sys.argv[1], sys.argv[2]], {})
Supervisor([program]).run()
"""


@pytest.fixture
def supervised() -> Iterator[Start]:
    """Start a supervisor over one program; whatever happens, it does not outlive the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(program: str, file: Path) -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", SUPERVISED, program, str(file)],
                env=environment() | {"PYTHONPATH": "src"},
                stderr=subprocess.DEVNULL,
            )
        )
        return started[-1]

    yield start
    for running in started:
        running.terminate()
        running.wait(timeout=20)


def pids(file: Path) -> list[int]:
    return [int(word) for word in file.read_text().split()] if file.exists() else []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_all_end_within_five_seconds(tmp_path: Path, supervised: Start, how: signal.Signals) -> None:
    running = supervised(STUBBORN, tmp_path / "pids")
    eventually("both have started", lambda: len(pids(tmp_path / "pids")) == 2, 20)
    began = time.monotonic()
    running.send_signal(how)
    assert running.wait(timeout=20) == 0
    assert time.monotonic() - began < 5
    eventually("the killed grandchild is gone", lambda: not any(map(is_alive, pids(tmp_path / "pids"))), 5)


def test_a_program_that_dies_is_started_again_and_its_children_are_swept(tmp_path: Path, supervised: Start) -> None:
    running = supervised(STUBBORN, tmp_path / "pids")
    eventually("both have started", lambda: len(pids(tmp_path / "pids")) == 2, 20)
    leader, child = pids(tmp_path / "pids")
    os.kill(leader, signal.SIGKILL)
    eventually("a second start", lambda: len(pids(tmp_path / "pids")) == 4, 20)
    eventually("the killed child is gone", lambda: not is_alive(child), 5)
    running.terminate()
    running.wait(timeout=20)
    eventually("nothing is left", lambda: not any(map(is_alive, pids(tmp_path / "pids"))), 5)


def test_the_pause_grows_while_a_program_keeps_dying() -> None:
    program = Program("The short-lived one", ["false"], {})
    pauses = []
    for _ in range(8):
        program.start()
        assert program.running is not None
        program.running.wait()
        pauses.append(program.pause)
        program.sweep()
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_programs_end_when_the_supervisor_is_killed(tmp_path: Path, supervised: Start) -> None:
    obedient = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
    running = supervised(obedient, tmp_path / "pids")
    eventually("it has started", lambda: len(pids(tmp_path / "pids")) == 1, 20)
    running.kill()
    running.wait()
    eventually("its program ends", lambda: not is_alive(pids(tmp_path / "pids")[0]), 5)


def test_a_supervisor_without_orders_stops_at_once() -> None:
    supervisor = Supervisor([])
    supervisor._ask(signal.SIGTERM, None)
    assert supervisor.run() == 0


def test_the_process_that_has_taken_a_port_is_named() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert port_problem("127.0.0.1", port) == (
            f"port {port} on 127.0.0.1 is taken by process {os.getpid()} ({Path(sys.executable).name})"
        )
    assert port_problem("127.0.0.1", port) is None
