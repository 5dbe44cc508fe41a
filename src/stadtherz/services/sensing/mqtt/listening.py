# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Listens to MQTT brokers: each message is stored, the transaction committed, and only then the broker hears that it came.

Runs in a process of its own (``manage sensing_listen``), without a coroutine: paho's threads put what arrives into one bounded
queue, one thread writes.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import Source, SourceKind
from stadtherz.services.sensing.mqtt.links import WAITING, Arrived, Link, Wanted
from stadtherz.services.sensing.mqtt.storing import store
from stadtherz.services.sensing.reasons import Reason, noted

logger = logging.getLogger(__name__)

AT_ONCE = 500  # messages in a transaction
GATHER_SECONDS = 0.02
TELL_EVERY = 1.0
LOOK_EVERY = 5.0  # for sources that are new, changed, paused or gone


class Listener:
    """All links of the installation, and the one thread that writes."""

    def __init__(self) -> None:
        self.arrivals: queue.Queue[Arrived] = queue.Queue(WAITING)
        self.links: dict[int, Link] = {}
        self.stopping = threading.Event()
        self.has_more = False  # to tell

    def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Listen until ``stop``."""
        looked = told = 0.0
        try:
            while not self.stopping.is_set():
                if time.monotonic() - looked > LOOK_EVERY:
                    looked = time.monotonic()
                    self._guarded(self._look)
                    ready()
                if self.has_more or time.monotonic() - told > TELL_EVERY:
                    told = time.monotonic()
                    self._guarded(self._tell)
                batch = self._gather()
                if batch:
                    self._guarded(partial(self._write, batch))
        finally:
            for link in self.links.values():
                link.stop()
            connection.close()

    def stop(self) -> None:
        self.stopping.set()

    def _guarded(self, work: Callable[[], None]) -> None:
        """Without the database nothing is acknowledged; the connections end, and the broker delivers again."""
        try:
            work()
        except (OperationalError, InterfaceError) as error:
            logger.warning("the database is away (%s)", error)
            connection.close()
            self._drop_links()
            self.stopping.wait(2.0)

    def _drop_links(self) -> None:
        for link in self.links.values():
            link.stop()
        self.links.clear()
        while not self.arrivals.empty():
            self.arrivals.get_nowait()

    def _gather(self) -> list[Arrived]:
        try:
            batch = [self.arrivals.get(timeout=GATHER_SECONDS if self.has_more else 0.25)]
        except queue.Empty:
            return []
        until = time.monotonic() + GATHER_SECONDS
        while len(batch) < AT_ONCE:
            try:
                batch.append(self.arrivals.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
        return batch

    def _look(self) -> None:
        wanted = {each.source: each for each in wanted_links()}
        for number in [n for n, link in self.links.items() if wanted.get(n) != link.wanted]:
            gone = self.links.pop(number)
            if number in wanted and wanted[number].publishes:
                gone.stop()
            else:
                gone.leave()
        for number, each in wanted.items():
            if number not in self.links:
                self.links[number] = Link(each, self.arrivals)
                self.links[number].start()
        for number, link in self.links.items():
            if link.problem != link.told:
                note_problem(link.wanted, link.problem)
                link.told = link.problem
            if number in wanted and link.subscribed != wanted[number].subscribed:
                note_subscribed(link.wanted, link.subscribed)

    def _tell(self) -> None:
        self.has_more = False
        for number, link in list(self.links.items()):
            try:
                self.has_more |= link.publish_news()
            except (OperationalError, InterfaceError):
                raise
            except Exception:  # what cannot be told must not end the thread that writes
                logger.exception("subscribers of source %s were not told", number)

    def _write(self, batch: list[Arrived]) -> None:
        links = {each.link.wanted.source: each.link for each in batch}
        for number, link in links.items():
            own = [each for each in batch if each.link.wanted.source == number]
            try:
                store(link.wanted, [each.delivery for each in own])
            except (OperationalError, InterfaceError):
                raise
            except (
                Exception
            ):  # one that cannot be stored must neither end the thread that writes nor take others with it
                logger.exception("%d messages of source %s were not stored together", len(own), number)
                if len(own) > 1:
                    self._write_singly(link, own)
            for each in own:
                link.acknowledge(each)

    def _write_singly(self, link: Link, batch: list[Arrived]) -> None:
        for each in batch:
            try:
                store(link.wanted, [each.delivery])
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                logger.exception("a message of %s of source %s was not stored", each.delivery.topic, link.wanted.source)


def wanted_links() -> list[Wanted]:
    """The MQTT sources of all municipalities that are to be listened to."""
    found = []
    for municipality in Municipality.objects.order_by("pk"):
        if not municipality.offers("sensing"):
            continue
        with activate(municipality):
            for source in Source.objects.filter(kind=SourceKind.MQTT, is_paused=False):
                found.append(Wanted.of(source))
    return [each for each in found if each is not None]


def note_subscribed(wanted: Wanted, topics: Sequence[str]) -> None:
    """Keep what the broker remembers for our session, so that topics that are no longer wanted can be ended."""
    with activate(Municipality.objects.get(pk=wanted.municipality)):
        source = Source.objects.select_for_update().filter(pk=wanted.source).first()
        if source is not None:
            source.settings["subscribed"] = list(topics)
            source.save(update_fields=["settings"])


def note_problem(wanted: Wanted, problem: Reason | None) -> None:
    """What the connection says goes to the page of sources; none: all is well again."""
    with activate(Municipality.objects.get(pk=wanted.municipality)):
        found = Source.objects.filter(pk=wanted.source)
        if problem is not None:
            found.update(failures=1, last_error_at=timezone.now(), **noted(problem))
        else:
            found.update(failures=0)
