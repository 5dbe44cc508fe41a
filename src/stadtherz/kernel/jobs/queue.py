# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Jobs and the queue that they wait in (procrastinate's tables).

What is promised: a job that was queued in a transaction exists if, and only if, that transaction was committed. It runs
inside ``activate`` in one transaction, in which it is also marked as done; so its effects in the database happen exactly
once, however often its worker is killed. Effects outside (a mail that was sent) happen at least once. A job that fails
is tried again after 10 seconds, 30 seconds, 90 seconds, … at most an hour, and after ``attempts`` times stays listed as
failed (``manage jobs``). The queue's table stands outside the lock between municipalities; so arguments are numbers of
rows and short keys, never texts of people.
"""

from __future__ import annotations

import inspect
import json
import logging
import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from procrastinate import RetryDecision
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job as QueuedJob
from procrastinate.manager import JobManager
from procrastinate.retry import BaseRetryStrategy

from stadtherz.kernel.municipalities.active import activate, active_id
from stadtherz.kernel.registry.services import UnknownService, service

logger = logging.getLogger(__name__)

QUEUE = "default"
_queue = JobManager(DjangoConnector())
_jobs: dict[str, Job] = {}


class JobNotAllowed(TypeError):
    """A job is declared or queued in a way that the queue cannot keep its promise for."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function that can be queued. Calling it runs it at once."""

    name: str
    function: Callable[..., None]
    attempts: int
    of_installation: bool

    def __call__(self, **arguments: Any) -> None:
        self.function(**arguments)


@dataclass(frozen=True, slots=True)
class BackOff(BaseRetryStrategy):
    """10 s, 30 s, 90 s, …, an hour; up to a tenth more, so that what failed together does not return together."""

    attempts: int

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if job.attempts + 1 >= self.attempts:
            return None
        wait = min(3600.0, 10.0 * 3**job.attempts)
        return RetryDecision(retry_in={"seconds": int(wait * random.uniform(1, 1.1))})  # noqa: S311


def job(name: str, *, attempts: int = 8, of_installation: bool = False) -> Callable[[Callable[..., None]], Job]:
    """Declare a function with keyword-only primitive arguments as a job.

    ``name`` begins with the key of its service or room and must stay the same as long as jobs may wait under it.
    ``of_installation``: runs once for the whole installation, without an active municipality.
    """

    def declare(function: Callable[..., None]) -> Job:
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind is not parameter.KEYWORD_ONLY or parameter.name in {"run_at", "once"}:
                raise JobNotAllowed(f"Job {name}: write {parameter.name} as a keyword-only argument of another name.")
        if name in _jobs:
            raise JobNotAllowed(f"There is already a job {name}.")
        declared = _jobs[name] = Job(name, function, attempts, of_installation)
        app.task(name=name, pass_context=True, retry=BackOff(attempts))(_runner(declared))
        return declared

    return declare


def periodic(cron: str) -> Callable[[Job], Job]:
    """Queue the job at these times (crontab, in UTC), for each municipality that has its service.

    A time that passed while no worker ran is made up for within ten minutes, else left out. While one is still waiting
    for a municipality, no second one is queued for it.
    """

    def declare(declared: Job) -> Job:
        if inspect.signature(declared.function).parameters:
            raise JobNotAllowed(f"Job {declared.name}: a periodic job has no arguments.")

        def queue_each(timestamp: int) -> None:
            _queue_for_each_municipality(declared)

        task = app.task(name=f"{declared.name}.each", queueing_lock=f"{declared.name}.each")(queue_each)
        app.periodic(cron=cron, periodic_id=declared.name)(task)
        return declared

    return declare


def enqueue(job: Job, /, *, run_at: datetime | None = None, once: str | None = None, **arguments: Any) -> bool:
    """Queue ``job`` for the active municipality in the current transaction.

    ``run_at``: not before this time. ``once``: while a job of this name and key is still waiting, no second one is
    queued; the answer is then False. Raises ``JobNotAllowed`` for an argument that is not a number, a short text or None.
    """
    for name, value in arguments.items():
        if not (value is None or isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= 200)):
            raise JobNotAllowed(f"Job {job.name}: {name} is not a number, a short text, true, false or None.")
    inspect.signature(job.function).bind(**arguments)
    return _queue_one(job, None if job.of_installation else active_id(), arguments, run_at, once)


def _queue_one(
    job: Job, municipality: int | None, arguments: dict[str, Any], run_at: datetime | None, once: str | None
) -> bool:
    waiting = QueuedJob(
        queue=QUEUE, task_name=job.name, lock=None, scheduled_at=run_at,
        queueing_lock=None if once is None else f"{job.name}:{municipality or 0}:{once}",
        task_kwargs={"municipality": municipality, "arguments": arguments},
    )  # fmt: skip
    if once is None:
        _queue.batch_defer_jobs([waiting])
        return True
    try:
        with transaction.atomic():
            _queue.batch_defer_jobs([waiting])
    except AlreadyEnqueued:
        return False
    return True


def _queue_for_each_municipality(declared: Job) -> None:
    from stadtherz.kernel.municipalities.models import Municipality

    with transaction.atomic():
        if declared.of_installation:
            _queue_one(declared, None, {}, None, "periodic")
            return
        for municipality in Municipality.objects.order_by("pk"):
            if _is_offered(municipality, declared.name):
                _queue_one(declared, municipality.pk, {}, None, "periodic")


def _is_offered(municipality: Any, name: str) -> bool:
    key = name.partition(".")[0]
    try:
        service(key)
    except UnknownService:  # a room of the kernel
        return True
    return bool(municipality.offers(key))


def _runner(declared: Job) -> Callable[..., None]:
    def run(context: JobContext, **_arguments: Any) -> None:
        assert context.job.id is not None
        _run(declared, context.job.id, context.job.task_kwargs)

    run.__name__ = declared.name
    return run


def _run(declared: Job, number: int, kwargs: dict[str, Any]) -> None:
    """Run one job and note the place of a failure (never its message, which may quote personal data) beside it."""
    try:
        _run_in_town(declared, number, kwargs)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} in {where.name}, {where.filename.rpartition('stadtherz/')[2]}:{where.lineno}"
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET args = args || jsonb_build_object('failure', %s::text) WHERE id = %s",
                [place, number],
            )
        raise


def _run_in_town(declared: Job, number: int, kwargs: dict[str, Any]) -> None:
    from stadtherz.kernel.municipalities.models import Municipality

    if kwargs["municipality"] is None:
        with transaction.atomic():
            _run_once(declared, number, kwargs["arguments"])
        return
    municipality = Municipality.objects.filter(pk=kwargs["municipality"]).first()
    if municipality is None:
        logger.warning("job %s %s: its municipality is gone, so it is dropped", number, declared.name)
        return
    with activate(municipality), timezone.override(municipality.timezone):
        _run_once(declared, number, kwargs["arguments"])


def _run_once(declared: Job, number: int, arguments: dict[str, Any]) -> None:
    """Run and mark as done in one transaction; the row's lock keeps a second worker out that believes the first is dead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ? 'done' FROM procrastinate_jobs WHERE id = %s FOR NO KEY UPDATE", [number])
        row = cursor.fetchone()
        if row is None or row[0]:
            return
        declared.function(**arguments)
        cursor.execute("""UPDATE procrastinate_jobs SET args = args || '{"done": true}' WHERE id = %s""", [number])


def run_waiting(*, at_most: int = 1000) -> list[str]:
    """Run what is waiting here and now, in this process and transaction: for tests and for filling a demonstration town.

    Returns the names in the order in which they ran. A job that fails raises.
    """
    ran: list[str] = []
    while len(ran) < at_most:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT id FROM procrastinate_jobs"
                " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= clock_timestamp())"
                " AND task_name = ANY(%s) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, task_name, args::text",
                [list(_jobs)],
            )
            row = cursor.fetchone()
        if row is None:
            break
        number, name, kwargs = row
        _run_in_town(_jobs[name], number, json.loads(kwargs))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [number])
        ran.append(name)
    return ran
