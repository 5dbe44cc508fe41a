# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""GET /live/<topic>: server-sent events (HTML standard, section 9.2) as a bare ASGI application.

A stream begins with nothing: the page loads its state, then follows the events. There is no replay, and Last-Event-ID is
not read; after a gap of the server the event ``again`` tells the page to load its state once more, and a browser that
reconnects by itself does the same when it sees ``hello``. Where there is no room (``room``) the page hears when to come back, and asks for
its state until then. A reader that is too slow is cut off and reconnects. Behind the
operator's proxy buffering must be off for this path; the header X-Accel-Buffering says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from stadtherz.kernel.api.limits import visitor_at
from stadtherz.kernel.database.away import is_away
from stadtherz.kernel.lanes import headers_of
from stadtherz.kernel.live.access import Verdict, judge, threads
from stadtherz.kernel.live.hub import Subscription, hub, written
from stadtherz.kernel.live.room import Full, TooMany

HEARTBEAT_SECONDS = 20.0
RECHECK_SECONDS = 60.0
HELLO = b"retry: 3000\n\n" + written("hello", {})
HEARTBEAT = b": \n\n"
AWAY = Verdict(503)
AGAIN = {429: b"60", 503: b"5"}
WORDS = {
    401: b"sign in",
    403: b"not allowed",
    404: b"no such stream",
    405: b"GET only",
    429: b"too many open streams from this address: try again later",
    503: b"not now: try again soon",
}

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """One stream, until the reader leaves, may no longer listen, is too slow, or the process ends."""
    hub.start()
    if scope["method"] != "GET":
        await _refuse(send, 405)
        return
    headers = headers_of(scope["headers"])
    ask = (headers.get("host", ""), headers.get("cookie", ""), scope["path"].removeprefix("/live/"))
    visitor = _visitor(scope, headers)
    try:
        hub.room.check(visitor)  # before anybody is asked who this is
        verdict = await _judge(ask)
        if verdict.status != 200:
            await _refuse(send, verdict.status)
            return
        subscription = hub.subscribe((verdict.municipality, ask[2]), visitor)
    except Full as full:
        await _refuse(send, 429 if isinstance(full, TooMany) else 503)
        return
    leaving: asyncio.Future[Any] = asyncio.ensure_future(_until_left(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": [
            (b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache, no-transform"),
            (b"x-accel-buffering", b"no"), (b"x-content-type-options", b"nosniff"),
        ]})  # fmt: skip
        await send({"type": "http.response.body", "body": HELLO, "more_body": True})
        await _pass_on(subscription, leaving, send, ask, guarded=verdict.guarded)
        if not leaving.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except OSError:  # the reader is gone
        return
    finally:
        leaving.cancel()
        hub.unsubscribe(subscription)


async def _pass_on(
    subscription: Subscription, leaving: asyncio.Future[Any], send: Send, ask: tuple[str, str, str], *, guarded: bool
) -> None:
    loop = asyncio.get_running_loop()
    check_at = loop.time() + RECHECK_SECONDS
    closing = hub.closing
    while closing is not None and not closing.is_set() and not leaving.done() and not subscription.lost:
        next_one: asyncio.Future[Any] = asyncio.ensure_future(subscription.queue.get())
        await asyncio.wait([next_one, leaving], timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if next_one.done():
            message = next_one.result()
        else:
            next_one.cancel()
            message = HEARTBEAT
        if leaving.done() or closing.is_set():
            return
        if guarded and loop.time() >= check_at:
            if (await _judge(ask)).status != 200:
                return
            check_at = loop.time() + RECHECK_SECONDS
        await send({"type": "http.response.body", "body": message, "more_body": True})


async def _judge(ask: tuple[str, str, str]) -> Verdict:
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, judge, *ask)
    except Exception as error:
        if not is_away(error):
            raise
        return AWAY


def _visitor(scope: Scope, headers: Mapping[str, str]) -> str:
    return visitor_at(headers.get("x-forwarded-for", ""), str((scope.get("client") or ("",))[0]))


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [
        (b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"),
        *([(b"retry-after", AGAIN[status])] if status in AGAIN else []),
        *([(b"connection", b"close")] if status in AGAIN else []),
    ]})  # fmt: skip
    await send({"type": "http.response.body", "body": WORDS.get(status, b""), "more_body": False})
