# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which requests a lane takes, what its handler sees, and what the sender hears when it fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from psycopg.errors import DiskFull

from stadtherz.kernel.group_commit import Busy, NotWritten
from stadtherz.kernel.lanes import LaneAnswer, LaneRequest, body, dispatch
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.queries import forget_hosts
from stadtherz.kernel.registry.declaration import Lane

pytestmark = pytest.mark.django_db(transaction=True)
seen: list[LaneRequest] = []


async def echo(request: LaneRequest) -> LaneAnswer | None:
    """The handler of these tests; the body says what it does."""
    seen.append(request)
    if request.body == b"pass on":
        return None
    if request.body == b"busy":
        raise Busy
    if request.body == b"full":
        raise _not_written(DiskFull())
    if request.body == b"fail":
        raise ValueError("a bug")
    return LaneAnswer(201, request.body, headers={"Location": "/there"})


def _not_written(cause: Exception) -> NotWritten:
    """As the committer tells it: what the driver says, wrapped by Django."""
    wrapped, told = OperationalError(), NotWritten()
    wrapped.__cause__, told.__cause__ = cause, wrapped
    return told


@pytest.fixture(autouse=True)
def one_lane(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    lane = Lane(frozenset({"POST"}), r"(?:/api)?/trial/(?P<number>\d+)/", f"{__name__}:echo", most_bytes=20)
    _forget_ways()
    monkeypatch.setattr(dispatch, "lanes", lambda: [("participation", lane)])
    seen.clear()
    yield
    _forget_ways()


def _forget_ways() -> None:
    dispatch._ways.cache_clear()
    dispatch._way_of.cache_clear()


def _ask(
    body: bytes = b"", *, method: str = "POST", path: str = "/trial/7/", headers: Any = (), query: bytes = b"a=1"
) -> tuple[int, Any]:
    sent: list[dict[str, Any]] = []
    pieces = [body[:4], body[4:]]
    waiting = [{"type": "http.request", "body": p, "more_body": i == 0} for i, p in enumerate(pieces)]
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query,
        "headers": [(b"host", b"kaiserslautern.localhost:80"), *headers],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def pages(_scope: Any, receive: Any, send: Any) -> None:
        read = b""
        while True:
            message = await receive()
            read += message.get("body", b"")
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b"page:" + read})

    asyncio.run(dispatch.drive(scope, receive, send, pages))
    return sent[0]["status"], (dict(sent[0]["headers"]), sent[1]["body"])


def test_the_handler_sees_the_request_and_its_municipality(kaiserslautern: Municipality) -> None:
    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x_forwarded_for", b"1.1.1.1")]
    status, (answered, body) = _ask(b"hello there", headers=headers)
    assert (status, body, answered[b"location"]) == (201, b"hello there", b"/there")
    (request,) = seen
    assert request.municipality == kaiserslautern
    assert (request.groups, request.query, request.as_django().COOKIES) == (
        {"number": "7"},
        "a=1",
        {"a": "1", "b": "2"},
    )
    assert "x_forwarded_for" not in request.headers


@pytest.mark.parametrize(("method", "path"), [("GET", "/trial/7/"), ("POST", "/trial/x/"), ("POST", "/trial/7/more/")])
def test_other_requests_are_pages(kaiserslautern: Municipality, method: str, path: str) -> None:
    assert _ask(b"hello there", method=method, path=path)[0] == 299
    assert seen == []


@pytest.mark.parametrize(
    "more",
    [
        {"path": f"/trial/{'7' * 300}/"},
        {"method": "A" * 300},
        {"headers": [(b"x-long", b"7" * 9000)]},
        {"query": b"7" * 9000},
    ],
)
def test_nothing_of_unusual_length_is_remembered(kaiserslautern: Municipality, more: dict[str, Any]) -> None:
    dispatch._headers.cache_clear()
    assert _ask(b"page", **more)[0] == 299
    assert dispatch._way_of.cache_info().currsize + dispatch._headers.cache_info().currsize <= 1


def test_a_service_that_is_switched_off_has_no_lane(kaiserslautern: Municipality) -> None:
    Municipality.objects.update(services=[])
    assert _ask(b"hello")[0] == 299


def test_an_unknown_host_has_no_lane(db: None) -> None:
    assert _ask(b"hello")[0] == 299


def test_what_a_handler_passes_on_reaches_the_page_whole(kaiserslautern: Municipality) -> None:
    status, (_, body) = _ask(b"pass on")
    assert (status, body) == (299, b"page:pass on")


def test_too_long_is_refused_while_it_is_read(kaiserslautern: Municipality) -> None:
    status, (_, said) = _ask(b"x" * 21)
    problem = json.loads(said)
    assert (status, problem["error"]) == (413, {"code": 413, "message": problem["detail"]})
    assert seen == []


ENDLESS = {"type": "http.request", "body": b"x", "more_body": True}


@pytest.mark.parametrize(
    ("message", "limit", "statuses"),
    [
        (None, "SILENT_SECONDS", [408]), ({"type": "http.disconnect"}, "SILENT_SECONDS", []),
        (ENDLESS, "BODY_SECONDS", [408]), (ENDLESS, "MOST_HELD", [503]),
    ],
)  # fmt: skip
def test_who_is_slow_or_leaves_holds_nothing(
    kaiserslautern: Municipality, monkeypatch: Any, message: Any, limit: str, statuses: list[int]
) -> None:
    """Silent, gone, drop by drop without end, or one of too many that send much at once."""
    monkeypatch.setattr(body, limit, 0.0)
    monkeypatch.setattr(body, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(body, "SHORT", 0)
    sent: list[Any] = []
    scope = {
        "type": "http", "method": "POST", "path": "/trial/7/", "query_string": b"",
        "headers": [(b"host", b"kaiserslautern.localhost")],
    }  # fmt: skip

    async def receive() -> Any:
        return message or await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(dispatch.drive(scope, receive, send, send))
    assert ([each["status"] for each in sent if "status" in each], seen) == (statuses, [])
    assert body._Held.bytes == 0


def test_busy_says_when_to_come_back(kaiserslautern: Municipality) -> None:
    status, (headers, body) = _ask(b"busy", path="/api/trial/7/", headers=[(b"accept-language", b"de")])
    assert (status, headers[b"retry-after"], headers[b"content-type"]) == (503, b"1", b"application/problem+json")
    told = json.loads(body)
    assert (told["status"], told["code"], told["message"]) == (503, 503, told["detail"])
    assert told["detail"].startswith("Gerade kommt zu viel")


def test_a_full_disk_is_called_so(kaiserslautern: Municipality) -> None:
    """Who sends values, and who looks at the page, hear that somebody must make room, and not that the database is away."""
    english = [(b"accept-language", b"en")]
    status, (headers, body) = _ask(b"full", path="/api/trial/7/", headers=english)
    assert (status, headers[b"retry-after"]) == (503, b"60")
    assert json.loads(body)["detail"].startswith("The disk of the database is full")
    status, (headers, body) = _ask(b"full", headers=english)
    assert (status, b"no room left" in body, b"working on the platform" in body) == (503, True, False)


def test_a_browser_reads_a_page_where_a_program_reads_a_problem(kaiserslautern: Municipality) -> None:
    status, (headers, body) = _ask(b"busy", headers=[(b"accept-language", b"en")])
    assert (status, headers[b"retry-after"], headers[b"content-language"]) == (503, b"1", b"en")
    assert b"was not saved" in body


def test_a_bug_is_an_error_in_the_same_form(kaiserslautern: Municipality) -> None:
    status, (headers, body) = _ask(b"fail", path="/api/trial/7/")
    assert (status, headers[b"content-type"]) == (500, b"application/problem+json")
    assert b"a bug" not in body


def test_a_host_that_cannot_be_looked_up_is_the_pages_matter(kaiserslautern: Municipality) -> None:
    forget_hosts()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE municipalities_municipalityhost RENAME TO away")
        try:
            status, (_, body) = _ask(b"hello there")
        finally:
            cursor.execute("ALTER TABLE away RENAME TO municipalities_municipalityhost")
    assert (status, body, seen) == (299, b"page:hello there", [])
