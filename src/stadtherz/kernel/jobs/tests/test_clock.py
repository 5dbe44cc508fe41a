# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A clock that is set forward and back: what it does to regular jobs, waiting ones, signs of life and limits."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.periodic import PeriodicRegistry

from stadtherz.kernel.api.limits import take
from stadtherz.kernel.jobs.clock import AHEAD, FORGET, FORGET_WORKERS, TOLERATED, Regular
from stadtherz.kernel.jobs.tests.sample_jobs import regular  # noqa: F401 - the one regular job
from stadtherz.kernel.jobs.worker import heartbeat_age

HOUR = 3600
NOON = 1_793_620_800  # 2026-11-02 12:00 UTC
EACH = "sample.regular.each"


def _ask(sql: str, **given: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def each() -> Regular:
    registry = PeriodicRegistry()
    registry.periodic_tasks = {key: one for key, one in app.periodic_registry.periodic_tasks.items() if key[0] == EACH}
    return Regular(registry=registry)


def _times(each: Regular, at: float) -> list[int]:
    return [timestamp for _task, timestamp in each.get_previous_tasks(at)]


def test_regular_jobs_go_on_after_the_clock_was_set_back(each: Regular) -> None:
    assert _times(each, NOON + 10) == [NOON]
    assert _times(each, NOON + 310) == [NOON + 300]
    assert _times(each, NOON - HOUR + 330) == [NOON - HOUR + 300]
    assert _times(each, NOON - HOUR + 600) == [NOON - HOUR + 600]


def test_a_clock_set_forward_makes_up_for_ten_minutes_at_most(each: Regular) -> None:
    assert _times(each, NOON + 10) == [NOON]
    assert _times(each, NOON + 24 * HOUR + 10) == [NOON + 24 * HOUR]
    assert len(_times(each, NOON + 24 * HOUR + 590)) == 1


def test_what_a_wrong_clock_wrote_into_the_queue_is_moved_back(db: None) -> None:
    now = int(time.time())
    for at in (now - 60, now + 30, now + HOUR):
        _ask("INSERT INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp) VALUES ('x.each', 'x', %(at)s)", at=at)  # fmt: skip
    for name, ahead in (("soon", HOUR + 600), ("due", 600), ("running", HOUR + 600)):
        _ask(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at) VALUES ('default', %(name)s,"
            " (CASE %(name)s WHEN 'running' THEN 'doing' ELSE 'todo' END)::procrastinate_job_status, to_timestamp(%(at)s))",
            name=name, at=now + ahead,
        )  # fmt: skip
    for _again in range(2):
        _ask(FORGET, now=now, tolerated=TOLERATED)
    assert _ask("SELECT max(defer_timestamp) FROM procrastinate_periodic_defers") == [(now + 30,)]
    waits = dict(_ask(
        "SELECT task_name, extract(epoch FROM scheduled_at - to_timestamp(%(now)s))::int FROM procrastinate_jobs"
        " WHERE task_name IN ('soon', 'due', 'running')", now=now,
    ))  # fmt: skip
    assert waits["soon"] == 600
    assert waits["running"] == HOUR + 600
    assert 0 <= waits["due"] < 60


def test_a_sign_of_life_from_the_future_is_none(db: None) -> None:
    _ask("TRUNCATE procrastinate_workers CASCADE")
    _ask("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 hour')")
    assert heartbeat_age() is None
    (number,) = (ahead := _ask(AHEAD, tolerated=TOLERATED))[0]
    _ask("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert heartbeat_age() == 0
    assert len(ahead) == 1
    _ask(FORGET_WORKERS, known=[number], tolerated=TOLERATED)
    assert _ask("SELECT count(*) FROM procrastinate_workers") == [(1,)]


def test_a_limit_from_the_future_is_forgiven(db: None) -> None:
    for _one in range(2):
        assert take("clock:1", limit=2, per_seconds=60).allowed
    assert not take("clock:1", limit=2, per_seconds=60).allowed
    _ask("UPDATE api_limit SET full_at = full_at + interval '1 hour'")
    taken = [take("clock:1", limit=2, per_seconds=60).allowed for _one in range(3)]
    assert taken == [True, True, False]
