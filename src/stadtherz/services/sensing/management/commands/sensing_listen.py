# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage sensing_listen``: the process that listens to MQTT brokers and, where it is switched on, is a listener itself."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from stadtherz.services.sensing.mqtt.listener.door import Door
from stadtherz.services.sensing.mqtt.listening import Listener


class Command(BaseCommand):
    help = "Listen to the MQTT brokers of all sources until SIGTERM or Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        listener, door = Listener(), Door(settings.MQTT_PORT)
        beside = threading.Thread(target=door.run)

        def stop(*_each: Any) -> None:
            door.stop()
            listener.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        if settings.MQTT_PORT:
            beside.start()
        listener.run()
        if settings.MQTT_PORT:
            beside.join()
