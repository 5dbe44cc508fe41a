# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One listening connection per web process, and the queues of all open streams behind it.

Nothing here uses a thread per listener: the connection and the streams are coroutines of the process's event loop.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg
from django.db import connections

from stadtherz.kernel.live.publishing import CHANNEL
from stadtherz.kernel.live.room import Room

logger = logging.getLogger(__name__)

BACKLOG = 100
CHECK_SECONDS = 15.0
Key = tuple[int, str]
_parts = msgspec.json.Decoder(tuple[int, str, str, msgspec.Raw])  # municipality, topic, event, what it says


@dataclass(eq=False, slots=True)
class Subscription:
    """The queue of one stream. ``lost`` is set when its reader is too slow; then the stream is ended."""

    key: Key
    visitor: str = ""
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(BACKLOG))
    lost: bool = False


@dataclass(slots=True)
class Hub:
    """Listens to the database and hands each event to the subscriptions of its topic."""

    subscriptions: dict[Key, set[Subscription]] = field(default_factory=lambda: defaultdict(set))
    listening: bool = False
    closing: asyncio.Event | None = None
    task: asyncio.Task[None] | None = None
    room: Room = field(default_factory=Room)
    heard: dict[str, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_deaf(self) -> bool:
        """Whether this process should hear what happens and cannot just now."""
        return self.task is not None and not self.listening

    def hear(self, topic: str, work: Callable[[], None]) -> None:
        """Call ``work`` in this process whenever something is published to ``topic`` in any municipality, or may have been missed.

        For what a process keeps in its memory. It is called in the event loop and must be quick.
        """
        self.heard[topic].append(work)

    def start(self) -> None:
        """Start listening in the running event loop; once."""
        if self.task is None or self.task.done():
            self.closing = asyncio.Event()
            self.task = asyncio.get_running_loop().create_task(self._listen(), name="live")

    async def stop(self) -> None:
        """End all streams and the connection."""
        if self.closing is not None:
            self.closing.set()
        for subscription in [each for group in self.subscriptions.values() for each in group]:
            _wake(subscription)
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task
        self.listening = False

    def subscribe(self, key: Key, visitor: str = "") -> Subscription:
        """A new queue for this topic. Raises ``Full`` or ``TooMany``."""
        self.room.enter(visitor)
        subscription = Subscription(key, visitor)
        self.subscriptions[key].add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Forget the queue."""
        group = self.subscriptions.get(subscription.key, set())
        if subscription in group:
            group.discard(subscription)
            self.room.leave(subscription.visitor)
        if not group:
            self.subscriptions.pop(subscription.key, None)

    def hand_out(self, payload: str) -> None:
        """Put one event into the queues of its topic; it is written out once, however many listen."""
        municipality, topic, event, data = _parts.decode(payload)
        for work in self.heard.get(topic, ()):
            work()
        group = self.subscriptions.get((municipality, topic))
        if not group:  # most events of a flood: what they say is not read
            return
        message = written(event, json.loads(bytes(data)))
        for subscription in group:
            _put(subscription, message)

    def ask_again(self) -> None:
        """After a gap nobody knows what was missed: every page asks for its state."""
        for works in self.heard.values():
            for work in works:
                work()
        message = written("again", {})
        for group in self.subscriptions.values():
            for subscription in group:
                _put(subscription, message)

    async def _listen(self) -> None:
        wait, first = 0.2, True
        while True:
            try:
                connection = await asyncio.wait_for(
                    psycopg.AsyncConnection.connect(autocommit=True, **_parameters()), 10
                )
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.listening = True
                    if not first:
                        self.ask_again()
                    wait, first = 0.2, False
                    await self._until_broken(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                logger.warning("live: the database is away (%s), trying again in %.1f s", type(error).__name__, wait)
            self.listening = False
            await asyncio.sleep(wait * random.uniform(0.7, 1.0))  # noqa: S311
            wait = min(wait * 2, 10.0)

    async def _until_broken(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            async for notification in connection.notifies(timeout=CHECK_SECONDS):
                try:
                    self.hand_out(notification.payload)
                except (ValueError, TypeError, msgspec.MsgspecError):
                    logger.exception("live: a notification that is not ours: %r", notification.payload[:200])
            await asyncio.wait_for(connection.execute("SELECT 1"), 10)  # a connection can die without saying so


def _parameters() -> dict[str, Any]:
    parameters = connections["default"].get_connection_params()
    return {name: value for name, value in parameters.items() if name not in {"cursor_factory", "context"}}


def written(event: str, data: dict[str, Any]) -> bytes:
    """One message (HTML standard, section 9.2.6): an object with ``event`` and ``data`` in one line without a break."""
    message = json.dumps({"event": event, "data": data}, separators=(",", ":"), ensure_ascii=False)
    return f"data: {message}\n\n".encode()


def _put(subscription: Subscription, message: bytes) -> None:
    if subscription.lost:
        return
    try:
        subscription.queue.put_nowait(message)
    except asyncio.QueueFull:
        subscription.lost = True


def _wake(subscription: Subscription) -> None:
    with suppress(asyncio.QueueFull):
        subscription.queue.put_nowait(b"")


hub = Hub()
