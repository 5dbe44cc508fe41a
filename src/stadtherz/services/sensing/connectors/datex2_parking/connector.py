# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""DATEX II version 2, parking: two ways of saying the same are in use in Germany, both are read.

The status publication of the parking extension (``parkingRecordStatus``) and the older one of facilities
(``parkingFacilityStatus``); the same for the tables that describe the sites. An optional second address gives these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.connectors.base import (
    BadAnswer,
    Batch,
    Connector,
    Setting,
    Site,
    SiteField,
    number,
    zoned,
)
from stadtherz.services.sensing.connectors.xml_reading import Element, read_xml
from stadtherz.services.sensing.ingest.messages import DeviceMessage

FIELDS = {"free": SiteField("parking_free"), "taken": SiteField("parking_taken")}
# field: path below the record of one site
RECORD = {
    "free": ("parkingOccupancy", "parkingNumberOfVacantSpaces"),
    "taken": ("parkingOccupancy", "parkingNumberOfOccupiedSpaces"),
    "capacity": ("parkingOccupancy", "parkingNumberOfSpacesOverride"),
    "vehicles": ("parkingOccupancy", "parkingNumberOfVehicles"),
    "occupancy": ("parkingOccupancy", "parkingOccupancy"),
}
FACILITY = {"free": ("totalNumberOfVacantParkingSpaces",), "taken": ("totalNumberOfOccupiedParkingSpaces",)}
PUBLICATIONS = {
    "parkingStatusPublication", "parkingFacilityTableStatusPublication", "parkingTablePublication",
    "parkingFacilityTablePublication",
}  # fmt: skip


class Datex2Parking(Connector):
    """One address for what is free now, one for where the car parks are."""

    key = "datex2_parking"
    title = _("Car parks in DATEX II (Mobilithek and others)")
    attribution = ""
    every_seconds = 300
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("status", _("Address of the current state"), "url"),
        Setting("table", _("Address of the table of car parks"), "url", required=False),
    )

    def fetch(self, settings: Mapping[str, Any], memory: dict[str, Any]) -> Batch:
        found = Batch()
        if settings.get("table"):
            table = self.ask(settings["table"], memory)
            found += Batch() if table.unchanged else parse(table.body)
        status = self.ask(settings["status"], memory)
        return found if status.unchanged else found + parse(status.body)


def parse(content: bytes) -> Batch:
    """What the message describes or reports. Raises ``BadAnswer``."""
    root = read_xml(content)
    if root.name != "d2LogicalModel" or not root.attributes.get("modelBaseVersion", "").startswith("2"):
        raise BadAnswer(
            _("The document begins with <%(name)s>, expected is a DATEX II version 2 message."), name=root.name[:40]
        )
    publication = next((each for name in PUBLICATIONS for each in root.all(name)), None)
    if publication is None:
        raise BadAnswer(_("The message publishes nothing about parking."))
    sites = [_site(each) for name in ("parkingRecord", "parkingFacility") for each in publication.all(name)]
    messages = [*_records(publication), *_facilities(publication)]
    notes = tuple(f"{site.name}: the place is not given in degrees." for site in sites if site.place is None)
    return Batch(tuple(sites), tuple(messages), notes)


def _records(publication: Element) -> Iterator[DeviceMessage]:
    for record in publication.all("parkingRecordStatus"):
        values = _numbers(record, RECORD)
        for field, path in (("state", ("parkingSiteStatus",)), ("opening", ("parkingSiteOpeningStatus",))):
            if record.value(*path):
                values[field] = record.value(*path)
        if values:
            yield _message(record, "parkingRecordReference", "parkingStatusOriginTime", values)


def _facilities(publication: Element) -> Iterator[DeviceMessage]:
    for facility in publication.all("parkingFacilityStatus"):
        if facility.first("parkingFacilityReference") is None:  # the word for its state has the same name
            continue
        values = _numbers(facility, FACILITY)
        states = [each.text.strip() for each in facility.children if each.name == "parkingFacilityStatus"]
        if states:
            values["state"] = " ".join(states)
        if values:
            yield _message(facility, "parkingFacilityReference", "parkingFacilityStatusTime", values)


def _message(element: Element, reference: str, time: str, values: dict[str, Any]) -> DeviceMessage:
    named = element.first(reference)
    device = named.attributes.get("id", "") if named else ""
    if not device:
        raise BadAnswer(_("A report does not say which car park it is about."))
    return DeviceMessage(device, zoned(element.value(time), what=device), values)


def _numbers(element: Element, paths: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field, path in paths.items():
        text = element.value(*path)
        if text:
            value = number(text, what=path[-1])
            found[field] = int(value) if value.is_integer() and "." not in text else value
    return found


def _site(record: Element) -> Site:
    identifier = record.attributes.get("id", "")
    if not identifier:
        raise BadAnswer(_("A car park has no id."))
    name = next((each.text.strip() for each in record.all("value") if each.text.strip()), identifier)
    capacity = record.value("parkingNumberOfSpaces") or record.value("totalParkingCapacity")
    properties = {"capacity": int(number(capacity, what="capacity"))} if capacity else {}
    return Site(identifier, name, FIELDS, place=_place(record), expected_seconds=900, properties=properties)


def _place(record: Element) -> tuple[float, float] | None:
    """The first pair of coordinates that are degrees. Some towns write metres of their national grid here: then there
    is no place, and a clerk sets it."""
    for each in record.all("latitude"):
        longitude = next(record.all("longitude"), None)
        if longitude is None:
            return None
        north, east = number(each.text, what="latitude"), number(longitude.text, what="longitude")
        return (east, north) if abs(north) <= 90 and abs(east) <= 180 else None
    return None
