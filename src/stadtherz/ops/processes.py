# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Small truths about Linux processes: dying with one's parent, ending a group, who listens on a port."""

import contextlib
import ctypes
import errno
import gc
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1  # prctl(2)
SELDOM = (10_000, 10, 10)  # thresholds of the collector; Python has (700, 10, 10)
_libc = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(how: signal.Signals, *, group: bool = False) -> Callable[[], None]:
    """What a child runs before its program: it gets `how` when we end, however we end; optionally a group of its own."""
    parent = os.getpid()

    def prepare() -> None:
        if group:
            os.setpgid(0, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        _libc.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:  # it ended between fork and prctl
            os._exit(1)

    return prepare


def die_with_parent(how: signal.Signals) -> None:
    """The same for ourselves."""
    parent = os.getppid()
    _libc.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def without_collector(load: Callable[[], object]) -> None:
    """Load what stays for the life of a process. Nothing of it is garbage: looking for some costs a sixth of the start.

    Afterwards the collector never looks at it again, so that forked processes go on sharing it. Of what comes later it looks for
    garbage more rarely than Python's own setting: hundreds of requests that wait for one commit are no garbage.
    """
    gc.disable()
    try:
        load()
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()


def is_alive(pid: int) -> bool:
    """Whether a process exists and does more than wait to be collected by its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def end_group(group: int, how: signal.Signals) -> bool:
    """Send a signal to every process of a group; False when none is left."""
    try:
        os.killpg(group, how)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def port_problem(host: str, port: int) -> str | None:
    """Why nobody can listen there, in words, or None."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
            trial.listen(1)
        except OverflowError:
            return f"{port} is no port: they go from 1 to 65535"
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                return f"port {port} on {host} is taken{_by_whom(port)}"
            if problem.errno == errno.EACCES:
                return f"port {port} may only be opened by root"
            return f"{host}:{port} cannot be opened: {problem.strerror}"
    return None


def _by_whom(port: int) -> str:
    """The listening process, as far as we may see it: by the socket's inode in /proc."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            cells = row.split()
            if cells[3] == "0A" and int(cells[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{cells[9]}]")
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & _open_files(process):
            with contextlib.suppress(OSError):  # it may end while we look
                words = (process / "cmdline").read_bytes().split(b"\0")
                return f" by process {process.name} ({Path(os.fsdecode(words[0])).name})"
    return ""


def _open_files(process: Path) -> set[str]:
    """What the process has open, as far as we may see it and it still exists."""
    found = set()
    with contextlib.suppress(OSError):
        for entry in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(str(entry.readlink()))
    return found
