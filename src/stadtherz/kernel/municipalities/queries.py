# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which municipality a host name leads to. Asked on every request, so the answer is kept for some seconds per process."""

from __future__ import annotations

import time

from stadtherz.kernel.municipalities.models import Municipality

KEEP_SECONDS = 5.0
_kept: dict[str, tuple[float, Municipality]] = {}


def by_host(host: str) -> Municipality | None:
    """The municipality of ``host`` (no port), else the default one for a bare name of this machine, else None."""
    host = host.lower().rstrip(".")
    known = kept_host(host)
    if known is not None:
        return known
    found = Municipality.objects.filter(hosts__host=host).first()
    if found is None and host in {"localhost", "127.0.0.1", "[::1]", "testserver"}:
        found = Municipality.objects.filter(is_default=True).first()
    if found is not None:  # an unknown name is asked for again: a town that was just added answers at once
        _kept[host] = (time.monotonic() + KEEP_SECONDS, found)
    return found


def kept_host(host: str) -> Municipality | None:
    """What this process still knows about ``host``; never asks the database, so that a coroutine may call it."""
    known = _kept.get(host.lower().rstrip("."))
    return known[1] if known and known[0] > time.monotonic() else None


def forget_hosts() -> None:
    """Ask the database again: after a change, and between tests."""
    _kept.clear()
