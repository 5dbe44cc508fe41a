# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bridge between ASGI and WSGI, asked as a server would ask it: bodies, methods, visitors that are slow or gone."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stadtherz.config import bridge
from stadtherz.config.bridge import Bridge, environ_of

Environ = dict[str, Any]


class Closing:
    """An endless or long answer that notices when it is closed."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces, self.closed, self.streaming = pieces, 0, True

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        self.closed += 1


def _scope(method: str = "GET", path: str = "/", headers: dict[str, str] | None = None) -> Environ:
    return {
        "type": "http", "method": method, "path": path, "query_string": b"a=b", "http_version": "1.1", "scheme": "http",
        "server": ("localhost", 8000), "client": ("192.0.2.1", 1234),
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
    }  # fmt: skip


def _ask(
    application: Callable[..., Iterable[bytes]],
    scope: Environ,
    *messages: dict[str, Any],
    silent: bool = False,
    gone_after: int | None = None,
) -> tuple[int | None, bytes, int]:
    """Status, body and number of pieces."""

    async def run() -> tuple[int | None, bytes, int]:
        waiting, sent = (
            list(messages or [{"type": "http.request", "body": b"", "more_body": False}]),
            list[dict[str, Any]](),
        )

        async def receive() -> dict[str, Any]:
            if not waiting:
                await asyncio.sleep(3600 if silent else 0)
                return {"type": "http.disconnect"}
            return waiting.pop(0)

        async def send(message: dict[str, Any]) -> None:
            if gone_after is not None and len(sent) >= gone_after:
                raise ConnectionResetError
            sent.append(message)

        made = Bridge(application, threads=2, most_bytes=1000, most_upload_bytes=5000)
        await made(scope, receive, send)
        made.threads.shutdown()
        status = sent[0]["status"] if sent else None
        return status, b"".join(message.get("body", b"") for message in sent[1:]), len(sent) - 1

    return asyncio.run(run())


def _echo(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Length", environ["CONTENT_LENGTH"])])
    return [environ["REQUEST_METHOD"].encode(), b" ", body]


def _piece(body: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_in_pieces_without_a_length() -> None:
    assert _ask(_echo, _scope("POST"), _piece(b"ab", True), _piece(b"c", True), _piece(b"")) == (200, b"POST abc", 1)


def test_head_has_no_body() -> None:
    assert _ask(_echo, _scope("HEAD")) == (200, b"", 1)


@pytest.mark.parametrize(("headers", "sizes", "status"), [
    ({"content-length": "1000"}, [1000], 200),
    ({"content-length": "1001"}, [], 413),
    ({}, [600, 600], 413),
    ({"content-type": "multipart/form-data; boundary=x"}, [3000, 2000], 200),
    ({"content-type": "multipart/form-data; boundary=x"}, [3000, 2001], 413),
    ({"content-length": "x"}, [10], 200),
])  # fmt: skip
def test_a_request_has_a_size(headers: dict[str, str], sizes: list[int], status: int) -> None:
    pieces = [_piece(b"x" * size, True) for size in sizes] + [_piece(b"")]
    assert _ask(_echo, _scope("POST", headers=headers), *pieces)[0] == status


@pytest.mark.parametrize(("language", "words"), [("en", "in parts"), ("de,en;q=0.5", "in Teilen")])
def test_programs_are_refused_in_json(language: str, words: str) -> None:
    """A million observations in one request, before they were read."""
    headers = {"content-length": "33000000", "accept-language": language}
    scope = _scope("POST", "/api/sta/v1.1/CreateObservations", headers)
    status, body, _parts = _ask(_echo, scope)
    told = json.loads(body)
    assert (status, told) == (413, {"code": 413, "type": "error", "message": told["message"]}), (
        "as the interface tells its errors"
    )
    assert words in told["message"]
    other = json.loads(_ask(_echo, _scope("POST", "/api/v1/participation/ideas", headers))[1])
    assert (other["status"], other["detail"]) == (413, told["message"])


@pytest.mark.parametrize(("headers", "left"), [({}, 0), ({"expect": "100-continue"}, 3)])
def test_who_is_refused_is_not_cut_off_while_sending(headers: dict[str, str], left: int) -> None:
    """A proxy that is cut off answers 502 in our place."""
    pieces = [_piece(b"x" * 900, True), _piece(b"x" * 900, True), _piece(b"x")]
    waiting, sent = list(pieces), list[dict[str, Any]]()

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message | {"left": len(waiting)})

    made = Bridge(_echo, threads=1, most_bytes=1000, most_upload_bytes=1000)
    asyncio.run(made(_scope("POST", headers={"content-length": "1801"} | headers), receive, send))
    made.threads.shutdown()
    assert (sent[0]["status"], sent[0]["left"]) == (413, left)


def test_a_visitor_that_stops_sending_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "SILENT_SECONDS", 0.05)
    assert _ask(_echo, _scope("POST"), _piece(b"a", True), silent=True)[0] == 408


def test_a_visitor_that_leaves_while_sending_costs_no_thread() -> None:
    asked: list[Environ] = []

    def application(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        asked.append(environ)
        return []

    assert _ask(application, _scope("POST"), _piece(b"a", True))[0] is None
    assert asked == []


def test_a_long_answer_goes_out_in_pieces_and_is_closed() -> None:
    long = Closing([b"x" * 100_000] * 10)

    def application(environ: Environ, start_response: Callable[..., Any]) -> Closing:
        start_response("200 OK", [])
        return long

    status, body, pieces = _ask(application, _scope())
    assert (status, len(body), long.closed) == (200, 1_000_000, 1)
    assert pieces > 5


@pytest.mark.parametrize("gone_after", [0, 1, 3])
def test_an_answer_to_somebody_who_left_is_closed(gone_after: int) -> None:
    endless = Closing(b"x" * 100_000 for _ in range(10_000_000))

    def application(environ: Environ, start_response: Callable[..., Any]) -> Closing:
        start_response("200 OK", [])
        return endless

    _ask(application, _scope(), gone_after=gone_after)
    assert endless.closed == 1


def test_the_whole_request_runs_in_one_thread() -> None:
    seen: set[int] = set()

    def application(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        seen.add(threading.get_ident())
        return _echo(environ, start_response)

    _ask(application, _scope("POST"), _piece(b"x"))
    assert len(seen) == 1
    assert threading.get_ident() not in seen


def test_pages_do_not_wait_for_programs() -> None:
    """However many slow questions come by the interfaces, a thread is left for a page; and the questions are answered in their turn."""
    page_came, held, most = threading.Event(), list[int](), list[int]()

    def application(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"].startswith("/api/"):
            held.append(1)
            most.append(len(held))
            assert page_came.wait(30)
            held.pop()
        else:
            page_came.set()
        start_response("200 OK", [])
        return [b"there"]

    async def run() -> list[int]:
        made, found = Bridge(application, threads=4, most_bytes=1000, most_upload_bytes=5000), list[int]()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                found.append(message["status"])

        slow = [asyncio.create_task(made(_scope(path="/api/sta/v1.1/Things"), receive, send)) for _ in range(20)]
        await asyncio.sleep(0)
        await made(_scope(path="/wissen/"), receive, send)
        await asyncio.gather(*slow)
        made.threads.shutdown()
        return found

    assert asyncio.run(run()) == [200] * 21
    assert max(most) <= 3


def test_the_environment_of_a_request() -> None:
    scope = _scope(
        "POST", "/straße/%2F", {"cookie": "a=1", "x-forwarded-for": "192.0.2.9", "content-type": "text/plain"}
    )
    scope["headers"] += [(b"cookie", b"b=2"), (b"x_forwarded_for", b"6.6.6.6")]
    environ = environ_of(scope, None)  # type: ignore[arg-type]
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/straße/%2F"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.9"  # an underscore does not smuggle a second one in
    assert (environ["CONTENT_TYPE"], environ["REMOTE_ADDR"]) == ("text/plain", "192.0.2.1")


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "SpooledTemporaryFile", lambda _size: Path("/dev/full").open("wb"))  # noqa: SIM115
    status, words, _pieces = _ask(_echo, _scope("POST"), _piece(b"a" * 9, False))
    assert (status, "Platz" in words.decode()) == (507, True)
    status, words, _pieces = _ask(
        _echo, _scope("POST", "/api/v1/x", {"accept-language": "de"}), _piece(b"a" * 9, False)
    )
    assert (status, "Platz" in json.loads(words)["detail"]) == (507, True)
