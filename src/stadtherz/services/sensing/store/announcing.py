# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells open pages of new latest values: gathered for half a second in each process, so that a flood of values is a few events.

Only the datastreams are remembered; what is told is read when it is told, so that nothing older than the latest value is. Nothing
depends on it: who misses an event has the value at the next load.
"""

from __future__ import annotations

import logging
import threading

from django.db import connection

from stadtherz.kernel.live import publish_texts
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.store import wire
from stadtherz.services.sensing.store.execution import execute
from stadtherz.services.sensing.store.moments import AHEAD

logger = logging.getLogger(__name__)

GATHER_SECONDS = 0.5
MOST_VALUES = 1000  # of one turn
AT_ONCE = 100  # values of one event, which holds at most 7,900 bytes
MOST_SINGLE = 50  # datastreams that are told one by one as well; in a flood the others are seen in sensing.latest alone
EVENTS = f"""
WITH latest AS (
    SELECT l.datastream_id AS id, to_json(l.phenomenon_time AT TIME ZONE 'UTC') #>> '{{}}' || '+00:00' AS time,
           coalesce(l.number::text, 'null') AS number, row_number() OVER (ORDER BY r.place) - 1 AS place
    FROM unnest(%b) WITH ORDINALITY AS r(datastream, place)
    JOIN sensing_latest l ON l.datastream_id = r.datastream
    JOIN sensing_datastream d ON d.id = l.datastream_id AND d.is_open
    WHERE l.phenomenon_time <= now() + interval '{AHEAD.total_seconds():.0f} seconds'
)
SELECT 'sensing.latest', 'values', format('{{"values":[%%s]}}', string_agg(format('[%%s,"%%s",%%s]', id, time, number), ',' ORDER BY place))
FROM latest GROUP BY place / {AT_ONCE}
UNION ALL
SELECT 'sensing.datastream:' || id, 'value', format('{{"time":"%%s","number":%%s}}', time, number)
FROM latest WHERE place < {MOST_SINGLE}
"""


class Announcer:
    """What one process has still to tell, and the timer after which it does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[Municipality, dict[int, None]]] = {}
        self._timer: threading.Timer | None = None

    def announce(self, municipality: Municipality, datastreams: list[int]) -> None:
        """Have the latest values of these datastreams told soon; call it after the commit."""
        with self._lock:
            if not self._waiting:
                self._timer = threading.Timer(GATHER_SECONDS, self._tell)
                self._timer.daemon = True
                self._timer.start()
            _town, known = self._waiting.setdefault(municipality.pk, (municipality, {}))
            known.update(dict.fromkeys(datastreams))

    def stop(self) -> None:
        """Tell nothing of what waits; nothing is being told any more when this returns."""
        with self._lock:
            self._waiting.clear()
            timer = self._timer
        if timer is not None:
            timer.cancel()
            timer.join()

    def _tell(self) -> None:
        with self._lock:
            towns = list(self._waiting.values())
            self._waiting.clear()
        try:
            for municipality, datastreams in towns:
                with activate(municipality):
                    tell(list(datastreams))
        except Exception:
            logger.warning("Open pages were not told of new values", exc_info=True)
        finally:
            connection.close()


def tell(datastreams: list[int]) -> None:
    """Publish the latest values of these datastreams in the running transaction, as ``{"values": [[datastream, time, number], …]}``.

    Of open ones only, because everybody may listen, and no value that lies ahead of now. Of more than a thousand the others are left out.
    """
    asked = [wire.integers(datastreams[:MOST_VALUES])]
    publish_texts(execute(EVENTS, asked))


announcer = Announcer()
"""The one of this process."""
