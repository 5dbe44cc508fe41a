# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the key of a request may do, from memory, for the busy lanes. A key that is revoked is forgotten by every process at once.

Whoever changes what a key may do says so with ``tell_change``; PostgreSQL carries it to every process with the commit (``kernel/live``).
While a process cannot hear that, it keeps nothing. What is kept lasts two seconds all the same, should a connection die in silence.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Generic, TypeVar

from stadtherz.kernel.live import publish
from stadtherz.kernel.live.hub import hub

TOPIC = "api.keys"
KEPT_SECONDS, MOST_KEPT = 2.0, 1000
T = TypeVar("T")


def tell_change() -> None:
    """A key of the active municipality was revoked, or may do something else from this commit on."""
    publish(TOPIC, "changed", {})


class KeptKeys(Generic[T]):
    """One lane's answers, by municipality and what stands in the request."""

    def __init__(self) -> None:
        self.changes = 0
        self._kept: dict[Hashable, tuple[float, T]] = {}
        hub.hear(TOPIC, self.forget)

    def known(self, place: Hashable) -> tuple[T] | None:
        """What is kept, in brackets; None if the database must be asked."""
        found = self._kept.get(place)
        return (found[1],) if found is not None and found[0] >= time.monotonic() and not hub.is_deaf else None

    def keep(self, place: Hashable, value: T, *, changes: int) -> None:
        """Keep an answer, unless keys have changed since ``changes`` was read, which was before the database was asked."""
        if changes == self.changes and not hub.is_deaf:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[place] = (time.monotonic() + KEPT_SECONDS, value)

    def forget(self) -> None:
        """Ask the database again."""
        self.changes += 1
        self._kept.clear()
