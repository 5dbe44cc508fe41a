# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many streams one visitor and one process keep open, and what who finds no room is told."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtherz.kernel.live.hub import hub
from stadtherz.kernel.live.room import ALWAYS, Full, Room, TooMany, most_connections, most_streams
from stadtherz.kernel.live.stream import stream


def fill(room: Room, visitor: str) -> int:
    """As many as this visitor gets."""
    number = 0
    try:
        while True:
            room.enter(visitor)
            number += 1
    except Full:
        return number


def test_one_visitor_gets_many_and_never_all() -> None:
    room = Room(most=3000)
    assert fill(room, "mobile network") == 1000, "half of what is then still free"
    assert fill(room, "another one") == 667
    for number in range(8):
        fill(room, f"attacker {number}")
    with pytest.raises(TooMany):
        room.enter("mobile network")
    assert fill(room, "who comes late") > ALWAYS


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=200), st.integers(0, 60))
def test_what_is_held_is_what_was_entered_and_not_left(moves: list[tuple[int, bool]], most: int) -> None:
    room, held = Room(most=most), Counter[str]()
    for number, comes in moves:
        visitor = str(number)
        if not comes:
            if held[visitor]:
                room.leave(visitor)
                held[visitor] -= 1
            continue
        try:
            room.enter(visitor)
            held[visitor] += 1
        except TooMany:
            assert held[visitor] >= ALWAYS
        except Full:
            assert room.count == most
    assert room.count == sum(held.values()) <= most
    assert room.held == +held


def test_streams_leave_half_of_the_connections_and_some_files_to_pages() -> None:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most_connections() == 2 * most_streams()
    assert soft == resource.RLIM_INFINITY or most_connections() < soft


def _ask(
    room: Room, monkeypatch: pytest.MonkeyPatch, client: str, forwarded: str = ""
) -> tuple[int, dict[bytes, bytes]]:
    monkeypatch.setattr(hub, "room", room)
    sent: list[dict[str, Any]] = []
    headers = [(b"host", b"nowhere.example.org"), *([(b"x-forwarded-for", forwarded.encode())] if forwarded else [])]
    scope = {"type": "http", "method": "GET", "path": "/live/sample:1", "headers": headers, "client": (client, 1)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def ask() -> None:
        try:
            await stream(scope, asyncio.Event().wait, send)  # type: ignore[arg-type]  # nothing is ever received
        finally:
            await hub.stop()
            hub.task = None

    asyncio.run(ask())
    return sent[0]["status"], dict(sent[0]["headers"])


def test_who_finds_no_room_hears_when_to_come_back(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Room(most=0)
    assert _ask(full, monkeypatch, "192.0.2.1")[1][b"retry-after"] == b"5"
    room = Room(most=1000)
    fill(room, "192.0.2.1")
    status, headers = _ask(room, monkeypatch, "192.0.2.1")
    assert (status, headers[b"retry-after"], headers[b"connection"]) == (429, b"60", b"close")
    assert _ask(room, monkeypatch, "192.0.2.2")[0] == 404, "others are asked what they want to hear"


def test_behind_a_proxy_the_visitor_counts_and_not_the_proxy(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setitem(settings.OPTION, "trusted_proxy", True)
    room = Room(most=1000)
    fill(room, "2001:db8:1:2::/64")
    assert _ask(room, monkeypatch, "127.0.0.1", "made up, 2001:db8:1:2::77")[0] == 429
    assert _ask(room, monkeypatch, "127.0.0.1", "2001:db8:1:2::77, 192.0.2.9")[0] == 404
