# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells open pages of new latest values: gathered for half a second in each process, so that a flood of values is a few events.

Nothing depends on it: who misses an event has the value at the next load.
"""

from __future__ import annotations

import logging
import math
import threading
from datetime import datetime

from django.db import connection

from stadtherz.kernel.live import publish
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.store.identifiers import moment

logger = logging.getLogger(__name__)

GATHER_SECONDS = 0.5
AT_ONCE = 100  # values of one event, which holds at most 7,900 bytes
MOST_EVENTS = 10
MOST_SINGLE = 50  # datastreams that are told one by one as well; in a flood the others are seen in sensing.latest alone
Value = tuple[int, int, float]  # datastream, microseconds, number or NaN

_lock = threading.Lock()
_waiting: dict[int, tuple[Municipality, dict[int, Value]]] = {}


def announce(municipality: Municipality, values: list[Value]) -> None:
    """Have these values told soon; call it after their commit. Only of open datastreams, because everybody may listen."""
    with _lock:
        if not _waiting:
            timer = threading.Timer(GATHER_SECONDS, _tell)
            timer.daemon = True
            timer.start()
        _town, known = _waiting.setdefault(municipality.pk, (municipality, {}))
        for value in values:
            if value[0] not in known or known[value[0]][1] <= value[1]:
                known[value[0]] = value


def _tell() -> None:
    with _lock:
        towns = list(_waiting.values())
        _waiting.clear()
    try:
        for municipality, values in towns:
            with activate(municipality):
                tell(list(values.values()))
    except Exception:
        logger.warning("Open pages were not told of new values", exc_info=True)
    finally:
        connection.close()


def tell(values: list[Value]) -> None:
    """Publish values in the running transaction, as ``{"values": [[datastream, time, number], …]}``. Open datastreams only: the topic is public."""
    asked = [datastream for datastream, _micros, _number in values]
    open_ones = Datastream.objects.filter(pk__in=asked, is_open=True)
    latest = dict(open_ones.values_list("pk", "latest__phenomenon_time"))
    publish_values([value for value in values if value[0] in latest and not _is_older(value, latest[value[0]])])


def _is_older(value: Value, latest: datetime | None) -> bool:
    """Whether a newer value stands there already: what comes late is not the value of now."""
    return latest is not None and moment(value[1]) < latest


def publish_values(values: list[Value]) -> None:
    """Publish the first thousand of these values, in events that PostgreSQL takes; the first fifty also at topics of their own."""
    for start in range(0, min(len(values), AT_ONCE * MOST_EVENTS), AT_ONCE):
        told = [
            [datastream, moment(micros).isoformat(), None if math.isnan(number) else number]
            for datastream, micros, number in values[start : start + AT_ONCE]
        ]
        publish("sensing.latest", "values", {"values": told})
    for datastream, micros, number in values[:MOST_SINGLE]:
        told_alone = {"time": moment(micros).isoformat(), "number": None if math.isnan(number) else number}
        publish(f"sensing.datastream:{datastream}", "value", told_alone)
