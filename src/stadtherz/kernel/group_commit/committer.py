# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gathers items for a moment, hands them as one batch to a writer in one transaction, gives each its own outcome."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from psycopg_pool import PoolTimeout

from stadtherz.kernel.database.away import log_words

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
MOST_GATHERING = 0.02  # seconds
A_CROWD = 8  # senders: so many are waited for by number, fewer by the pause that they leave
_running: set[GroupCommitter[Any, Any]] = set()


async def stop_committers() -> None:
    """Stop all committers of this process: what they acknowledged is written, what arrives now is refused."""
    for committer in list(_running):
        await committer.stop()


class Busy(Exception):
    """More is waiting than can be written soon. Nothing of this item was taken; try again after ``retry_after`` seconds."""

    retry_after = 1


class NotWritten(Exception):
    """The database could not be reached or is shutting down. Nothing of this item was acknowledged; it may be sent again."""


class GroupCommitter(Generic[Item, Outcome]):
    """One queue and one writing thread of a process, used from its event loop.

    ``write`` gets a list of items inside a transaction of its own and returns one outcome for each, in order. It

    * must be idempotent: after a broken connection a batch is written once more, although it may have been committed;
    * judges its items before it asks the database. An item that the database refuses (``DataError``,
      ``IntegrityError``) fails alone, because the batch is halved until it stands alone: correct, but dear;
    * may return an exception as an outcome: it is raised to that sender, and the others are committed.

    While one batch is written the next one gathers, and then goes on gathering as long as more keeps coming, until as many are
    there as were there when the last one was answered, or 20 ms are over: batches grow with the load, and an idle committer answers at once.

    Args:
        write: the writer, run in the committer's thread with Django's connection of that thread.
        alone: asked before it, outside any transaction: a quicker way for the usual case, which has committed when it returns
            outcomes, or has done nothing and returns None. Idempotent as well.
        name: of the thread and in the log.
        most_waiting: sum of the weights that may wait; beyond it ``submit`` raises ``Busy`` at once (back-pressure).
        most_at_once: sum of the weights of one batch.
        gather_seconds: how long the first item of an idle committer waits for company; so long a pause ends the gathering.
        worth_writing: sum of the weights that waits for no more company, because another batch costs little beside it.
    """

    def __init__(
        self,
        write: Callable[[list[Item]], Sequence[Outcome | Exception]],
        *,
        alone: Callable[[list[Item]], Sequence[Outcome | Exception] | None] | None = None,
        name: str,
        most_waiting: int = 20_000,
        most_at_once: int = 5_000,
        gather_seconds: float = 0.003,
        worth_writing: int | None = None,
    ) -> None:
        self._write, self._alone = write, alone
        self._name = name
        self._most_waiting = most_waiting
        self._most_at_once = most_at_once
        self._gather_seconds = gather_seconds
        self._worth_writing = min(worth_writing or most_at_once, most_at_once)
        self._queue: deque[tuple[Item, int, asyncio.Future[Outcome]]] = deque()
        self._weight = 0
        self._arrived = asyncio.Event()
        self._thread: ThreadPoolExecutor | None = None
        self._pump: asyncio.Task[None] | None = None
        self._closing = False
        self._crowd = 0  # senders who were there when the last batch was answered
        self._is_whole: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> int:
        """Sum of the weights that wait or are being written."""
        return self._weight

    async def submit(self, item: Item, *, weight: int = 1) -> Outcome:
        """Wait until ``item`` is committed; returns its outcome.

        Raises ``Busy`` (nothing taken), ``NotWritten`` (nothing acknowledged) or what the writer says about this item.
        ``weight`` is what the item costs the writer, such as its number of rows. An item heavier than the whole queue
        is taken when nothing else waits.
        """
        if self._closing or (self._weight and self._weight + weight > self._most_waiting):
            raise Busy
        self._start()
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.append((item, weight, future))
        self._weight += weight
        self._arrived.set()
        if self._is_whole is not None and not self._is_whole.done() and self._is_enough():
            self._is_whole.set_result(None)
        return await future

    async def stop(self) -> None:
        """Take nothing more, write what waits, end the thread."""
        self._closing = True
        self._arrived.set()
        if self._pump is not None:
            await self._pump
        _running.discard(self)
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await asyncio.get_running_loop().run_in_executor(thread, _close)
            thread.shutdown()

    def _start(self) -> None:
        if self._pump is None:
            _running.add(self)
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"group-commit-{self._name}")
            self._pump = asyncio.get_running_loop().create_task(self._run(), name=f"group-commit-{self._name}")

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if not self._queue:
                if self._closing:
                    return
                self._arrived.clear()
                await self._arrived.wait()
                continue
            await self._gather()
            batch = self._take()
            try:
                outcomes = await loop.run_in_executor(self._thread, self._commit, [item for item, _, _ in batch])
            except Exception as error:
                logger.exception("The writer of %s failed", self._name)
                outcomes = [error] * len(batch)
            self._crowd = len(batch) + len(self._queue)
            for (_, weight, future), outcome in zip(batch, outcomes, strict=True):
                self._weight -= weight
                if future.done():  # the sender has gone; what it sent is written all the same
                    continue
                if isinstance(outcome, Exception):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)

    async def _gather(self) -> None:
        """Wait for company. Those who were just answered come back at once when many send one after the other: whoever goes on
        without them has to write another batch for them."""
        loop = asyncio.get_running_loop()
        until = loop.time() + MOST_GATHERING
        known = 0
        while known < len(self._queue) and not self._is_enough() and (left := until - loop.time()) > 0:
            known = len(self._queue)
            self._is_whole = loop.create_future()
            await asyncio.wait([self._is_whole], timeout=min(self._gather_seconds, left))
        self._is_whole = None

    def _is_enough(self) -> bool:
        return A_CROWD <= self._crowd <= len(self._queue) or self._weight >= self._worth_writing or self._closing

    def _take(self) -> list[tuple[Item, int, asyncio.Future[Outcome]]]:
        batch, weight = [self._queue.popleft()], 0
        weight = batch[0][1]
        while self._queue and weight + self._queue[0][1] <= self._most_at_once:
            batch.append(self._queue.popleft())
            weight += batch[-1][1]
        return batch

    def _commit(self, items: list[Item]) -> list[Outcome | Exception]:
        """In the thread: write, and once more on a new connection if the old one broke."""
        try:
            return self._attempt(items)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if isinstance(error.__cause__, PoolTimeout):  # there was none to begin with: we have waited long enough
                return self._not_written(items, error)
        try:
            return self._attempt(items)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            return self._not_written(items, error)

    def _not_written(self, items: list[Item], error: Exception) -> list[Outcome | Exception]:
        logger.warning("%s: %d items not written: %s", self._name, len(items), log_words(error))
        refusal = NotWritten("The database did not answer.")
        refusal.__cause__ = error
        return [refusal] * len(items)

    def _attempt(self, items: list[Item]) -> list[Outcome | Exception]:
        try:
            committed = self._alone(items) if self._alone is not None else None
            if committed is not None:
                return list(committed)
            with transaction.atomic():
                outcomes = list(self._write(items))
        except (DataError, IntegrityError) as error:
            if len(items) == 1:
                return [error]
            half = len(items) // 2
            return [*self._attempt(items[:half]), *self._attempt(items[half:])]
        except (OperationalError, InterfaceError):
            raise
        except DatabaseError as error:
            return [error] * len(items)
        if len(outcomes) != len(items):
            raise RuntimeError(f"The writer of {self._name} returned {len(outcomes)} outcomes for {len(items)} items.")
        return outcomes


def _close() -> None:
    """Give the connection of the calling thread back."""
    connection.close()
