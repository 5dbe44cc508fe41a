# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work: queued in the transaction that asks for it, run once, in its municipality.

::

    @job("participation.tell_followers")
    def tell_followers(*, idea: int) -> None: ...

    enqueue(tell_followers, idea=17)

    @periodic("*/5 * * * *")
    @job("sensing.fetch")
    def fetch() -> None: ...

Jobs stand in ``jobs.py`` of a kernel room, or in the module that a service names in ``Service.jobs``.
"""

from stadtherz.kernel.jobs.queue import Job, enqueue, job, periodic, run_waiting

__all__ = ["Job", "enqueue", "job", "periodic", "run_waiting"]
