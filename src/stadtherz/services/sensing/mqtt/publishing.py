# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells subscribers of a broker what was measured, at the topics of the standard (OGC 18-088, section 14.1).

Each new observation of an open datastream goes to ``v1.1/Observations``, ``v1.1/Datastreams(7)/Observations`` and the set of its
feature of interest as JSON, in the order of its time, within about a second of its commit. What comes late, older than what was told already, is not told again: subscribers who need
every value read it by HTTP. Who publishes into a broker that we also listen to hears itself, and the store sees the repetition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import Datastream, Latest, Observation
from stadtherz.services.sensing.mqtt.changed_news import Changed
from stadtherz.services.sensing.mqtt.entity_news import Entities
from stadtherz.services.sensing.mqtt.selections import told
from stadtherz.services.sensing.store.contents import EXACT, as_text
from stadtherz.services.sensing.store.identifiers import identifier

AT_ONCE = 2000


class Newest:
    """What a municipality's subscribers know: the time of the last value of each datastream that was told, and the entities.

    ``wishes`` are topics with a selection.
    """

    def __init__(self, municipality: int, wishes: Sequence[str] = ()) -> None:
        self.municipality, self.wishes = municipality, wishes
        with self._active():
            self.base = absolute("/api/sta/v1.1")
            self.told: dict[int, datetime] = dict(Latest.objects.values_list("datastream_id", "phenomenon_time"))
            self.entities = Entities(municipality, self.base)
            self.changed = Changed(municipality, self.base)

    def _active(self) -> Any:
        return activate(Municipality.objects.get(pk=self.municipality))

    def news(self) -> Iterator[tuple[str, Any]]:
        """Topic and document of each entity that changed, of each observation that is newer than what was told, and of those that
        were changed, which may be new as well."""
        with self._active():
            entities = list(self.entities.news())
        yield from told(entities, self.wishes)
        yield from told(self._observed(), self.wishes)
        with self._active():
            changed = list(self.changed.news())
        yield from told(changed, self.wishes)

    def _observed(self) -> Iterator[tuple[str, dict[str, Any]]]:
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
            document = _document(row, self.base)
            yield "v1.1/Observations", document
            yield f"v1.1/Datastreams({row.datastream_id})/Observations", document
            if row.about is not None:
                yield f"v1.1/FeaturesOfInterest({row.about})/Observations", document

    def _rows(self, ahead: dict[int, Q]) -> list[Any]:
        """What is newer; of a series that is new itself only the last value, not the past that was taken in with it."""
        if not ahead:
            return []
        wanted = Q()
        for number, newer in list(ahead.items())[:500]:
            wanted |= Q(datastream_id=number) & newer
        found = Observation.objects.filter(wanted).order_by("phenomenon_time", "datastream_id", "sequence")
        features = dict(Datastream.objects.filter(pk__in=ahead).values_list("pk", "feature_id"))
        rows: list[Any] = list(found.annotate(details_end=F("details__end"))[:AT_ONCE])
        for row in rows:
            row.about = row.feature_id or features.get(row.datastream_id)
        return rows


def _document(row: Any, base: str) -> dict[str, Any]:
    """The observation as the standard's interface shows it."""
    time, details = as_text(row.phenomenon_time), row.details or {}
    number = identifier(row.datastream_id, row.phenomenon_time, row.sequence)
    here = f"{base}/Observations('{number}')"
    document = {
        "@iot.id": number,
        "@iot.selfLink": here,
        "phenomenonTime": f"{time}/{row.details_end}" if row.details_end else time,
        "result": _result(row.number, row.value),
        "resultTime": details.get("result_time"),
    }
    if details.get("quality") is not None:
        document["resultQuality"] = details["quality"]
    if details.get("valid_time") is not None:
        document["validTime"] = "/".join(details["valid_time"])
    if details.get("parameters") is not None:
        document["parameters"] = details["parameters"]
    return document | {f"{name}@iot.navigationLink": f"{here}/{name}" for name in ("Datastream", "FeatureOfInterest")}


def _result(number: float | None, value: Any) -> Any:
    """Whole numbers without a point; integers beyond those of a double stand beside it."""
    if value is not None or number is None:
        return value
    return int(number) if number.is_integer() and abs(number) <= EXACT else number
