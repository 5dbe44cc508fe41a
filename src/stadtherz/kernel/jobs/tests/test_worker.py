# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real worker process against a real queue: killed in the middle, stopped, and running what waits."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest import mock

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.audit.queries import verify
from stadtherz.kernel.jobs import enqueue
from stadtherz.kernel.jobs.tests import quick_worker
from stadtherz.kernel.jobs.tests.sample_jobs import REGULAR_MINUTES, fail, slow, write
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality

LOADED_ONCE = "stadtherz.kernel.jobs.tests.quick_worker"


@pytest.fixture
def committed_town(transactional_db: None) -> Municipality:
    with connection.cursor() as cursor:  # the queue's tables are not Django's, which therefore does not empty them
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    return Municipality.objects.create(key="offenbach", name="Offenbach", languages=["de"])


@pytest.fixture
def start(committed_town: Municipality) -> Iterator[Callable[[], ForkServerProcess]]:
    """Starts workers on the test database; what still runs at the end is killed."""
    settings = connection.settings_dict
    url = make_conninfo(
        dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"] or None, host=settings["HOST"],
        port=settings["PORT"] or None,
    )  # fmt: skip
    environment = {"STADTHERZ_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings"}
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload([LOADED_ONCE])
    with mock.patch.dict(os.environ, environment):
        forkserver.ensure_running()
    with ExitStack() as stack:

        def run() -> ForkServerProcess:
            process = forks.Process(target=quick_worker.work)
            process.start()
            stack.callback(process.join)
            stack.callback(process.kill)
            return process

        yield run


def _until(condition: Callable[[], bool], what: str, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)  # polling another process, not guessing how long it takes


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


# The platform's own periodic jobs, and the sample one of every minute, may come at any moment of a test.
OURS = "FROM procrastinate_jobs WHERE task_name LIKE 'sample.%' AND task_name <> 'sample.regular'"


def _jobs(status: str) -> int:
    return _count(f"SELECT count(*) {OURS} AND status = '{status}'")


def _entries(town: Municipality) -> int:
    with activate(town):
        return AuditEntry.objects.exclude(action="sample.regular").count()


def test_a_killed_worker_loses_nothing_and_repeats_nothing(
    committed_town: Municipality, start: Callable[[], ForkServerProcess], tmp_path: Path
) -> None:
    finish = tmp_path / "finish"
    with activate(committed_town):
        enqueue(slow, number=1, until=str(finish))
        for number in range(20):
            enqueue(write, number=number)
    first = start()
    _until(lambda: _entries(committed_town) == 20 and _jobs("doing") == 1, "the slow job is in the middle")
    first.kill()
    first.join()
    assert _entries(committed_town) == 20  # what the slow job wrote was not committed
    finish.touch()
    start()
    _until(lambda: _count("SELECT count(*) FROM procrastinate_jobs") == 0, "the queue is empty")
    with activate(committed_town):
        entries = AuditEntry.objects.exclude(action="sample.regular").values_list("subject", flat=True)
        assert sorted(entries) == sorted(["sample:1", *(f"sample:{number}" for number in range(20))])
        assert verify().intact


def test_a_job_that_kills_its_worker_each_time_ends_as_failed(
    committed_town: Municipality, start: Callable[[], ForkServerProcess]
) -> None:
    with activate(committed_town):
        enqueue(slow, number=1, until="/never")  # declared with three attempts
    for attempt in range(3):
        worker = start()
        # the attempt tells this worker's run from what the killed one left behind
        begun = f"SELECT count(*) {OURS} AND status = 'doing' AND attempts = {attempt}"
        _until(lambda begun=begun: _count(begun) == 1 and _locked() == 1, "the job runs")
        worker.kill()
        worker.join()
    start()
    _until(lambda: _jobs("failed") == 1, "the job is given up")
    assert _entries(committed_town) == 0


def _locked() -> int:
    """How many jobs are inside their transaction."""
    return _count(f"SELECT count(*) {OURS}") - _count(
        f"SELECT count(*) FROM (SELECT id {OURS} FOR UPDATE SKIP LOCKED) free"
    )


def test_a_failing_job_waits_for_its_next_attempt_and_left_nothing(
    committed_town: Municipality, start: Callable[[], ForkServerProcess]
) -> None:
    with activate(committed_town):
        enqueue(fail, number=1)
    start()
    waits = f"{OURS} AND attempts = 1 AND status = 'todo' AND scheduled_at IS NOT NULL"
    _until(lambda: _count(f"SELECT count(*) {waits}") == 1, "tried")
    failed = (
        "SELECT max(at) FROM procrastinate_events WHERE job_id = procrastinate_jobs.id AND type = 'deferred_for_retry'"
    )
    assert _count(f"SELECT extract(epoch FROM scheduled_at - ({failed}))::int {waits}") in range(9, 12)
    assert _entries(committed_town) == 0


def test_a_job_of_newer_code_waits_for_it(committed_town: Municipality, start: Callable[[], ForkServerProcess]) -> None:
    """An update in two steps: the new web process queues what the old worker does not know."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'sample.newer', '{}')"
        )
    start()
    waits = f"{OURS} AND attempts = 1 AND status = 'todo' AND scheduled_at > now() + interval '40 seconds'"
    _until(lambda: _count(f"SELECT count(*) {waits}") == 1, "put back")


@pytest.mark.parametrize("busy", [False, True])
def test_a_worker_stops_within_seconds(
    committed_town: Municipality, start: Callable[[], ForkServerProcess], busy: bool
) -> None:
    if busy:
        with activate(committed_town):
            enqueue(slow, number=1, until="/never")
    worker = start()
    _until(lambda: _count("SELECT count(*) FROM procrastinate_workers") == 1, "the worker is there")
    if busy:
        _until(lambda: _locked() == 1, "the job runs")
    worker.terminate()
    worker.join(timeout=60)  # neither the job nor the worker would ever end by itself
    assert worker.exitcode == 0
    if busy:
        start()
        _until(lambda: _locked() == 1, "the next worker has taken it over")


def test_two_workers_queue_a_periodic_job_once(
    committed_town: Municipality, start: Callable[[], ForkServerProcess]
) -> None:
    began = _regular_times()
    for _worker in range(2):
        start()
    _until(lambda: _count("SELECT count(*) FROM procrastinate_workers") == 2, "both workers are there")
    with activate(committed_town):
        enqueue(write, number=1)
    _until(lambda: _entries(committed_town) == 1, "the queue is worked on")
    _until(lambda: _count("SELECT count(*) FROM procrastinate_jobs") == 0, "the queue is empty")
    with activate(committed_town):
        queued = AuditEntry.objects.filter(action="sample.regular").count()
    assert 1 <= queued <= 1 + _regular_times() - began  # a further one for each time that has come meanwhile


def _regular_times() -> int:
    """How often the time of the sample job has come since 1970."""
    return int(time.time()) // (60 * REGULAR_MINUTES)
