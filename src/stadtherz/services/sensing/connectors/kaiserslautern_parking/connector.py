# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The feed of Kaiserslautern's parking guidance system: one XML document with all car parks, in local time.

``Aktuell`` counts the cars inside. The free spaces are ``Gesamt`` less ``Aktuell``, as the displays in town show them. While a
car park reports a fault (``Stoerung``), its figures are kept and marked as suspect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.connectors.base import BadAnswer, Batch, Connector, Setting, Site, SiteField
from stadtherz.services.sensing.connectors.xml_reading import Element, read_xml
from stadtherz.services.sensing.ingest.local_times import LocalTimeRefused, is_ambiguous, localized
from stadtherz.services.sensing.ingest.messages import DeviceMessage

BERLIN = ZoneInfo("Europe/Berlin")
ADDRESS = "https://www.kaiserslautern.de/live_tools/pls/pls.xml"
STATES = {"Offen": "open", "Geschlossen": "closed", "Stoerung": "fault", "Störung": "fault"}
WHOLE = re.compile(r"-?[0-9]{1,9}")
FIELDS = {"free": SiteField("parking_free"), "taken": SiteField("parking_taken")}
FAULT = {"flag": "suspect", "reason": "the car park reports a fault"}


class KaiserslauternParking(Connector):
    """All car parks of the city with free and taken spaces."""

    key = "kaiserslautern_parking"
    title = _("Car parks of Kaiserslautern (parking guidance system)")
    attribution = "Stadt Kaiserslautern, Parkleitsystem"
    every_seconds = 120
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("address", _("Address"), "url", required=False, default=ADDRESS),
    )

    def fetch(self, settings: Mapping[str, Any], memory: dict[str, Any]) -> Batch:
        answer = self.ask(settings.get("address") or ADDRESS, memory)
        return Batch() if answer.unchanged else parse(answer.body, asked_at=timezone.now())


def parse(content: bytes, *, asked_at: datetime | None = None) -> Batch:
    """Sites and one message for each car park. ``asked_at`` tells the two passes of the hour apart that happens twice.
    Raises ``BadAnswer``."""
    root = read_xml(content)
    if root.name != "Daten":
        raise BadAnswer(_("The document begins with <%(name)s>, expected is <Daten>."), name=root.name[:40])
    time = _time(root.value("Zeitstempel"), asked_at)
    sites, messages = [], []
    for park in root.children:
        if park.name != "Parkhaus":
            continue
        number, name = park.value("ID"), park.value("Name")
        if not number or not name:
            raise BadAnswer(_("A car park has no ID or no name."))
        total, taken = _whole(park, "Gesamt"), _whole(park, "Aktuell")
        state = STATES.get(park.value("Status"))
        if state is None:
            raise BadAnswer(
                _("%(name)s: the status “%(value)s” is not known."), name=name, value=park.value("Status")[:40]
            )
        values: dict[str, float | int | str] = {
            "taken": taken,
            "free": total - taken,
            "capacity": total,
            "state": state,
        }
        trend = park.value("Trend")
        if trend:
            values["trend"] = int(trend) if WHOLE.fullmatch(trend) else trend[:20]
        flags = dict.fromkeys(values, FAULT) if state == "fault" else None
        messages.append(DeviceMessage(number, time, values, flags=flags))
        sites.append(Site(number, name, FIELDS, expected_seconds=300, properties={"capacity": total}))
    return Batch(tuple(sites), tuple(messages))


def _time(text: str, asked_at: datetime | None) -> datetime:
    try:
        naive = datetime.strptime(text, "%d.%m.%Y %H:%M:%S")  # noqa: DTZ007 - the town's clock, see below
    except ValueError:
        raise BadAnswer(_("“%(text)s” is not a time like 31.12.2025 14:15:00."), text=text[:40]) from None
    try:
        second = (
            asked_at is not None
            and is_ambiguous(naive, BERLIN)
            and asked_at >= localized(naive, BERLIN, second_pass=True)
        )
        return localized(naive, BERLIN, second_pass=second)
    except LocalTimeRefused as refused:
        raise BadAnswer(refused.reason) from None


def _whole(park: Element, name: str) -> int:
    text = park.value(name)
    if not WHOLE.fullmatch(text):
        raise BadAnswer(
            _("%(value)s: %(name)s is “%(text)s”, expected is a whole number."),
            value=park.value("Name"),
            name=name,
            text=text[:40],
        )
    return int(text)
