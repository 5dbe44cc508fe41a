# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells subscribers what was measured or changed, at the topics of the standard (OGC 18-088, section 14).

Each new observation of an open datastream goes to ``v1.1/Observations``, ``v1.1/Datastreams(7)/Observations`` and the set of its
feature of interest as JSON, within about a second of its commit, also one that comes late. One that was changed or corrected goes
there too, and to the topics of its own. The store notes both (``store.noting``), whichever way and process they came by.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any

from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.mqtt.entity_news import Entities, shown, topics
from stadtherz.services.sensing.mqtt.moving import Moving
from stadtherz.services.sensing.mqtt.wishes import Told, Wishes, told
from stadtherz.services.sensing.sta.path import Step
from stadtherz.services.sensing.sta.schema import OBSERVATION
from stadtherz.services.sensing.sta.walking import Reader
from stadtherz.services.sensing.store import noting
from stadtherz.services.sensing.store.contents import EXACT, as_text
from stadtherz.services.sensing.store.identifiers import Key, identifier

logger = logging.getLogger(__name__)

AT_ONCE = 2000  # observations
LISTEN_AGAIN = noting.STAYS.total_seconds() / 5


class Newest:
    """What is to be told to an audience of a municipality: a broker, or the clients of our listener.

    ``wishes`` are topics that are told because somebody named them. ``anew``: what an earlier process left untold is forgotten.
    """

    def __init__(self, municipality: int, name: str, wishes: Iterable[str] = (), *, anew: bool = False) -> None:
        self.municipality, self.name, self.wishes, self.moving = municipality, name, Wishes(wishes), Moving(wishes)
        self.begun: dict[int, int] = {}  # notes, and how many of their observations were told
        self.in_hand: list[noting.Noted] = []
        with self._active():
            self.base = absolute("/api/sta/v1.1")
            self.audience, self.listens_since = noting.listen(name, anew=anew), time.monotonic()
            self.entities = Entities(municipality)

    def _active(self) -> Any:
        return activate(Municipality.objects.get(pk=self.municipality))

    def news(self) -> list[Told]:
        """Topic and document of each entity that changed, and of each observation that is new or was changed; call ``heard`` when they
        were told. What was not heard comes again."""
        self.in_hand = []
        with self._active():
            rows = noting.waiting(self.audience, self.begun, AT_ONCE)
            hidden = tuple(Datastream.objects.filter(is_open=False).values_list("pk", flat=True))
            reader = Reader(self.municipality, self.base, hidden)
            found = [*self.entities.news(reader), *_observed(reader, rows)]
            if self.entities.moved or any(row.changed for row in rows):
                self.wishes.forget()
                self.moving.forget()
            messages = list(told(found, self.wishes.places(reader))) if found else []
            messages += self.moving.news(reader, (row.datastream for row in rows if row.is_open))
        self.in_hand = rows
        return messages

    def heard(self) -> bool:
        """What ``news`` gave was told. Whether more waits, as far as known."""
        begun, ended = dict(self.begun), []
        for each in self.in_hand:
            begun[each.note] = begun.get(each.note, 0) + 1
            if begun[each.note] == each.size:
                ended.append(each.note)
                del begun[each.note]
        if ended:
            with self._active():
                noting.heard(ended)
        more, self.begun, self.in_hand = len(self.in_hand) == AT_ONCE, begun, []
        return more

    def stay(self) -> None:
        """Go on to listen, also while nobody can be told."""
        with self._active():
            if time.monotonic() - self.listens_since > LISTEN_AGAIN:
                self.audience, self.listens_since = noting.listen(self.name), time.monotonic()
            given_up = noting.give_up(self.audience)
        if given_up:
            logger.warning("MQTT: %s observations were not told: more than %s waited", given_up, noting.MOST)

    def leave(self) -> None:
        """Listen no longer."""
        with self._active():
            noting.leave(self.audience)

    def wish(self, topics: Iterable[str]) -> None:
        """Tell these topics too, and no others that were named before."""
        wishes = frozenset(topics)
        if wishes != self.wishes.topics:
            self.wishes, self.moving = Wishes(wishes), Moving(wishes)


def _observed(reader: Reader, rows: Iterable[noting.Noted]) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in rows:
        if not row.is_open:
            continue
        if row.changed or not row.lies_open or "correction" in row.details:
            yield from _as_it_is_now(reader, row)
        else:
            yield from _measured(row, _document(row, reader.base))


def _measured(row: noting.Noted, document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "v1.1/Observations", document
    yield f"v1.1/Datastreams({row.datastream})/Observations", document
    if row.feature is not None:
        yield f"v1.1/FeaturesOfInterest({row.feature})/Observations", document


def _as_it_is_now(reader: Reader, row: noting.Noted) -> Iterator[tuple[str, dict[str, Any]]]:
    """Nothing, if it is not there any more."""
    step = Step(OBSERVATION, None, Key(row.datastream, row.time, row.sequence))
    document = shown(reader, step)
    if document is None:
        return
    if row.changed or not row.lies_open:
        yield from topics(reader, step, document, {})
    else:
        yield from _measured(row, document)


def _document(row: noting.Noted, base: str) -> dict[str, Any]:
    """The observation as the standard's interface shows it."""
    moment, details = as_text(row.time), row.details
    number = identifier(row.datastream, row.time, row.sequence)
    here = f"{base}/Observations('{number}')"
    document = {
        "@iot.id": number,
        "@iot.selfLink": here,
        "phenomenonTime": f"{moment}/{details['end']}" if "end" in details else moment,
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
