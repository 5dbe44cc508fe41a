# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Django's PostGIS engine with a pool that survives a restart of the server.

Three things psycopg's own pool leaves to its users: a connection whose server has gone is not handed out (what is readable on an
idle connection is the server's goodbye; looking costs no round trip); while the server is away, one caller finds out whether it
is back, and all others are refused at once instead of waiting with it; and it is looked for as long as anybody asks, never
paused for minutes.
"""

from __future__ import annotations

import select
import threading
import time
from typing import Any

import psycopg
from django.contrib.gis.db.backends.postgis import base
from psycopg.pq import ConnStatus
from psycopg_pool import ConnectionPool, PoolTimeout

WAIT_SECONDS = 4.0
"""For a connection: a server that is restarted is mostly back by then, and nobody has noticed."""
REFUSING_SECONDS = 1.0


class Pool(ConnectionPool[psycopg.Connection[Any]]):
    """Hands out connections that are alive; raises ``PoolTimeout`` at once while the server is known to be away."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"timeout": WAIT_SECONDS, "reconnect_timeout": WAIT_SECONDS} | options)
        self._refusing_until, self._handed_out = 0.0, 0.0
        self._asking = threading.Lock()

    def getconn(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        """A living connection. Raises ``PoolTimeout``."""
        self._refuse_while_away()
        began = time.monotonic()
        until = began + (self.timeout if timeout is None else timeout)
        try:
            connection = super().getconn(timeout)
            while not is_alive(connection):
                connection.close()
                self.putconn(connection)
                connection = super().getconn(max(0.0, until - time.monotonic()))
        except PoolTimeout:
            if self._handed_out < began:  # nobody got one meanwhile: it is not that others were quicker
                self._refusing_until = time.monotonic() + REFUSING_SECONDS
            raise
        self._refusing_until, self._handed_out = 0.0, time.monotonic()
        return connection

    def _refuse_while_away(self) -> None:
        if not self._refusing_until:
            return
        with self._asking:
            now = time.monotonic()
            if now < self._refusing_until:
                raise PoolTimeout("the database was away a moment ago")
            if self._refusing_until:  # this caller finds out, the others need not
                self._refusing_until = now + self.timeout + REFUSING_SECONDS


def is_alive(connection: psycopg.Connection[Any]) -> bool:
    """Whether nothing has come from the server that ends the connection; asks nothing."""
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        while poll.poll(0):
            connection.pgconn.consume_input()
        return connection.pgconn.status == ConnStatus.OK
    except psycopg.OperationalError:
        return False


class DatabaseWrapper(base.DatabaseWrapper):
    """The engine."""

    @property
    def pool(self) -> Pool | None:
        """The process's pool; Django's own property, with our kind of pool."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if not options or self.alias == "__no_db__":
            return None
        pools: dict[str, Pool] = self._connection_pools  # type: ignore[attr-defined]
        if self.alias not in pools:
            parameters = self.get_connection_params() | {"autocommit": True}  # Django sets it later on
            configure = self._configure_connection  # type: ignore[attr-defined]
            made = Pool(kwargs=parameters, open=False, configure=configure, **options)
            pools.setdefault(self.alias, made)
        return pools[self.alias]
