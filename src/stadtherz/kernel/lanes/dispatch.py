# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends a request down its lane, or back to the ordinary pages when it belongs to none or its handler passes it on."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from django.db import DatabaseError, connection
from django.http.request import split_domain_port
from psycopg_pool import PoolTimeout

from stadtherz.kernel.api.errors import FULL, FULL_SECONDS
from stadtherz.kernel.api.refused import BUSY, refused
from stadtherz.kernel.database.away import is_away, is_full, log_words
from stadtherz.kernel.group_commit import Busy, NotWritten
from stadtherz.kernel.lanes.body import Crowded, Gone, Slow, read_body
from stadtherz.kernel.lanes.request import LaneAnswer, LaneRequest, headers_of
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import by_host, kept_host
from stadtherz.kernel.registry.declaration import Lane, resolve
from stadtherz.kernel.registry.services import lanes
from stadtherz.kernel.ui.web.errors import server_error, without_database

logger = logging.getLogger(__name__)

LONGEST_LINE, LONGEST_HEAD = 200, 8192
"""Beyond these a request is a page: lanes remember a thousand addresses, heads and questions, and strangers choose their length."""
Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Pages = Callable[[Scope, Receive, Send], Awaitable[None]]
Handler = Callable[[LaneRequest], Awaitable[LaneAnswer | None]]


@dataclass(frozen=True, slots=True)
class _Way:
    service: str
    lane: Lane
    pattern: re.Pattern[str]


@cache
def _ways() -> tuple[_Way, ...]:
    return tuple(_Way(key, lane, re.compile(lane.path)) for key, lane in lanes())


@lru_cache(maxsize=1000)
def _way_of(method: str, path: str) -> tuple[_Way, dict[str, Any]] | None:
    """The lane of an address, with the named parts of its path; None for pages."""
    for way in _ways():
        if method in way.lane.methods and (match := way.pattern.fullmatch(path)):
            return way, match.groupdict()
    return None


@cache
def _handler(path: str) -> Handler:
    handler: Handler = resolve(path)
    return handler


async def drive(scope: Scope, receive: Receive, send: Send, pages: Pages) -> None:
    """Answer the request in its lane, else hand it to ``pages``."""
    method, path = scope["method"], scope["path"]
    found = _way_of(method, path) if len(method) + len(path) <= LONGEST_LINE else None
    if found is None or _length_of_head(scope) > LONGEST_HEAD:
        await pages(scope, receive, send)
        return
    way, groups = found
    headers = _headers(tuple(scope["headers"]))
    name = _name_of(headers.get("host", ""))
    municipality = kept_host(name) or await asyncio.to_thread(_ask_host, name)
    length = headers.get("content-length", "0")
    fits = length.isdecimal() and int(length) <= way.lane.most_bytes
    if municipality is None or not municipality.offers(way.service) or not fits:
        await pages(scope, receive, send)
        return
    body, status = None, 0
    try:
        body = await read_body(receive, way.lane.most_bytes)
    except Gone as gone:
        if not isinstance(gone, Slow):
            return
        status = 408
    except Crowded:
        status = 503
    if body is None:
        await _send(send, _unread(status or 413, path, headers))
        return
    client = scope.get("client") or ("", 0)
    request = LaneRequest(
        method=method, path=path, query=scope["query_string"].decode("latin-1"), headers=headers,
        body=body, groups=groups, municipality=municipality, scheme=scope.get("scheme", "http"),
        client=str(client[0]),
    )  # fmt: skip
    answer = await _answer(_handler(way.lane.handler), request)
    if answer is None:
        await pages(scope, _again(body), send)
        return
    await _send(send, answer)


def _unread(status: int, path: str, headers: Mapping[str, str]) -> LaneAnswer:
    """What is said to somebody whose request was not read to its end."""
    again = {"Retry-After": "5"} if status == 503 else {}
    kind, body = refused(status, path, headers, BUSY if status == 503 else "")
    return LaneAnswer(status, body, kind, again)


async def _answer(handler: Handler, request: LaneRequest) -> LaneAnswer | None:
    try:
        return await handler(request)
    except Busy as busy:
        return _instead(request, 503, BUSY, busy.retry_after)
    except NotWritten as error:  # which the committer has logged
        return _away(request, error)
    except Exception as error:
        if is_away(error):
            logger.warning("%s %s: %s", request.method, request.path, log_words(error))
            return _away(request, error)
        logger.exception("%s %s failed in its lane", request.method, request.path)
        return _instead(request, 500, "", 0)


def _away(request: LaneRequest, error: Exception) -> LaneAnswer:
    return _instead(request, 503, FULL if is_full(error) else "", FULL_SECONDS if is_full(error) else 5)


def _instead(request: LaneRequest, status: int, detail: str, retry_after: int) -> LaneAnswer:
    """Words for programs, and for browsers the page that is made without asking for anything."""
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    if request.path.startswith("/api/"):
        kind, body = refused(status, request.path, request.headers, detail)
        return LaneAnswer(status, body, kind, headers)
    asked = request.as_django()
    page = without_database(asked, full=detail == FULL) if status == 503 else server_error(asked)
    return LaneAnswer(status, page.content, page.headers["Content-Type"], dict(page.headers.items()) | headers)


def _length_of_head(scope: Scope) -> int:
    return len(scope["query_string"]) + sum(map(len, chain.from_iterable(scope["headers"])))


@lru_cache(maxsize=1000)
def _headers(given: tuple[tuple[bytes, bytes], ...]) -> Mapping[str, str]:
    """Remembered, because a device sends the same with each of its requests."""
    return headers_of(given)


@lru_cache(maxsize=1000)
def _name_of(host: str) -> str:
    return split_domain_port(host)[0]


def _ask_host(name: str) -> Municipality | None:
    """None also while the database is away: the ordinary page then says so in words."""
    try:
        return by_host(name)
    except DatabaseError as error:
        if not isinstance(error.__cause__, PoolTimeout):  # that nobody reaches it, the pool says itself
            logger.warning("the municipality of %r could not be looked up: %s", name, error)
        return None
    finally:
        connection.close()


def _again(body: bytes) -> Receive:
    """A body that was read already, for the pages."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return receive


async def _send(send: Send, answer: LaneAnswer) -> None:
    headers = [(b"content-type", answer.content_type.encode("latin-1")), (b"x-content-type-options", b"nosniff")]
    kept = False
    for given, value in answer.headers.items():
        name = given.lower()
        kept = kept or name == "cache-control"
        headers.append((name.encode("latin-1"), value.encode("latin-1")))
    if not kept:
        headers.append((b"cache-control", b"no-store"))
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})
    except OSError:  # the sender has gone
        return
