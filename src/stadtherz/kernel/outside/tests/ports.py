# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ports for the servers that tests start."""

from __future__ import annotations

import random
import socket
from pathlib import Path

GIVEN_AWAY = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A port of this machine on which nobody listens. None of those that the kernel gives to connections: one of another
    test could have it before the server does."""
    first, last = map(int, GIVEN_AWAY.read_text().split())
    others = range(max(1024, first - 16_384), first) or range(last + 1, 65_536)
    while True:
        port = random.choice(others)
        with socket.socket() as trial:
            if _is_free(trial, port):
                return port


def _is_free(trial: socket.socket, port: int) -> bool:
    try:
        trial.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
