# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real worker process against a real queue: killed in the middle, stopped, and running what waits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.audit.queries import verify
from stadtherz.kernel.jobs import enqueue
from stadtherz.kernel.jobs.tests.sample_jobs import fail, slow, write
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality

PROGRAM = """
import django
django.setup()
import stadtherz.kernel.jobs.tests.sample_jobs
from stadtherz.kernel.jobs import worker
worker.HEARTBEAT_SECONDS, worker.DEAD_AFTER_SECONDS, worker.RESCUE_EVERY_SECONDS = 0.2, 1.0, 0.2
worker.GRACE_SECONDS = 1.0
worker.work(concurrency=2)
"""


@pytest.fixture
def committed_town(transactional_db: None) -> Municipality:
    with connection.cursor() as cursor:  # the queue's tables are not Django's, which therefore does not empty them
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    return Municipality.objects.create(key="offenbach", name="Offenbach", languages=["de"])


@pytest.fixture
def start(committed_town: Municipality) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts workers on the test database; what still runs at the end is killed."""
    settings = connection.settings_dict
    url = make_conninfo(
        dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"] or None, host=settings["HOST"],
        port=settings["PORT"] or None,
    )  # fmt: skip
    environment = {
        **os.environ, "STADTHERZ_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }  # fmt: skip
    with ExitStack() as stack:

        def run() -> subprocess.Popen[bytes]:
            process = stack.enter_context(subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment))
            stack.callback(process.kill)
            return process

        yield run


def _until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
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
    committed_town: Municipality, start: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    finish = tmp_path / "finish"
    with activate(committed_town):
        enqueue(slow, number=1, until=str(finish))
        for number in range(20):
            enqueue(write, number=number)
    first = start()
    _until(lambda: _entries(committed_town) == 20 and _jobs("doing") == 1, "the slow job is in the middle")
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert _entries(committed_town) == 20  # what the slow job wrote was not committed
    finish.touch()
    start()
    _until(lambda: _count("SELECT count(*) FROM procrastinate_jobs") == 0, "the queue is empty")
    with activate(committed_town):
        entries = AuditEntry.objects.exclude(action="sample.regular").values_list("subject", flat=True)
        assert sorted(entries) == sorted(["sample:1", *(f"sample:{number}" for number in range(20))])
        assert verify().intact


def test_a_job_that_kills_its_worker_each_time_ends_as_failed(
    committed_town: Municipality, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    with activate(committed_town):
        enqueue(slow, number=1, until="/never")  # declared with three attempts
    for attempt in range(3):
        worker = start()
        # the attempt tells this worker's run from what the killed one left behind
        begun = f"SELECT count(*) {OURS} AND status = 'doing' AND attempts = {attempt}"
        _until(lambda begun=begun: _count(begun) == 1 and _locked() == 1, "the job runs")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    start()
    _until(lambda: _jobs("failed") == 1, "the job is given up")
    assert _entries(committed_town) == 0


def _locked() -> int:
    """How many jobs are inside their transaction."""
    return _count(f"SELECT count(*) {OURS}") - _count(
        f"SELECT count(*) FROM (SELECT id {OURS} FOR UPDATE SKIP LOCKED) free"
    )


def test_a_failing_job_waits_for_its_next_attempt_and_left_nothing(
    committed_town: Municipality, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    with activate(committed_town):
        enqueue(fail, number=1)
    start()
    waits = f"{OURS} AND attempts = 1 AND status = 'todo' AND scheduled_at IS NOT NULL"
    _until(lambda: _count(f"SELECT count(*) {waits}") == 1, "tried")
    assert _count(f"SELECT extract(epoch FROM scheduled_at - now())::int {waits}") in range(7, 12)
    assert _entries(committed_town) == 0


@pytest.mark.parametrize("busy", [False, True])
def test_a_worker_stops_within_seconds(
    committed_town: Municipality, start: Callable[[], subprocess.Popen[bytes]], busy: bool
) -> None:
    if busy:
        with activate(committed_town):
            enqueue(slow, number=1, until="/never")
    worker = start()
    _until(lambda: _count("SELECT count(*) FROM procrastinate_workers") == 1, "the worker is there")
    if busy:
        _until(lambda: _locked() == 1, "the job runs")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=5) == 0
    if busy:
        start()
        _until(lambda: _locked() == 1, "the next worker has taken it over")


def test_two_workers_queue_a_periodic_job_once(
    committed_town: Municipality, start: Callable[[], subprocess.Popen[bytes]]
) -> None:
    for _worker in range(2):
        start()
    _until(lambda: _count("SELECT count(*) FROM procrastinate_workers") == 2, "both workers are there")
    with activate(committed_town):
        enqueue(write, number=1)
    _until(lambda: _entries(committed_town) == 1, "the queue is worked on")
    _until(lambda: _count("SELECT count(*) FROM procrastinate_jobs") == 0, "the queue is empty")
    with activate(committed_town):
        assert AuditEntry.objects.filter(action="sample.regular").count() == 1
