# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Another SensorThings server (OGC 18-088): its datastreams with thing and place, and the observations since the last time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode, urljoin, urlsplit

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.connectors.base import (
    BadAnswer,
    Batch,
    Connector,
    Setting,
    Site,
    SiteField,
    listed,
    read_object,
    zoned,
)
from stadtherz.services.sensing.ingest.messages import DeviceMessage

PAGE, MOST_PAGES = 1000, 50


class SensorThingsServer(Connector):
    """Datastreams by their identifiers; each becomes a site with the one field ``result``."""

    key = "sensorthings"
    title = _("Another SensorThings server")
    every_seconds = 300
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("base", _("Address"), "url", _("It ends in /v1.0 or /v1.1.")),
        Setting("datastreams", _("Datastreams with quantity"), "list", _("Such as 7=water_level, 9=air_temperature.")),
    )

    def fetch(self, settings: Mapping[str, Any], memory: dict[str, Any]) -> Batch:
        base = settings["base"].rstrip("/")
        newest: dict[str, str] = memory.setdefault("newest", {})
        found = Batch()
        for each in settings["datastreams"]:
            number, _equals, quantity = each.partition("=")
            identifier = reference(number.strip())
            if number not in newest:
                expand = urlencode({"$expand": "Thing/Locations"})
                found += parse_datastream(
                    self.ask(f"{base}/Datastreams({identifier})?{expand}").body, number, quantity.strip()
                )
            since = f" and phenomenonTime gt {newest[number]}" if number in newest else ""
            asked = urlencode({
                "$filter": f"phenomenonTime gt 1970-01-01T00:00:00Z{since}", "$orderby": "phenomenonTime", "$top": PAGE,
                "$select": "phenomenonTime,result",
            })  # fmt: skip
            url: str | None = f"{base}/Datastreams({identifier})/Observations?{asked}"
            for _page in range(MOST_PAGES):
                if url is None:
                    break
                batch, following = parse_observations(self.ask(url).body, number)
                found += batch
                url = _same_server(base, following)
            times = [message.time for message in found.messages if message.device == number]
            if times:
                newest[number] = max(times).isoformat().replace("+00:00", "Z")
        return found


def reference(identifier: str) -> str:
    """An identifier as it stands in an address: numbers as they are, texts in quotation marks (OData 4.01, part 2)."""
    return identifier if identifier.isdecimal() else "'" + identifier.replace("'", "''") + "'"


def parse_datastream(content: bytes, number: str, quantity: str) -> Batch:
    """The site of one datastream. Raises ``BadAnswer``."""
    stream = read_object(content)
    thing = stream.get("Thing") or {}
    locations = thing.get("Locations") or []
    place = None
    if locations and isinstance(locations[0].get("location"), dict):
        point = locations[0]["location"].get("geometry", locations[0]["location"])
        if point.get("type") == "Point" and len(point.get("coordinates", [])) >= 2:
            place = (float(point["coordinates"][0]), float(point["coordinates"][1]))
    symbol = (stream.get("unitOfMeasurement") or {}).get("definition") or ""
    unit = symbol.removeprefix("ucum:") if symbol.startswith("ucum:") else ""
    name = f"{thing.get('name', '')} {stream.get('name', '')}".strip() or f"Datastream {number}"
    return Batch(sites=(Site(number, name, {"result": SiteField(quantity, unit)}, place=place),))


def parse_observations(content: bytes, number: str) -> tuple[Batch, str | None]:
    """Observations of one page, and the address of the next. Raises ``BadAnswer``."""
    page = read_object(content)
    messages = []
    for each in listed(page.get("value"), "value"):
        start, _slash, end = str(each.get("phenomenonTime")).partition("/")
        messages.append(
            DeviceMessage(number, zoned(start), {"result": each.get("result")}, end=zoned(end) if end else None)
        )
    return Batch(messages=tuple(messages)), page.get("@iot.nextLink")


def _same_server(base: str, following: str | None) -> str | None:
    """The next page, if it is on the server that we were told to ask."""
    if not following:
        return None
    url = urljoin(base, following)
    if urlsplit(url).netloc != urlsplit(base).netloc:
        raise BadAnswer(_("The next page lies on another server, which is not asked."))
    return url
