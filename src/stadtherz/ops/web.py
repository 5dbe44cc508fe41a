# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The web server: loads the platform once, then forks its web processes.

Loading before forking halves the start and lets the processes share the memory of everything that was imported.
"""

import argparse
import os
import signal
import sys

from stadtherz.kernel.live.room import most_connections, raise_limit
from stadtherz.ops.processes import die_with_parent, without_collector


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m stadtherz.ops.web")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    asked = parser.parse_args(words)

    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels
    from granian.server import Server

    raise_limit()
    without_collector(load)
    os.register_at_fork(after_in_child=lambda: die_with_parent(signal.SIGKILL))
    Server(
        "stadtherz.config.asgi:application",
        address=asked.host,
        port=asked.port,
        workers=asked.workers,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        websockets=False,
        backlog=2048,
        backpressure=most_connections(),  # else streams that stay open could take all connections, and no page would be answered
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=2,
        log_level=LogLevels.warning,
    ).serve()
    return 0


def load() -> None:
    """Import the application and all addresses, so that no web process does it again; opens no connection."""
    from django.urls import get_resolver

    import stadtherz.config.asgi  # noqa: F401 - loads settings, apps and middleware

    get_resolver().url_patterns  # noqa: B018 - imports every view


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
