# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The client against a real server on this machine that behaves badly in every way we know."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from stadtherz.kernel.outside import addresses, client
from stadtherz.kernel.outside.client import Request, _again, download, fetch, use
from stadtherz.kernel.outside.recorded import Recorded, Recorder
from stadtherz.kernel.outside.refusals import (
    AddressNotAllowed,
    BadStatus,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)

Behave = Callable[[BaseHTTPRequestHandler], None]


class Peer:
    """A server whose paths are given by the test."""

    def __init__(self) -> None:
        self.paths: dict[str, Behave] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                peer.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                peer.paths[self.path.partition("?")[0]](self)

            def log_message(self, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answers(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> None:
        def behave(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.paths[path] = behave


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_again, "__defaults__", (lambda seconds: None,))


def test_an_answer_with_its_headers(peer: Peer) -> None:
    peer.answers("/a", b"hallo", ETag='"1"', Content_Type="text/plain")
    answer = fetch(f"{peer.url}/a?b=c", headers={"X-Key": "1"})
    assert (answer.status, answer.body, answer.etag, answer.headers["content-type"]) == (
        200,
        b"hallo",
        '"1"',
        "text/plain",
    )
    path, headers = peer.seen[0]
    assert path == "/a?b=c"
    assert headers["host"] == peer.url.removeprefix("http://")
    assert headers["user-agent"].startswith("Stadtherz/")
    assert headers["x-key"] == "1"


def test_unchanged_data_is_not_sent_again(peer: Peer) -> None:
    peer.answers("/a", status=304)
    answer = fetch(f"{peer.url}/a", etag='"1"', modified="Fri, 04 Oct 2024 14:30:00 GMT")
    assert answer.unchanged
    assert peer.seen[0][1]["if-none-match"] == '"1"'


def test_redirects_are_followed_and_keep_secrets_at_home(peer: Peer) -> None:
    other = Peer()
    other.answers("/end", b"da")
    peer.answers("/near", status=302, Location="/far")
    peer.answers("/far", status=302, Location=f"{other.url}/end")
    answer = fetch(f"{peer.url}/near", headers={"Authorization": "Bearer x"})
    assert (answer.body, answer.url) == (b"da", f"{other.url}/end")
    assert [headers.get("authorization") for _path, headers in peer.seen] == ["Bearer x", "Bearer x"]
    assert "authorization" not in other.seen[0][1]
    other.server.shutdown()
    other.server.server_close()


@pytest.mark.parametrize(
    "inside", ["http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/", "file:///etc/passwd"]
)
def test_a_redirect_does_not_lead_inside(peer: Peer, inside: str) -> None:
    peer.answers("/a", status=302, Location=inside)
    with pytest.raises(AddressNotAllowed):
        fetch(f"{peer.url}/a")


def test_a_circle_of_redirects_ends(peer: Peer) -> None:
    peer.answers("/a", status=307, Location="/a")
    with pytest.raises(TooManyRedirects):
        fetch(f"{peer.url}/a")


def test_too_large_is_refused_while_it_arrives(peer: Peer) -> None:
    peer.answers("/a", b"x" * 200_000)
    with pytest.raises(TooLarge, match="100,000 bytes"):
        fetch(f"{peer.url}/a", max_bytes=100_000)


def test_a_bomb_is_counted_unpacked(peer: Peer) -> None:
    peer.answers("/a", gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")
    with pytest.raises(TooLarge):
        fetch(f"{peer.url}/a", max_bytes=1_000_000)


DROPS, DROP_SECONDS = 400, 0.02


def _drip(part: bytes) -> Behave:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(
                b"HTTP/1.1 200 OK\r\n" + (b"" if part.startswith(b"X") else b"Content-Length: 9999\r\n\r\n")
            )
            for _ in range(DROPS):
                handler.wfile.write(part)
                time.sleep(DROP_SECONDS)
        except OSError:
            return

    return behave


@pytest.mark.parametrize("part", [b"a", b"X-Slow: 1\r\n"], ids=["body", "headers"])
def test_a_dripping_answer_is_cut_at_the_deadline(peer: Peer, part: bytes) -> None:
    peer.paths["/a"] = _drip(part)
    started = time.monotonic()
    with pytest.raises((TooSlow, Unreachable)):
        fetch(f"{peer.url}/a", seconds=0.5, attempts=1)
    assert time.monotonic() - started < DROPS * DROP_SECONDS / 2


def test_an_answer_that_breaks_off_is_said_to(peer: Peer) -> None:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nhalf")

    peer.paths["/a"] = behave
    with pytest.raises(Unreachable, match="broke off in the middle"):
        fetch(f"{peer.url}/a", attempts=1)


def test_silence_is_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TooSlow):
        fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.3, attempts=1)


def test_what_passes_by_itself_is_tried_again(peer: Peer) -> None:
    statuses = iter([503, 429, 200])

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(next(statuses))
        handler.send_header("Retry-After", "7")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    peer.paths["/a"] = behave
    pauses: list[float] = []
    assert _again(Request(f"{peer.url}/a"), 3, None, pauses.append).status == 200
    assert pauses == [7.0, 7.0]


def test_what_does_not_pass_is_an_error_at_once(peer: Peer) -> None:
    peer.answers("/a", status=404)
    with pytest.raises(BadStatus) as problem:
        fetch(f"{peer.url}/a")
    assert problem.value.status == 404
    assert len(peer.seen) == 1


def test_pauses_grow_and_differ() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    pauses: list[float] = []
    with pytest.raises(Unreachable, match="cannot be reached"):
        _again(Request(f"http://127.0.0.1:{port}/"), 4, None, pauses.append)
    assert [low <= pause <= 2 * low for pause, low in zip(pauses, [0.5, 1, 2], strict=True)] == [True] * 3


def test_a_name_that_changes_its_mind_changes_nothing(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first answer is harmless, every later one leads inside."""
    peer.answers("/a", b"hallo")
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *args: object, **kind: object) -> list[object]:
        asked.append(host)
        address = "127.0.0.1" if asked.count("rebind.example.org") <= 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    port = peer.server.server_port
    assert fetch(f"http://rebind.example.org:{port}/a").body == b"hallo"
    assert asked.count("rebind.example.org") == 1
    assert peer.seen[0][1]["host"] == f"rebind.example.org:{port}"


def test_a_download_appears_when_it_is_complete(peer: Peer, tmp_path: Path) -> None:
    peer.answers("/a", b"x" * 300_000)
    goal = tmp_path / "region.osm.pbf"
    download(f"{peer.url}/a", to=goal, max_bytes=1_000_000)
    assert goal.stat().st_size == 300_000
    with pytest.raises(TooLarge):
        download(f"{peer.url}/a", to=goal, max_bytes=1000)
    assert [file.name for file in tmp_path.iterdir()] == ["region.osm.pbf"]
    assert goal.stat().st_size == 300_000


def test_a_recording_plays_back(peer: Peer, tmp_path: Path) -> None:
    peer.answers("/a", b"42 cm", ETag='"7"')
    with use(Recorder(tmp_path / "river")):
        assert fetch(f"{peer.url}/a").body == b"42 cm"
    peer.paths.clear()
    recorded = Recorded(tmp_path / "river")
    with use(recorded):
        assert fetch(f"{peer.url}/a").body == b"42 cm"
        assert fetch(f"{peer.url}/a", etag='"7"').unchanged
        download(f"{peer.url}/a", to=tmp_path / "copy", max_bytes=100)
        with pytest.raises(Unreachable, match="not in the recording"):
            fetch(f"{peer.url}/b")
    assert (tmp_path / "copy").read_bytes() == b"42 cm"
    assert len(recorded.asked) == 6


def test_in_production_this_machine_is_not_asked(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.OPTION, "outside_loopback", False)
    with pytest.raises(AddressNotAllowed):
        fetch(f"{peer.url}/a")
    assert peer.seen == []


def test_certificates_are_checked_against_the_name() -> None:
    pool = client._pool(addresses.Target("https", "example.org", 443, "193.99.144.80", "/"), client.urllib3.Timeout(1))
    assert isinstance(pool, client.urllib3.HTTPSConnectionPool)
    assert (pool.cert_reqs, pool.assert_hostname) == ("CERT_REQUIRED", "example.org")
    assert pool.conn_kw["server_hostname"] == "example.org"


def test_how_long_to_wait_is_said_in_plain_digits_or_not_at_all() -> None:
    said = ("", "3", "900", "²", "Wed, 21 Oct 2026 07:28:00 GMT")
    assert [client._seconds(text) for text in said] == [0, 3, 30, 0, 0]
