# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One address for everything: live streams and busy lanes run as coroutines, all else runs as WSGI on a few threads.

Django's own ASGI handler changes threads several times for every synchronous middleware; a WSGI call in one thread does
it once (docs/adr/0003). Streams wait for minutes and must not hold a thread, so they never enter that pool.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadtherz.config.settings")

from django.conf import settings

from stadtherz.config.bridge import Bridge, Receive, Scope, Send
from stadtherz.config.wsgi import application as wsgi_application
from stadtherz.kernel.group_commit import stop_committers
from stadtherz.kernel.lanes.dispatch import drive
from stadtherz.kernel.live.hub import hub
from stadtherz.kernel.live.stream import stream

_pages = Bridge(
    wsgi_application,
    threads=settings.OPTION["threads"],
    most_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    most_upload_bytes=settings.MOST_UPLOAD_BYTES,
)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each request where it belongs."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/live/"):
        await stream(scope, receive, send)
    elif scope["type"] == "http":
        await drive(scope, receive, send, _pages)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await stop_committers()
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
