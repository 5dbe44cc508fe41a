# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The body of a request in a lane, from senders that may fall silent. One timer watches all of them, because one for each costs
more than the rest of a small request. Nobody has shown a key yet: what all that are still sending have sent is kept in memory, and bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

SILENT_SECONDS = 20.0
LOOK_SECONDS = 1.0
BODY_SECONDS = 300.0
MOST_SWALLOWED = 32 * 2**20
#: bytes of long bodies that are not complete yet, of all senders together; short ones always fit
MOST_HELD = 256 * 2**20
SHORT = 64 * 1024
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Gone(Exception):
    """The sender left."""


class Slow(Gone):
    """The sender was silent for too long, or sends drop by drop."""


class Crowded(Exception):
    """So many are sending so much at once that there is no room for one more long body."""


class _Held:
    """What is kept of bodies that are not complete."""

    bytes: ClassVar[int] = 0


class _Watch:
    """Cancels the waits of an event loop that began too long ago."""

    latest: ClassVar[_Watch | None] = None

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.waiting: dict[asyncio.Task[Any], float] = {}
        self.given_up: set[asyncio.Task[Any]] = set()
        self.timer: asyncio.TimerHandle | None = None

    def begin(self, task: asyncio.Task[Any]) -> None:
        self.waiting[task] = self.loop.time() + SILENT_SECONDS
        if self.timer is None:
            self.timer = self.loop.call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        now = self.loop.time()
        for task in [task for task, until in self.waiting.items() if until < now]:
            self.given_up.add(task)
            task.cancel()
        self.timer = self.loop.call_later(LOOK_SECONDS, self._look) if self.waiting else None


def _watch_of(loop: asyncio.AbstractEventLoop) -> _Watch:
    """A process has one event loop; tests have one after the other."""
    watch = _Watch.latest
    if watch is None or watch.loop is not loop:
        watch = _Watch.latest = _Watch(loop)
    return watch


async def read_body(receive: Receive, most: int) -> bytes | None:
    """The whole body; None if it is longer than ``most``. Raises ``Gone``, ``Slow``, ``Crowded``."""
    message = await _received(receive)
    if message["type"] == "http.request" and not message.get("more_body", False):
        piece: bytes = message.get("body", b"")
        return piece if len(piece) <= most else None
    pieces: list[bytes] = []
    size = held = 0
    loop = asyncio.get_running_loop()
    until = loop.time() + BODY_SECONDS
    try:
        while True:
            if message["type"] == "http.disconnect":
                raise Gone
            piece = message.get("body", b"")
            size += len(piece)
            if size > MOST_SWALLOWED:
                return None
            more = message.get("more_body", False)
            if (
                size > most
            ):  # swallowed to its end: who is cut off while sending sees a broken connection instead of our answer
                if not more:
                    return None
            else:
                pieces.append(piece)
                if not more:
                    return b"".join(pieces)
                held += len(piece)
                _Held.bytes += len(piece)
                if size > SHORT and _Held.bytes > MOST_HELD:
                    raise Crowded
            if loop.time() > until:
                raise Slow
            message = await _received(receive)
    finally:
        _Held.bytes -= held


async def _received(receive: Receive) -> dict[str, Any]:
    """The next message; raises ``Slow`` when none comes in time."""
    watch, task = _watch_of(asyncio.get_running_loop()), asyncio.current_task()
    assert task is not None
    watch.begin(task)
    try:
        return await receive()
    except asyncio.CancelledError:
        if task not in watch.given_up:
            raise
        task.uncancel()
        raise Slow from None
    finally:
        del watch.waiting[task]
        watch.given_up.discard(task)
