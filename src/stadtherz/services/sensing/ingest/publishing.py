# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells subscribers of a broker what was measured, at the topics of the standard (OGC 18-088, section 14.1).

Each new observation of an open datastream goes to ``v1.1/Datastreams(7)/Observations`` as JSON, in the order of its time, within
about a second of its commit. What comes late, older than what was told already, is not told again: subscribers who need
every value read it by HTTP. Who publishes into a broker that we also listen to hears itself, and the store sees the repetition.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import Datastream, Latest, Observation
from stadtherz.services.sensing.store.identifiers import identifier

AT_ONCE = 2000


class Newest:
    """What a municipality's subscribers know: the time of the last value of each datastream that was told."""

    def __init__(self, municipality: int) -> None:
        self.municipality = municipality
        with self._active():
            self.told: dict[int, datetime] = dict(Latest.objects.values_list("datastream_id", "phenomenon_time"))

    def _active(self) -> Any:
        return activate(Municipality.objects.get(pk=self.municipality))

    def news(self) -> Iterator[tuple[str, str]]:
        """Topic and message of each observation that is newer than what was told."""
        with self._active():
            changed = Latest.objects.filter(datastream__is_open=True).values_list("datastream_id", "phenomenon_time")
            ahead = {
                number: Q(phenomenon_time__gt=self.told[number]) if number in self.told else Q(phenomenon_time=time)
                for number, time in changed
                if self.told.get(number) != time
            }
            rows = self._rows(ahead)
        for row in rows:
            self.told[row.datastream_id] = row.phenomenon_time
            yield f"v1.1/Datastreams({row.datastream_id})/Observations", json.dumps(_document(row), ensure_ascii=False)

    def _rows(self, ahead: dict[int, Q]) -> list[Any]:
        """What is newer; of a series that is new itself only the last value, not the past that was taken in with it."""
        if not ahead:
            return []
        wanted = Q()
        for number, newer in list(ahead.items())[:500]:
            wanted |= Q(datastream_id=number) & newer
        found = Observation.objects.filter(wanted).order_by("phenomenon_time", "datastream_id", "sequence")
        kinds = dict(Datastream.objects.filter(pk__in=ahead).values_list("pk", "observation_type"))
        rows: list[Any] = list(found.annotate(details_end=F("details__end"))[:AT_ONCE])
        for row in rows:
            row.counts = kinds.get(row.datastream_id, "").endswith("CountObservation")
        return rows


def _document(row: Any) -> dict[str, Any]:
    """The observation as the standard's interface shows it, as far as subscribers need it."""
    time = _text(row.phenomenon_time)
    result: Any = (
        row.value if row.number is None else int(row.number) if row.counts and row.number.is_integer() else row.number
    )
    document = {
        "@iot.id": identifier(row.datastream_id, row.phenomenon_time, row.sequence),
        "phenomenonTime": f"{time}/{row.details_end}" if row.details_end else time,
        "resultTime": (row.details or {}).get("result_time"),
        "result": result,
    }
    quality = (row.details or {}).get("quality")
    return document | ({"resultQuality": quality} if quality is not None else {})


def _text(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
