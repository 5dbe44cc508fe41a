# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each thread keeps the query object of its last question: to make one means to clear room for every node of the town,
which takes as long as the question itself and empties the processor's caches.

The library binds a query object to the thread that made it, and forbids changing a metric while one lives. So a thread
gives up its own only, and a metric says whether others still hold one.
"""

import threading
from typing import Any


class Holders:
    """A metric, and the threads that hold a query object of it."""

    __slots__ = ("metric", "threads")

    def __init__(self, metric: Any) -> None:
        self.metric = metric
        self.threads: set[int] = set()


class _Kept(threading.local):
    """Of one thread."""

    query: Any = None
    of: Holders | None = None


_kept = _Kept()


def query_of(holders: Holders, make: Any) -> Any:
    """The query object of this thread for this metric; made now if its last question was about another one."""
    if _kept.of is not holders:
        give_up()
        holders.threads.add(threading.get_ident())
        _kept.of, _kept.query = holders, make(holders.metric)
    return _kept.query


def give_up(holders: Holders | None = None) -> None:
    """Drops the query object of this thread; `holders`: only if it is one of this metric."""
    of = _kept.of
    if of is None or (holders is not None and of is not holders):
        return
    # first the object, then the word that it is gone
    _kept.query = _kept.of = None
    of.threads.discard(threading.get_ident())
