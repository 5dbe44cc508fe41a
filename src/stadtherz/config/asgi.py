# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One address for everything: live streams run as coroutines, all else runs as WSGI on a few threads.

Django's own ASGI handler changes threads several times for every synchronous middleware; a WSGI call in one thread does
it once (docs/adr/0003). Streams wait for minutes and must not hold a thread, so they never enter that pool.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadtherz.config.settings")

from a2wsgi import WSGIMiddleware
from django.conf import settings

from stadtherz.config.wsgi import application as wsgi_application

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_pages = WSGIMiddleware(wsgi_application, workers=settings.OPTION["threads"])  # type: ignore[arg-type]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each request where it belongs."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/live/"):
        from stadtherz.kernel.live.stream import stream

        await stream(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)  # type: ignore[arg-type]


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
