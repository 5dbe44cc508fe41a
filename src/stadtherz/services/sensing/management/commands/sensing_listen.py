# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage sensing_listen``: the process that listens to MQTT brokers."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from stadtherz.services.sensing.ingest.mqtt import Listener


class Command(BaseCommand):
    help = "Listen to the MQTT brokers of all sources until SIGTERM or Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        listener = Listener()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_each: listener.stop())
        listener.run()
