# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The process that runs jobs: starts them when they are queued, stops within seconds, takes over from killed ones."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import Any

import psycopg
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector

from stadtherz.kernel.jobs.clock import TOLERATED, forget_workers
from stadtherz.kernel.jobs.modules import load_jobs
from stadtherz.kernel.jobs.patient import PatientWorker
from stadtherz.kernel.jobs.queue import _jobs

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 3.0
DEAD_AFTER_SECONDS = 12.0
RESCUE_EVERY_SECONDS = 4.0
GRACE_SECONDS = 3.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 8.0
WORKED_SECONDS = 10.0
"""Whoever worked this long has had the database: the next pause is a short one again."""
LOOK_EVERY_SECONDS = 5.0
"""For jobs that nobody announces: those whose time has come, and those of a worker that is gone."""


def work(*, concurrency: int) -> None:
    """Run jobs until SIGTERM or SIGINT.

    On a signal no further job is started; running ones get ``GRACE_SECONDS`` to end. One that does not end is left: its
    transaction is rolled back by the database, and the next worker takes it over.
    """
    load_jobs()
    asyncio.run(_until_stopped(concurrency))


async def _until_stopped(concurrency: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    wait = FIRST_PAUSE
    while not stop.is_set():
        began = loop.time()
        try:
            await _work(concurrency, stop)
        except (ConnectorException, psycopg.Error) as error:
            if loop.time() - began > WORKED_SECONDS:
                wait = FIRST_PAUSE
            logger.warning("the database is away (%s), trying again in %.0f s", type(error).__name__, wait)
        if not stop.is_set():
            await _unless(stop, wait)
            wait = min(wait * 2, LONGEST_PAUSE)


async def _work(concurrency: int, stop: asyncio.Event) -> None:
    parameters = connector_params()
    parameters["options"] = f"{parameters.get('options', '')} -c lock_timeout=5s".strip()
    async with await psycopg.AsyncConnection.connect(**parameters, connect_timeout=5):
        app.perform_import_paths()  # it is there: the pool would look for it ever more seldom
    connector = PsycopgConnector(kwargs=parameters, min_size=1, max_size=4, timeout=10)
    with app.replace_connector(connector):
        async with app.open_async():
            running = asyncio.create_task(
                PatientWorker(
                    app, concurrency=concurrency, install_signal_handlers=False, delete_jobs="successful",
                    update_heartbeat_interval=HEARTBEAT_SECONDS, stalled_worker_timeout=DEAD_AFTER_SECONDS,
                    shutdown_graceful_timeout=GRACE_SECONDS, fetch_job_polling_interval=LOOK_EVERY_SECONDS,
                ).run()
            )  # fmt: skip
            rescue = asyncio.create_task(_rescue())
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            rescue.cancel()
            stopping.cancel()
            if not running.done():
                running.cancel()
                asyncio.get_running_loop().call_later(GRACE_SECONDS + 0.5, _leave)
            await asyncio.gather(running, return_exceptions=stop.is_set())


def _leave() -> None:
    logger.warning("leaving a job that does not end; another worker takes it over")
    logging.shutdown()
    os._exit(0)


async def _rescue() -> None:
    """Put jobs of workers without a heartbeat back into the queue; one that used up its attempts counts as failed."""
    manager = app.job_manager
    ahead: list[int] = []
    while True:
        try:
            ahead = await forget_workers(ahead)
            for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
                assert stalled.id is not None
                known = _jobs.get(stalled.task_name)
                if known and stalled.attempts + 1 >= known.attempts:
                    await manager.finish_job_by_id_async(job_id=stalled.id, status=Status.FAILED, delete_job=False)
                    continue
                await manager.retry_job(stalled)
                logger.warning("job %s %s is taken over from a worker that is gone", stalled.id, stalled.task_name)
        except ConnectorException as error:  # the row is still locked: the worker lives, only its heart was slow
            logger.info("a stalled job is left alone for now (%s)", error.__cause__ or error)
        await asyncio.sleep(RESCUE_EVERY_SECONDS)


async def _unless(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def heartbeat_age() -> float | None:
    """Seconds since the youngest heartbeat of any worker; None if there is none. One from the future tells nothing."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers"
            " WHERE last_heartbeat < now() + make_interval(secs => %s)", [TOLERATED],
        )  # fmt: skip
        row: Any = cursor.fetchone()
    return row[0]
