# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage work``: the process that runs background jobs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from stadtherz.kernel.jobs.worker import work


class Command(BaseCommand):
    help = "Run background jobs until SIGTERM or Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at-a-time", type=int, default=2, help="how many jobs run at a time (default 2)")

    def handle(self, *args: Any, at_a_time: int, **options: Any) -> None:
        work(concurrency=at_a_time)
