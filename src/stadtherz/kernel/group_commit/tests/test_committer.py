# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The committer on a real table: who is acknowledged is stored, who is refused is refused alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection

from stadtherz.kernel.group_commit import Busy, GroupCommitter, NotWritten

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def table(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE group_commit_trial (name varchar(10) PRIMARY KEY, number smallint NOT NULL)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE group_commit_trial")


class Writer:
    """Writes (name, number); remembers the size of each batch that was committed or tried."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.may_write = threading.Event()
        self.may_write.set()

    def __call__(self, items: list[tuple[str, int]]) -> list[str | Exception]:
        assert self.may_write.wait(60)
        self.batches.append(len(items))
        with connection.cursor() as cursor:
            for name, number in items:
                cursor.execute(
                    "INSERT INTO group_commit_trial VALUES (%s, %s) ON CONFLICT (name) DO NOTHING", [name, number]
                )
        return [f"{name} stored" for name, _ in items]


def _stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM group_commit_trial")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def _gathered(committer: GroupCommitter[tuple[str, int], str], items: list[tuple[str, int]]) -> list[object]:
    async def everything() -> list[object]:
        outcomes = await asyncio.gather(*(committer.submit(item) for item in items), return_exceptions=True)
        await committer.stop()
        return list(outcomes)

    return asyncio.run(everything())


def test_each_sender_hears_after_the_commit_of_few_batches() -> None:
    writer = Writer()
    outcomes = _gathered(GroupCommitter(writer, name="trial"), [(f"n{i}", i) for i in range(300)])
    assert outcomes == [f"n{i} stored" for i in range(300)]
    assert _stored() == 300
    assert writer.batches == [300]


def test_a_batch_is_no_heavier_than_asked() -> None:
    writer = Writer()
    _gathered(GroupCommitter(writer, name="trial", most_at_once=120), [(f"n{i}", i) for i in range(300)])
    assert writer.batches == [120, 120, 60]


def test_who_comes_back_at_once_is_in_the_next_batch_with_those_who_waited() -> None:
    sizes: list[int] = []
    begun, may_end = threading.Event(), threading.Event()

    def write(items: list[int]) -> list[int | Exception]:
        sizes.append(len(items))
        begun.set()
        assert may_end.wait(60)
        return list(items)

    async def come_back() -> None:
        committer = GroupCommitter(write, name="trial")
        first = asyncio.ensure_future(committer.submit(1))
        assert await asyncio.to_thread(begun.wait, 10)
        waiting = asyncio.ensure_future(committer.submit(2))
        await asyncio.sleep(0)
        may_end.set()
        await first
        await asyncio.gather(waiting, committer.submit(3))
        await committer.stop()

    asyncio.run(come_back())
    assert sizes == [1, 2]


def test_a_crowd_that_comes_back_is_one_batch_and_waits_for_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def write(items: list[int]) -> list[int | Exception]:
        sizes.append(len(items))
        return list(items)

    async def crowd() -> None:
        committer = GroupCommitter(write, name="trial")
        for _turn in range(3):
            await asyncio.gather(*(committer.submit(n) for n in range(20)))
            committer._gather_seconds = 30.0  # from now on the number alone ends the gathering
            monkeypatch.setattr("stadtherz.kernel.group_commit.committer.MOST_GATHERING", 30.0)
        await committer.stop()

    asyncio.run(asyncio.wait_for(crowd(), 10))
    assert sizes == [20, 20, 20]


def test_what_is_worth_a_batch_waits_for_no_more_company(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stadtherz.kernel.group_commit.committer.MOST_GATHERING", 30.0)

    async def heavy() -> list[str]:
        committer = GroupCommitter(Writer(), name="trial", gather_seconds=30.0, worth_writing=100)
        outcomes = await asyncio.gather(committer.submit(("a", 1), weight=60), committer.submit(("b", 2), weight=60))
        await committer.stop()
        return list(outcomes)

    assert asyncio.run(asyncio.wait_for(heavy(), 10)) == ["a stored", "b stored"]


def test_the_quicker_way_is_asked_first_and_may_decline() -> None:
    writer = Writer()
    asked: list[int] = []

    def alone(items: list[tuple[str, int]]) -> list[str | Exception] | None:
        asked.append(len(items))
        return [f"{name} stored quickly" for name, _ in items] if len(items) == 2 else None

    few = _gathered(GroupCommitter(writer, alone=alone, name="trial"), [("a", 1), ("b", 2)])
    more = _gathered(GroupCommitter(writer, alone=alone, name="trial"), [("a", 1), ("b", 2), ("c", 3)])
    assert few == ["a stored quickly", "b stored quickly"]
    assert more == ["a stored", "b stored", "c stored"]
    assert (asked, writer.batches) == ([2, 3], [3])


def test_an_item_that_the_database_refuses_fails_alone() -> None:
    items = [(f"n{i}", i) for i in range(8)]
    items[2] = ("much-too-long-a-name", 2)
    items[5] = ("n5", None)  # type: ignore[assignment]
    outcomes = _gathered(GroupCommitter(Writer(), name="trial"), items)
    assert isinstance(outcomes[2], DataError)
    assert isinstance(outcomes[5], IntegrityError)
    assert [o for o in outcomes if isinstance(o, str)] == [f"n{i} stored" for i in (0, 1, 3, 4, 6, 7)]
    assert _stored() == 6


def test_an_exception_among_the_outcomes_goes_to_its_sender_alone() -> None:
    def write(items: list[int]) -> list[int | Exception]:
        return [ValueError("odd") if item % 2 else item for item in items]

    committer: GroupCommitter[int, int] = GroupCommitter(write, name="trial")
    outcomes = _gathered(committer, [0, 1, 2])  # type: ignore[arg-type, list-item]
    assert outcomes[0] == 0
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2] == 2


def test_too_much_is_refused_at_once_and_later_taken_again() -> None:
    writer = Writer()
    committer = GroupCommitter(writer, name="trial", most_waiting=10)

    async def rush() -> tuple[int, int]:
        writer.may_write.clear()
        asked = [asyncio.ensure_future(committer.submit((f"n{i}", i))) for i in range(25)]
        await asyncio.sleep(0)
        refused = [each for each in asked if each.done() and isinstance(each.exception(), Busy)]
        writer.may_write.set()
        taken = [await each for each in asked if each not in refused]
        later = await committer.submit(("later", 1))
        await committer.stop()
        assert later == "later stored"
        return len(taken), len(refused)

    assert asyncio.run(rush()) == (10, 15)
    assert _stored() == 11


def test_a_broken_connection_is_tried_once_more() -> None:
    writer = Writer()

    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            row = cursor.fetchone()
        assert row is not None
        _kill(row[0])

    def write(items: list[tuple[str, int]]) -> list[str | Exception]:
        outcomes = writer(items)
        if len(writer.batches) == 1:
            cut()
        return outcomes

    assert _gathered(GroupCommitter(write, name="trial"), [("once", 1)]) == ["once stored"]
    assert writer.batches == [1, 1]
    assert _stored() == 1


def test_who_cannot_be_written_is_not_acknowledged() -> None:
    def write(items: list[tuple[str, int]]) -> list[str | Exception]:
        raise OperationalError("no server")

    (outcome,) = _gathered(GroupCommitter(write, name="trial"), [("never", 1)])
    assert isinstance(outcome, NotWritten)


def test_nothing_is_taken_after_the_stop_and_what_waited_is_written() -> None:
    committer = GroupCommitter(Writer(), name="trial")

    async def stop_in_the_middle() -> str:
        waiting = asyncio.ensure_future(committer.submit(("before", 1)))
        await asyncio.sleep(0)
        await committer.stop()
        with pytest.raises(Busy):
            await committer.submit(("after", 1))
        return await waiting

    assert asyncio.run(stop_in_the_middle()) == "before stored"
    assert _stored() == 1


def _kill(pid: int) -> None:
    with connection.copy().cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
