# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The platform's web server on a free port of this machine, and wrk's load on it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stadtherz.ops.processes import dies_with_parent

START_SECONDS = 30


@contextmanager
def served(environment: dict[str, str], *, workers: int = 2, module: str = "stadtherz.ops.web") -> Iterator[int]:
    """Run the web server as ``./stadtherz run`` does; yields its port."""
    with process(environment, workers=workers, module=module) as (port, _pid):
        yield port


@contextmanager
def process(environment: dict[str, str], *, workers: int, module: str) -> Iterator[tuple[int, int]]:
    """The web server; yields its port and the number of its process, whose children are the web processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", module, "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--workers", str(workers)],
        env=environment,
        start_new_session=True,
        preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - also when the measurement itself is killed
    )
    try:
        _wait(port, server)
        yield port, server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"The web server ended with {server.returncode} before it answered.")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/live")
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The web server did not answer within {START_SECONDS} s.")


def wrk(port: int, *, script: Path, seconds: int, connections: int, environment: dict[str, str]) -> str:
    """Run wrk with a Lua script; returns what it printed. The load targets this machine alone and is bounded in time."""
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script)]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds + 30,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"wrk failed: {done.stderr.strip()}")
    return done.stdout
