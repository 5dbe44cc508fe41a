# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs the pages (WSGI) inside the one ASGI application: the body is read first, then one thread does the whole request.

A thread is held only while Django works, never while a slow visitor sends or reads; and the answer crosses from the
thread to the event loop once (docs/adr/0003). Large and endless answers (files) are passed on piece by piece. Programs that ask
much wait for each other, and pages do not wait for them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Environ = dict[str, Any]
WSGIApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

logger = logging.getLogger(__name__)

IN_MEMORY = 512 * 1024
PIECE = 256 * 1024
SILENT_SECONDS = 20.0
PROGRAMS = "/api/"
BODY_SECONDS = 300.0
SWALLOW_BYTES, SWALLOW_SECONDS = 32 * 2**20, 10.0
WORDS = {
    408: b"408 Request Timeout: the request arrived too slowly.",
    413: (
        "Das war zu viel auf einmal. Ein Bild darf höchstens 10 MB groß sein. Es wurde nichts gespeichert.\n"
        "Eine Seite zurück steht noch im Formular, was geschrieben war.\n\n"
        "413 Content Too Large: the request is larger than this address takes. Nothing was saved; go back one page.\n"
    ).encode(),
    507: (
        "Hier ist gerade kein Platz mehr, um anzunehmen, was du geschickt hast. Es wurde nichts gespeichert.\n"
        "Eine Seite zurück steht noch im Formular, was geschrieben war. Bitte versuche es später noch einmal.\n\n"
        "507 Insufficient Storage: there is no room left here. Nothing was saved; go back one page, and try again later.\n"
    ).encode(),
}


class Refused(Exception):
    """The request is answered without Django."""

    def __init__(self, status: int) -> None:
        self.status = status


class Left(Exception):
    """The visitor closed the connection before the request was complete."""


@dataclass(slots=True)
class Answer:
    """What Django began to answer; ``rest`` yields what did not fit into the first piece."""

    status: int
    headers: list[tuple[bytes, bytes]]
    first: bytes
    rest: Iterator[bytes] | None
    close: Callable[[], None]


class Bridge:
    """An ASGI application around a WSGI one."""

    def __init__(self, application: WSGIApplication, *, threads: int, most_bytes: int, most_upload_bytes: int) -> None:
        self.application = application
        self.most_bytes, self.most_upload_bytes = most_bytes, most_upload_bytes
        self.threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="page")
        #: questions of programs may take seconds each; a quarter of the threads is left to people who open pages
        self.programs = asyncio.Semaphore(max(1, threads - max(1, threads // 4)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._body(scope, receive)
        except Refused as refusal:
            if refusal.status != 408:
                await _swallow(scope, receive)
            await _refuse(send, refusal.status, scope)
            return
        except Left:
            return
        loop = asyncio.get_running_loop()
        answer = None
        try:
            async with self.programs if scope["path"].startswith(PROGRAMS) else contextlib.nullcontext():
                answer = await loop.run_in_executor(self.threads, self._work, scope, body)
            silent = scope["method"] == "HEAD"
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            more = answer.rest is not None and not silent
            await send({"type": "http.response.body", "body": b"" if silent else answer.first, "more_body": more})
            while more and answer.rest is not None:
                piece = await loop.run_in_executor(self.threads, next, answer.rest, b"")
                more = bool(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": more})
        except OSError:  # the visitor is gone
            return
        finally:
            if answer is not None and answer.rest is not None:
                await loop.run_in_executor(self.threads, answer.close)
            body.close()

    async def _body(self, scope: Scope, receive: Receive) -> IO[bytes]:
        """The whole body, in memory while it is small, else in a temporary file. Raises ``Refused`` or ``Left``."""
        headers = {name: value for name, value in scope["headers"] if name in {b"content-length", b"content-type"}}
        is_upload = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
        most = self.most_upload_bytes if is_upload else self.most_bytes
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > most:
            raise Refused(413)
        file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed by the caller
        loop, size = asyncio.get_running_loop(), 0
        until = loop.time() + BODY_SECONDS
        try:
            while True:
                async with asyncio.timeout_at(min(until, loop.time() + SILENT_SECONDS)):
                    message = await receive()
                if message["type"] == "http.disconnect":
                    raise Left
                piece = message.get("body", b"")
                size += len(piece)
                if size > most:
                    raise Refused(413)
                _keep(file, piece)
                if not message.get("more_body", False):
                    break
        except BaseException as problem:
            with contextlib.suppress(OSError):  # what could not be written cannot be written now either
                file.close()
            if isinstance(problem, TimeoutError):
                raise Refused(408) from None
            raise
        file.seek(0)
        scope["stadtherz.size"] = size
        return file

    def _work(self, scope: Scope, body: IO[bytes]) -> Answer:
        """In a thread: the whole request; everything that fits into one piece is collected here."""
        started: list[tuple[int, list[tuple[bytes, bytes]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            found = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            started[:] = [(int(status[:3]), found)]
            return lambda _piece: None

        iterable = self.application(environ_of(scope, body), start_response)
        close = getattr(iterable, "close", lambda: None)
        pieces, size, rest = [], 0, None
        iterator = iter(iterable)
        try:
            for piece in iterator:
                pieces.append(piece)
                size += len(piece)
                if size >= PIECE and getattr(iterable, "streaming", True):
                    rest = iterator
                    break
        except BaseException:
            close()
            raise
        if rest is None:
            close()
        status, headers = started[0]
        return Answer(status, headers, b"".join(pieces), rest, close)


def _keep(file: IO[bytes], piece: bytes) -> None:
    """Add a piece of a body. Raises ``Refused`` when the disk for temporary files is full."""
    try:
        file.write(piece)
        file.flush()
    except OSError as problem:
        logger.error("there is no room for the body of a request in %s: %s", gettempdir(), problem.strerror)
        raise Refused(507) from None


def environ_of(scope: Scope, body: IO[bytes]) -> Environ:
    """The WSGI environment (PEP 3333) of an ASGI scope."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "", "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"), "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]), "SERVER_PORT": str(server[1] or 0), "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1]), "wsgi.version": (1, 0), "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body, "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True,
        "wsgi.run_once": False, "wsgi.input_terminated": True,
    }  # fmt: skip
    for raw, value in scope["headers"]:
        if b"_" in raw:  # X_Forwarded_For would become the same name as X-Forwarded-For
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        name = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
        text = value.decode("latin-1")
        separator = "; " if name == "HTTP_COOKIE" else ","
        environ[name] = environ[name] + separator + text if name in environ else text
    environ["CONTENT_LENGTH"] = str(scope.get("stadtherz.size", 0))  # a chunked body has no length of its own
    return environ


async def _swallow(scope: Scope, receive: Receive) -> None:
    """Take in what is still being sent, and forget it. Whoever is cut off while sending, above all a proxy in front, sees a broken
    connection instead of our words. A sender that asks first (``Expect: 100-continue``) has not begun."""
    if any(name == b"expect" for name, _value in scope["headers"]):
        return
    swallowed = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SWALLOW_SECONDS):
            while swallowed < SWALLOW_BYTES:
                message = await receive()
                swallowed += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


async def _refuse(send: Send, status: int, scope: Scope) -> None:
    """In words for people; to programs as a problem document."""
    from stadtherz.kernel.api.refused import refused  # needs Django, which is not ready when this module is loaded
    from stadtherz.kernel.lanes import headers_of

    kind, words = b"text/plain; charset=utf-8", WORDS[status]
    if scope["path"].startswith(PROGRAMS):
        told, words = refused(status, scope["path"], headers_of(scope["headers"]))
        kind = told.encode()
    headers = [(b"content-type", kind), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words, "more_body": False})
