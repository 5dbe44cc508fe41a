# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A worker that counts in tenths of a second, in a process forked from one that has loaded the platform once."""

import django

django.setup()

import stadtherz.kernel.jobs.tests.sample_jobs  # noqa: E402, F401 - declares the jobs
from stadtherz.kernel.jobs import worker  # noqa: E402
from stadtherz.kernel.jobs.modules import load_jobs  # noqa: E402

load_jobs()


def work() -> None:
    # Fifteen heartbeats: a busy machine stops a living worker for a second, and its jobs would be taken for left ones.
    worker.HEARTBEAT_SECONDS, worker.DEAD_AFTER_SECONDS, worker.RESCUE_EVERY_SECONDS = 0.2, 3.0, 0.2
    worker.GRACE_SECONDS, worker.LOOK_EVERY_SECONDS = 1.0, 0.2
    worker.work(concurrency=2)
