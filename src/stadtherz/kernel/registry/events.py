# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Typed events between services. An event is a frozen dataclass in the publisher's ``events.py``.

Handlers run at once and in the publisher's transaction: either all of it happened or none. What is slow or talks to
the outside, a handler puts into a job, which starts only after the commit.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from stadtherz.kernel.registry.declaration import resolve
from stadtherz.kernel.registry.services import services


@cache
def _handlers() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for service in services():
        for handler in service.handlers:
            found.setdefault(handler.event, []).append(handler.function)
    return {event: tuple(functions) for event, functions in found.items()}


def publish(event: Any) -> None:
    """Call every handler that a service declared for the type of ``event`` ("package.events:Name")."""
    kind = f"{type(event).__module__}:{type(event).__qualname__}"
    for path in _handlers().get(kind, ()):
        resolve(path)(event)
