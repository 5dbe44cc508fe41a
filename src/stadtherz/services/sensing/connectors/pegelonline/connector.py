# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""PegelOnline REST API, version 2: stations with their time series, and the raw measurements since the last time.

Values are raw and unchecked, as the agency says; times come with their zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.connectors.base import (
    BadAnswer,
    Batch,
    Connector,
    Setting,
    Site,
    SiteField,
    listed,
    number,
    read_json,
    zoned,
)
from stadtherz.services.sensing.ingest.messages import DeviceMessage

BASE = "https://www.pegelonline.wsv.de/webservices/rest-api/v2"
SERIES = {  # short names of time series, with the unit in which we know them
    "W": SiteField("water_level", "cm"),
    "Q": SiteField("discharge", "m3/s"),
    "WT": SiteField("water_temperature", "Cel"),
    "LT": SiteField("air_temperature", "Cel"),
}
UNITS = {"cm": "cm", "m+NN": "m", "m³/s": "m3/s", "°C": "Cel"}
FIRST_TIME = "P7D"


class PegelOnline(Connector):
    """Stations are named by number, UUID or name."""

    key = "pegelonline"
    title = _("River gauges (PegelOnline)")
    attribution = "Wasserstraßen- und Schifffahrtsverwaltung des Bundes (WSV), PEGELONLINE"
    every_seconds = 900
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("stations", _("Gauges"), "list", _("Numbers or names, separated by commas.")),
        Setting("base", _("Address"), "url", required=False, default=BASE),
    )

    def fetch(self, settings: Mapping[str, Any], memory: dict[str, Any]) -> Batch:
        base = settings.get("base") or BASE
        ids = ",".join(settings["stations"])
        asked = urlencode({"ids": ids, "includeTimeseries": "true", "includeCurrentMeasurement": "true"})
        batch = parse_stations(self.ask(f"{base}/stations.json?{asked}").body)
        newest: dict[str, str] = memory.setdefault("newest", {})
        found = Batch(sites=batch.sites, notes=batch.notes)
        for site in batch.sites:
            for series in site.fields:
                place = f"{site.external_id}/{series}"
                start = urlencode({"start": newest.get(place, FIRST_TIME)})
                url = f"{base}/stations/{quote(site.external_id)}/{quote(series)}/measurements.json?{start}"
                measured = parse_measurements(self.ask(url).body, site.external_id, series)
                found += measured
                if measured.messages:
                    newest[place] = max(m.time for m in measured.messages).isoformat()
        return found


def parse_stations(content: bytes) -> Batch:
    """Sites, and the current measurement of each time series. Raises ``BadAnswer``."""
    sites, messages, notes = [], list[DeviceMessage](), []
    for station in listed(read_json(content), "The list of stations"):
        fields = {}
        for series in station.get("timeseries", []):
            name = series.get("shortname", "")
            if name not in SERIES:
                notes.append(f"{station.get('shortname')}: the time series {name} is not read.")
                continue
            unit = UNITS.get(series.get("unit", ""))
            if unit is None:
                raise BadAnswer(
                    _("%(name)s: the unit “%(unit)s” of %(field)s is not known."),
                    name=station.get("shortname"),
                    unit=series.get("unit"),
                    field=name,
                )
            fields[name] = SiteField(SERIES[name].quantity, unit)
            current = series.get("currentMeasurement")
            if current:
                messages.append(_message(station["uuid"], name, current))
        if fields:
            sites.append(_site(station, fields))
    return Batch(tuple(sites), tuple(messages), tuple(notes))


def parse_measurements(content: bytes, station: str, series: str) -> Batch:
    """Measurements of one time series. Raises ``BadAnswer``."""
    values = listed(read_json(content), "The measurements")
    return Batch(messages=tuple(_message(station, series, each) for each in values))


def _site(station: Mapping[str, Any], fields: Mapping[str, SiteField]) -> Site:
    place = None
    if "longitude" in station and "latitude" in station:
        place = (number(station["longitude"], what="longitude"), number(station["latitude"], what="latitude"))
    water = station.get("water", {}).get("longname", "").title()
    return Site(
        external_id=str(station["uuid"]), name=f"Pegel {station.get('longname', '').title()} ({water})", place=place,
        fields=fields, expected_seconds=900,
        properties={"number": station.get("number"), "agency": station.get("agency"), "km": station.get("km")},
    )  # fmt: skip


def _message(station: str, series: str, measured: Mapping[str, Any]) -> DeviceMessage:
    if "timestamp" not in measured or "value" not in measured:
        raise BadAnswer(_("A measurement has no time or no value."))
    time: datetime = zoned(measured["timestamp"])
    return DeviceMessage(str(station), time, {series: number(measured["value"])})
