# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Goes on with the example data, so that its stations do not fall silent: what the curves say since the last value.

Only the stations that the demonstration made are meant: by their name at the source, and their thing says that it is an example.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import F

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.sensing.demo.loading import DAYS, drawn
from stadtherz.services.sensing.demo.stations import STATIONS
from stadtherz.services.sensing.models import FieldMapping, Source
from stadtherz.services.sensing.store.batches import Batch, joined
from stadtherz.services.sensing.store.writing import write_batch


def go_on(*, now: datetime) -> int:
    """Write the example values that are due, of the last four weeks at most; how many. One query where there are none."""
    stations = {station.key: station for station in STATIONS}
    fields = FieldMapping.objects.filter(
        device__external_id__in=stations, device__thing__properties__example=True, device__source__is_paused=False
    ).values_list(
        "device__source", "device__external_id", "field", "datastream", "datastream__latest__phenomenon_time"
    )  # fmt: skip
    zone, seconds = ZoneInfo(active().timezone), int(now.timestamp())
    batches: list[Batch] = []
    written: Counter[int] = Counter()
    for source, key, field, datastream, latest in fields:
        station = stations[key]
        if field not in station.series:
            continue
        first = seconds // station.every * station.every - DAYS * 86400
        if latest is not None:
            first = max(first, (int(latest.timestamp()) // station.every + 1) * station.every)
        moments = np.arange(first, seconds + 1, station.every, dtype=np.int64)
        if len(moments):
            batches.append(drawn(station, field, datastream, moments, zone))
            written[source] += len(moments)
    if batches:
        write_batch(joined(batches))
    for source, count in written.items():
        Source.objects.filter(pk=source).update(accepted=F("accepted") + count, last_success_at=now)
    return sum(written.values())
