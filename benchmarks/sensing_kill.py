# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Senders that remember what was acknowledged, while a web process is killed in the middle; each sends again what got no answer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 4, 1, tzinfo=UTC)


async def send_through_kill(
    port: int, town: dict[str, object], *, server: int, seconds: float, senders: int = 32
) -> set[str]:
    """Post observations for ``seconds``, kill a web process of ``server`` at half time; the identifiers that were acknowledged."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + seconds
    acknowledged: set[str] = set()
    tasks = [asyncio.create_task(_sender(port, town, number, ends, acknowledged)) for number in range(senders)]
    await asyncio.sleep(seconds / 2)
    print("Now a web process is killed; the server says that it ended unexpectedly.", file=sys.stderr, flush=True)
    os.kill(workers_of(server)[0], signal.SIGKILL)
    await asyncio.gather(*tasks)
    return acknowledged


def workers_of(server: int) -> list[int]:
    """Processes whose parent is ``server``."""
    return [int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split()]


async def _sender(port: int, town: dict[str, object], number: int, ends: float, acknowledged: set[str]) -> None:
    loop = asyncio.get_running_loop()
    turn = 0
    streams = None
    while loop.time() < ends or streams is None:
        try:
            if streams is None:
                streams = await asyncio.open_connection("127.0.0.1", port)
            reader, writer = streams
            writer.write(_request(town, number, turn))
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await reader.readexactly(length)
        except (OSError, EOFError, asyncio.IncompleteReadError):
            streams = None
            await asyncio.sleep(0.05)
            continue  # the same observation once more: it may be stored, nobody told us
        if b" 201 " in head.split(b"\r\n", 1)[0]:
            acknowledged.add(json.loads(body)["@iot.id"])
            turn += 1
        else:
            await asyncio.sleep(0.05)


def _request(town: dict[str, object], number: int, turn: int) -> bytes:
    time = (START + timedelta(seconds=turn)).isoformat().replace("+00:00", "Z")
    stream = int(str(town["first"])) + number
    body = json.dumps({"phenomenonTime": time, "result": turn, "Datastream": {"@iot.id": stream}}).encode()
    head = (
        "POST /api/sta/v1.1/Observations HTTP/1.1\r\nHost: kaiserslautern.localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {town['key']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
