# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages a second through MQTT: a broker on this machine holds them, the listener takes them, and the broker hears of each after its commit.

Run by ``benchmarks.sensing``; prints its figures as one line of JSON. All messages wait at the broker before the listener starts, so that
the publisher takes nothing of what is measured. What counts is the time from the listener's first row to the last acknowledgement.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

django.setup()

from django.db import connection  # noqa: E402

from stadtherz.kernel.municipalities.active import activate  # noqa: E402
from stadtherz.kernel.municipalities.models import Municipality  # noqa: E402
from stadtherz.services.sensing.actions.sources import create_source, grant_datastream, remove_source  # noqa: E402
from stadtherz.services.sensing.models import Datastream, Source, SourceKind  # noqa: E402
from stadtherz.services.sensing.mqtt.listening import Listener  # noqa: E402

START = datetime(2026, 3, 1, tzinfo=UTC)
STREAMS, LONGEST = 100, 120.0
CONFIGURATION = """listener {port} 127.0.0.1
allow_anonymous true
max_queued_messages 0
max_inflight_messages 500
user root
"""


def main() -> None:
    """Arguments: the town as JSON, the number of messages."""
    town, count = json.loads(sys.argv[1]), int(sys.argv[2])
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    if not Path(program).exists():
        print("Mosquitto is not installed (apt-get install mosquitto): MQTT is left out.", file=sys.stderr)
        print("{}")
        return
    municipality = Municipality.objects.get(pk=town["municipality"])
    with _broker(program) as port:
        with activate(municipality):
            settings = {"broker": f"mqtt://127.0.0.1:{port}", "topics": ["v1.1/#"], "format": "sta"}
            source, _key = create_source(name="Broker", kind=SourceKind.MQTT, by=None, settings=settings)
            for stream in Datastream.objects.filter(pk__lt=town["first"] + STREAMS):
                grant_datastream(source=source, datastream=stream, by=None)
        _take(source, municipality, 0)  # the broker keeps a session for the listener from now on
        _publish(port, town["first"], count)
        took = _take(source, municipality, count)
        with activate(municipality), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sensing_observation WHERE phenomenon_time >= %s", [START])
            (stored,) = cursor.fetchone()
            remove_source(source=source, by=None)
    print(json.dumps({"mqtt_per_second": count / took, "mqtt_not_stored": count - stored}))


@contextmanager
def _broker(program: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mosquitto.conf"
        file.write_text(CONFIGURATION.format(port=port))
        running = subprocess.Popen([program, "-c", str(file)], stderr=subprocess.DEVNULL)
        try:
            _until(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0)
            yield port
        finally:
            running.terminate()
            running.wait(10)


def _publish(port: int, first: int, count: int) -> None:
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(500)
    client.connect("127.0.0.1", port)
    client.loop_start()
    sent: list[Any] = []
    for number in range(count):
        moment = (START + timedelta(seconds=number // STREAMS)).isoformat()
        body = json.dumps({"phenomenonTime": moment, "result": number % 1000 / 10})
        sent.append(client.publish(f"v1.1/Datastreams({first + number % STREAMS})/Observations", body, qos=1))
    for each in sent:
        each.wait_for_publish(LONGEST)
    client.disconnect()
    client.loop_stop()


def _take(source: Source, municipality: Municipality, count: int) -> float:
    """Listen until ``count`` values were stored and acknowledged; seconds from the connection on."""
    listener = Listener()
    thread = threading.Thread(target=listener.run)
    thread.start()
    _until(lambda: any(link.client.is_connected() for link in list(listener.links.values())))
    begin = time.perf_counter()

    def accepted() -> int:
        with activate(municipality):
            return Source.objects.get(pk=source.pk).accepted

    _until(lambda: accepted() >= count)
    took = time.perf_counter() - begin
    listener.stop()
    thread.join()
    return took


def _until(condition: Any) -> None:
    ends = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > ends:
            raise TimeoutError
        time.sleep(0.05)


main()
