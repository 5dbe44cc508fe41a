# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The listener: a port of this machine alone, the one thread that writes, and telling subscribers what is new.

For trying out (the setting ``mqtt_port``). Messages of all clients gather for some milliseconds, are written in one transaction
for each key, and are acknowledged after it. What waits is bounded: a full house reads no further. Sessions are not kept.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from stadtherz.services.sensing.mqtt.deliveries import Delivery
from stadtherz.services.sensing.mqtt.listener import guests
from stadtherz.services.sensing.mqtt.listener.guests import Guest
from stadtherz.services.sensing.mqtt.listener.hearers import Hearers
from stadtherz.services.sensing.mqtt.listener.packets import Publish
from stadtherz.services.sensing.mqtt.listener.visit import Visit
from stadtherz.services.sensing.mqtt.publishing import Newest
from stadtherz.services.sensing.mqtt.wishes import Told

logger = logging.getLogger(__name__)
T = TypeVar("T")

HERE = "127.0.0.1"
MOST_VISITS, WAITING, AT_ONCE = 100, 5000, 500
GATHER_SECONDS, TELL_EVERY = 0.02, 1.0
TOLD_AT_ONCE = 500_000  # bytes, then clients have to read them
Arrived = tuple[Visit, Publish, Delivery]


def _close() -> None:
    """Each thread has a connection to the database of its own."""
    connection.close()


class Door:
    """The open port, and everybody who came in."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.visits: set[Visit] = set()
        self.newest: dict[int, Newest] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.is_ending = False

    def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Listen until ``stop``. A port that is taken is said, and is all."""
        try:
            asyncio.run(self._run(ready))
        except OSError as problem:
            logger.error("MQTT: port %s cannot be opened: %s. Is a broker running there?", self.port, problem.strerror)

    def stop(self) -> None:
        """Callable from any thread."""
        self.is_ending = True
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.ending.set)

    async def _run(self, ready: Callable[[], None]) -> None:
        self.loop, self.ending = asyncio.get_running_loop(), asyncio.Event()
        self.arrivals: asyncio.Queue[Arrived] = asyncio.Queue(WAITING)
        self.thread = ThreadPoolExecutor(1, "mqtt-listener")
        server = await asyncio.start_server(self._come_in, HERE, self.port)
        work = [asyncio.create_task(each) for each in (self._write(), self._tell())]
        ready()
        if not self.is_ending:
            await self.ending.wait()
        server.close()
        for task in work:
            task.cancel()
        for visit in list(self.visits):
            visit.leave()
        with suppress(DatabaseError, InterfaceError):
            await self._in_thread(self._end_telling, list(self.newest))
        await self._in_thread(_close)
        self.thread.shutdown()

    async def _come_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = Visit(self, reader, writer)
        if len(self.visits) >= MOST_VISITS:
            logger.warning("MQTT: there are %s clients already", MOST_VISITS)
            visit.leave()
            return
        self.visits.add(visit)
        try:
            await visit.run()
        except (OperationalError, InterfaceError) as error:
            await self._without_database(error)
        finally:
            self.visits.discard(visit)
            visit.leave()

    async def guest(self, username: str, password: str) -> Guest | None:
        """Who this is."""
        return await self._in_thread(guests.guest, username, password)

    async def listens(self, guest: Guest) -> None:
        """What is measured from now on is news."""
        await self._in_thread(self._begin_to_tell, guest.municipality)

    def _begin_to_tell(self, town: int) -> Newest:
        if town not in self.newest:
            self.newest[town] = Newest(town, "listener", anew=True)  # sessions are not kept
        return self.newest[town]

    def _end_telling(self, towns: list[int]) -> None:
        for town in towns:
            self.newest.pop(town).leave()

    async def hand_in(self, visit: Visit, message: Publish, delivery: Delivery) -> None:
        """Wait for a place among what is to be written."""
        await self.arrivals.put((visit, message, delivery))

    async def _in_thread(self, work: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.thread, work, *given)

    async def _write(self) -> None:
        while True:
            batch = await self._gathered()
            parts: dict[Guest, list[Arrived]] = defaultdict(list)
            for each in batch:
                guest = each[0].guest
                if guest is not None and not each[0].writer.is_closing():
                    parts[guest].append(each)
            try:
                for guest, part in parts.items():
                    await self._taken(guest, part)
            except (OperationalError, InterfaceError) as error:
                await self._without_database(error)

    async def _gathered(self) -> list[Arrived]:
        batch = [await self.arrivals.get()]
        await asyncio.sleep(GATHER_SECONDS)
        while len(batch) < AT_ONCE and not self.arrivals.empty():
            batch.append(self.arrivals.get_nowait())
        return batch

    async def _taken(self, guest: Guest, part: list[Arrived]) -> None:
        """Store the messages of one key, then acknowledge them; who has no right any more is sent away."""
        try:
            problems = await self._in_thread(guests.take, guest, [delivery for _visit, _message, delivery in part])
        except (OperationalError, InterfaceError):
            raise
        except DatabaseError:
            logger.exception("MQTT: messages were not stored")
            problems = []
        except Exception:  # a mistake of ours must not end the one thread that writes for all
            logger.exception("MQTT: messages were not understood")
            problems = None
        for problem in problems or ():
            logger.warning("MQTT: refused: %s", problem)
        for visit, message, _delivery in part:
            if problems is None:
                visit.leave()
            else:
                visit.acknowledge(message)

    async def _without_database(self, error: Exception) -> None:
        """Nothing is acknowledged, everybody has to come again."""
        logger.warning("the database is away (%s)", error)
        await self._in_thread(_close)
        for visit in list(self.visits):
            visit.leave()

    async def _tell(self) -> None:
        """What was measured since the last time, to who subscribed to it."""
        more = False
        while True:
            await asyncio.sleep(0 if more else TELL_EVERY)
            more = False
            rooms: dict[int, list[Visit]] = defaultdict(list)
            for visit in self.visits:
                if visit.guest is not None and visit.topics:
                    rooms[visit.guest.municipality].append(visit)
            try:
                await self._in_thread(self._end_telling, [town for town in self.newest if town not in rooms])
                for town, visits in rooms.items():
                    more |= await self._tell_town(town, visits)
            except (OperationalError, InterfaceError) as error:
                await self._without_database(error)
            except Exception:  # the next look may go well
                logger.exception("MQTT: subscribers were not told")

    async def _tell_town(self, town: int, visits: list[Visit]) -> bool:
        """Whether more waits to be told."""
        wishes = frozenset(topic for visit in visits for topic in visit.topics)
        found, more = await self._in_thread(self._news, town, wishes)
        hearers, size = Hearers(visits if found else ()), 0
        for number, each in enumerate(found):
            payload = b""
            for visit in hearers.of(each.topic, by_name=each.by_name):
                payload = payload or json.dumps(each.document, ensure_ascii=False).encode()
                visit.tell(each.topic, payload)
            size += len(payload)
            if size > TOLD_AT_ONCE or number % 200 == 199:
                await asyncio.gather(*(visit.keeps_up() for visit in visits))
                size = 0
        return more

    def _news(self, town: int, wishes: frozenset[str]) -> tuple[list[Told], bool]:
        known = self._begin_to_tell(town)
        known.wish(wishes)
        known.stay()
        found = known.news()
        return found, known.heard()  # a subscription of quality of service 0
