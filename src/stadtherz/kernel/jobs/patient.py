# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""procrastinate's worker with two habits of ours: regular jobs by the clock as it is, and patience with jobs of newer code."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import NoReturn

from procrastinate import RetryDecision
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy
from procrastinate.worker import Worker

from stadtherz.kernel.jobs.clock import Regular

logger = logging.getLogger(__name__)
ATTEMPTS = 8


class UnknownJob(Exception):
    """No code here knows this job: a newer web process queued it, or its service was removed."""


@dataclass(frozen=True, slots=True)
class UntilUpdated(BaseRetryStrategy):
    """A minute, two, four, …: four hours in all, after which the job is listed as failed and can be put back."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        return RetryDecision(retry_in={"seconds": 60 * 2**job.attempts}) if job.attempts + 1 < ATTEMPTS else None


class PatientWorker(Worker):
    """Runs jobs."""

    async def _periodic_deferrer(self) -> None:
        await Regular(registry=self.app.periodic_registry, **self.app.periodic_defaults).worker()

    async def _process_job(self, context: JobContext) -> None:
        name = context.job.task_name
        if name not in self.app.tasks:
            logger.warning("job %s %s is not known here; it waits for a worker with newer code", context.job.id, name)
            wait_for_newer_code(name)
        await super()._process_job(context)


def wait_for_newer_code(name: str) -> None:
    """Let jobs of this name wait instead of failing for good."""

    def unknown(**_arguments: object) -> NoReturn:
        raise UnknownJob(name)

    app.task(name=name, retry=UntilUpdated())(unknown)
