# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Messages that came over MQTT into the store, in one transaction. Who calls acknowledges after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.db.models import F
from django.utils import timezone

from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions.sources import grant_datastream
from stadtherz.services.sensing.ingest.arrivals import take_in
from stadtherz.services.sensing.ingest.messages import DeviceMessage, NotAMessage
from stadtherz.services.sensing.models import Datastream, Source, SourceDatastream
from stadtherz.services.sensing.mqtt.deliveries import Delivery, remember, with_first_arrival
from stadtherz.services.sensing.mqtt.published import take_published
from stadtherz.services.sensing.mqtt.topics import is_told_by, takes_in, understood
from stadtherz.services.sensing.reasons import Reason, about, noted


class Sender(Protocol):
    """Which source of which municipality messages belong to, and how they are to be read."""

    @property
    def source(self) -> int: ...
    @property
    def municipality(self) -> int: ...
    @property
    def form(self) -> str: ...
    @property
    def topics(self) -> tuple[str, ...]: ...


def store(sender: Sender, deliveries: Sequence[Delivery]) -> None:
    """Store messages of one source. What cannot be understood is noted, and does not come again."""
    with activate(Municipality.objects.get(pk=sender.municipality)):
        source = Source.objects.filter(pk=sender.source).first()
        if source is None:
            return
        if sender.form == "sta":
            store_observations(source, deliveries)
            return
        messages: list[DeviceMessage] = []
        problems, timeless = [], []
        for each in with_first_arrival(source, deliveries):
            try:
                message = understood(sender.form, each.topic, each.payload, each.at, sender.topics)
            except NotAMessage as error:
                problems.append(about(each.topic, error.reason))
                continue
            if message.time == each.at:
                timeless.append(each)
            if not (message.time == each.at and each.kept):  # nobody knows when that was measured
                messages.append(message)
        take_in(source, messages)
        remember(source, timeless)
        note_refused(source, problems)


def store_observations(source: Source, deliveries: Sequence[Delivery]) -> None:
    """Observations by the topics of the standard, into datastreams that the source has the right to. The municipality is active."""
    deliveries = _of_others(source, deliveries)
    rights = set(SourceDatastream.objects.filter(source=source).values_list("datastream_id", flat=True))
    taken = take_published(
        with_first_arrival(source, deliveries), rights=rights, may_describe=bool(source.settings.get("describes"))
    )
    remember(source, taken.worth_remembering)
    for stream in Datastream.objects.filter(pk__in=taken.made):
        grant_datastream(source=source, datastream=stream, by=None)
    Source.objects.filter(pk=source.pk).update(
        accepted=F("accepted") + taken.new, repeated=F("repeated") + taken.repeated,
        last_success_at=timezone.now(), failures=0,
    )  # fmt: skip
    note_refused(source, taken.problems)


def _of_others(source: Source, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Without what we told ourselves: who tells a broker and listens there hears it. A correction would come back as another observation."""
    base, tells = absolute("/api/sta/v1.1"), bool(source.settings.get("publish"))
    return [each for each in deliveries if not is_told_by(base, each.payload) and (takes_in(each.topic) or not tells)]


def note_refused(source: Source, problems: Sequence[Reason]) -> None:
    """What was refused stands on the page of sources."""
    if problems:
        Source.objects.filter(pk=source.pk).update(
            refused=F("refused") + len(problems), last_error_at=timezone.now(), **noted(problems[0])
        )
