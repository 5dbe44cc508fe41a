# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asking other systems over HTTP: addresses judged, size and time limited, tried again with growing pauses.

Everything that the platform fetches goes through ``fetch`` (into memory) or ``download`` (into a file). Under ``use`` a
recorded answer takes the place of the network, so that connectors are tested without it.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError

import stadtherz
from stadtherz.kernel.outside.addresses import Target, target
from stadtherz.kernel.outside.refusals import (
    AddressNotAllowed,
    BadStatus,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)

AGENT = f"Stadtherz/{stadtherz.__version__}"
CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
REDIRECTS = {301, 302, 303, 307, 308}
TRY_AGAIN = {429, 500, 502, 503, 504}
CHUNK = 64 * 1024
SECRET_HEADERS = {"authorization", "cookie", "x-api-key"}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. ``etag`` and ``modified`` come from the last answer and make the other system say 304. Without ``follow`` a
    redirection is the answer."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    etag: str = ""
    modified: str = ""
    max_bytes: int = 10_000_000
    seconds: float = 60.0
    follow: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``url`` is where it came from after redirects; header names are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def unchanged(self) -> bool:
        """304: what was fetched last time is still right."""
        return self.status == 304

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")

    @property
    def modified(self) -> str:
        return self.headers.get("last-modified", "")


class Outside(Protocol):
    """What answers requests: the network, or recorded answers."""

    def ask(self, request: Request, into: IO[bytes] | None) -> Answer:
        """One attempt. With ``into`` the body is written there and ``Answer.body`` stays empty."""


def fetch(url: str, *, attempts: int = 3, **details: object) -> Answer:
    """Ask for ``url`` and return the answer, of at most ``max_bytes``, within ``seconds`` per attempt.

    ``details`` are the fields of ``Request``. A status of 400 and more raises ``BadStatus``; what may pass by itself
    (a broken connection, 429, 5xx) is tried again after a growing pause. Raises an ``OutsideError``.
    """
    return _again(Request(url, **details), attempts, None)  # type: ignore[arg-type]


def download(
    url: str, *, to: Path, attempts: int = 3, max_bytes: int, seconds: float = 3600, **details: object
) -> Answer:
    """Like ``fetch``, into the file ``to``, which appears only when it is complete."""
    part = to.with_name(f"{to.name}.part")
    request = Request(url, max_bytes=max_bytes, seconds=seconds, **details)  # type: ignore[arg-type]
    try:
        with part.open("wb") as into:
            answer = _again(request, attempts, into)
        if not answer.unchanged:
            part.replace(to)
        return answer
    finally:
        part.unlink(missing_ok=True)


def _again(
    request: Request, attempts: int, into: IO[bytes] | None, sleep: Callable[[float], None] = time.sleep
) -> Answer:
    for attempt in range(attempts):
        retry_after = 0.0
        try:
            answer = _outside.get().ask(request, into)
        except (Unreachable, TooSlow):
            if attempt + 1 == attempts:
                raise
        else:
            if answer.status < 400:
                return answer
            problem = BadStatus(
                f"{urlsplit(request.url).hostname} answered with the error {answer.status}.", answer.status
            )
            if answer.status not in TRY_AGAIN or attempt + 1 == attempts:
                raise problem
            retry_after = _seconds(answer.headers.get("retry-after", ""))
        if into is not None:
            into.seek(0)
            into.truncate()
        sleep(max(retry_after, 2**attempt * random.uniform(0.5, 1.0)))  # noqa: S311
    raise ValueError("attempts must be at least 1")


def _seconds(retry_after: str) -> float:
    return min(float(retry_after), 30.0) if retry_after.isdecimal() else 0.0


class Network:
    """The real one."""

    def ask(self, request: Request, into: IO[bytes] | None) -> Answer:
        url, headers, method, body = request.url, dict(request.headers), request.method, request.body
        deadline = time.monotonic() + request.seconds
        for _hop in range(6):
            where = target(url)
            asked = replace(request, url=url, method=method, headers=headers, body=body)
            answer = _ask_once(where, asked, deadline, into)
            location = answer.headers.get("location")
            if answer.status not in REDIRECTS or not location or not request.follow:
                return answer
            following = urljoin(url, location)
            if where.scheme == "https" and urlsplit(following).scheme == "http":
                raise AddressNotAllowed(f"{where.host} sends from https to http, which is not followed.")
            if urlsplit(following).netloc != urlsplit(url).netloc:
                headers = {name: value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}
            if answer.status == 303 or (answer.status in {301, 302} and method == "POST"):
                method, body = "GET", None
            url = following
        raise TooManyRedirects(f"{urlsplit(request.url).hostname} redirects more than five times.")


def _ask_once(where: Target, request: Request, deadline: float, into: IO[bytes] | None) -> Answer:
    sent = {"User-Agent": AGENT, "Accept-Encoding": "gzip", **request.headers, "Host": where.authority}
    if request.etag:
        sent["If-None-Match"] = request.etag
    if request.modified:
        sent["If-Modified-Since"] = request.modified
    left = deadline - time.monotonic()
    if left <= 0:
        raise TooSlow(f"{where.host} did not answer within {request.seconds:.0f} seconds.")
    timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=min(READ_SECONDS, left))
    with _pool(where, timeout) as pool, _deadline(pool, left) as late:
        try:
            answer = pool.urlopen(
                request.method, where.path, body=request.body, headers=sent, redirect=False, retries=False, preload_content=False,
                assert_same_host=False,
            )  # fmt: skip
            found = {name.lower(): value for name, value in answer.headers.items()}
            redirects = answer.status in REDIRECTS
            content = _read(answer, request, deadline, where, None if redirects or answer.status >= 400 else into)
            if late.is_set():  # the cut looks like the end of an answer without a length
                raise TooSlow(f"{where.host} needs more than {request.seconds:.0f} seconds.")
            return Answer(request.url, answer.status, found, content)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            slow = isinstance(error, ReadTimeoutError | ConnectTimeoutError) and not isinstance(
                error, NewConnectionError
            )
            if late.is_set() or slow:
                raise TooSlow(f"{where.host} did not answer in time.") from error
            if any(isinstance(reason, IncompleteRead) for reason in error.args):
                raise Unreachable(f"{where.host} broke off in the middle of its answer.") from error
            raise Unreachable(f"{where.host} cannot be reached: {error}.") from error


def _pool(where: Target, timeout: urllib3.Timeout) -> urllib3.HTTPConnectionPool:
    """A pool of one connection to the judged address; the certificate is checked against the name that was asked for."""
    if where.scheme == "http":
        return urllib3.HTTPConnectionPool(where.address, where.port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        where.address, where.port, timeout=timeout, maxsize=1, cert_reqs="CERT_REQUIRED",
        server_hostname=where.host, assert_hostname=where.host,
    )  # fmt: skip


@contextmanager
def _deadline(pool: urllib3.HTTPConnectionPool, seconds: float) -> Iterator[threading.Event]:
    """Cut the connection when the time is over: a peer that sends one byte every few seconds keeps every other limit."""
    late, sockets = threading.Event(), list[socket.socket]()
    connection_class = pool.ConnectionCls

    class Watched(connection_class):  # type: ignore[valid-type,misc]
        def connect(self) -> None:
            super().connect()
            if self.sock is not None:
                sockets.append(self.sock)

    def cut() -> None:
        late.set()
        for each in sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    pool.ConnectionCls = Watched
    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _read(
    answer: urllib3.BaseHTTPResponse, request: Request, deadline: float, where: Target, into: IO[bytes] | None
) -> bytes:
    """The body, decoded, counted while it arrives: a small packed answer can become a large one."""
    size, parts = 0, list[bytes]()
    try:
        while chunk := answer.read(CHUNK):
            size += len(chunk)
            if size > request.max_bytes:
                raise TooLarge(f"{where.host} sends more than {request.max_bytes:,} bytes.")
            if time.monotonic() > deadline:
                raise TooSlow(f"{where.host} needs more than {request.seconds:.0f} seconds.")
            if into is None:
                parts.append(chunk)
            else:
                into.write(chunk)
    finally:
        answer.close()
    return b"".join(parts)


_outside: ContextVar[Outside] = ContextVar("outside", default=Network())  # noqa: B039


@contextmanager
def use(outside: Outside) -> Iterator[None]:
    """Let ``outside`` answer instead of the network."""
    token = _outside.set(outside)
    try:
        yield
    finally:
        _outside.reset(token)
