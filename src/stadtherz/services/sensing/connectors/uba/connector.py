# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Air data of the Federal Environment Agency (UBA), version 3: hourly means of the stations of federation and states.

Times are Central European Time all year, without summer time; a value is for the hour from its start to its end. Values are
preliminary until the agency has checked them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.utils import timezone as clock
from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.connectors.base import (
    BadAnswer,
    Batch,
    Connector,
    Setting,
    Site,
    SiteField,
    number,
    read_object,
)
from stadtherz.services.sensing.ingest.messages import DeviceMessage

BASE = "https://www.umweltbundesamt.de/api/air_data/v3"
CET = timezone(timedelta(hours=1))
HOURLY_MEAN = 2
COMPONENTS = {
    1: ("PM10", SiteField("pm10", "ug/m3")),
    2: ("CO", SiteField("carbon_monoxide", "mg/m3")),
    3: ("O3", SiteField("ozone", "ug/m3")),
    4: ("SO2", SiteField("sulphur_dioxide", "ug/m3")),
    5: ("NO2", SiteField("nitrogen_dioxide", "ug/m3")),
    9: ("PM2", SiteField("pm25", "ug/m3")),
}
FIRST_TIME = timedelta(days=7)


class UbaAir(Connector):
    """Stations by their number at the agency."""

    key = "uba"
    title = _("Air stations (Federal Environment Agency)")
    attribution = "Umweltbundesamt mit Daten der Messnetze der Länder und des Bundes, dl-de/by-2-0"
    every_seconds = 1800
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("stations", _("Numbers of the stations"), "list", _("Separated by commas.")),
        Setting("base", _("Address"), "url", required=False, default=BASE),
    )

    def fetch(self, settings: Mapping[str, Any], memory: dict[str, Any]) -> Batch:
        base = settings.get("base") or BASE
        now = clock.now().astimezone(CET)
        since = now - FIRST_TIME if "since" not in memory else datetime.fromisoformat(memory["since"])
        span = {
            "date_from": f"{since:%Y-%m-%d}", "time_from": since.hour + 1, "date_to": f"{now:%Y-%m-%d}", "time_to": now.hour + 1,
        }  # fmt: skip
        found = Batch()
        if "sites" not in memory:
            meta = self.ask(f"{base}/meta/json?{urlencode({'use': 'measure', 'lang': 'de', **span})}")
            found += parse_stations(meta.body, {str(each) for each in settings["stations"]})
            memory["sites"] = True
        for station in settings["stations"]:
            for component in COMPONENTS:
                asked = urlencode({"station": station, "component": component, "scope": HOURLY_MEAN, **span})
                found += parse_measures(self.ask(f"{base}/measures/json?{asked}").body)
        memory["since"] = (now - timedelta(hours=6)).isoformat()  # late and corrected hours come within a few hours
        return found


def parse_stations(content: bytes, wanted: set[str]) -> Batch:
    """The stations among ``wanted``. Which fields each has, its values show. Raises ``BadAnswer``."""
    stations = read_object(content).get("stations", {})
    sites = []
    for station, row in stations.items() if isinstance(stations, dict) else []:
        if station not in wanted:
            continue
        if len(row) < 9:
            raise BadAnswer(
                _("Station %(station)s is described by %(row)s columns, expected are at least 9."),
                station=station,
                row=len(row),
            )
        sites.append(Site(
            external_id=station, name=f"Luftmessstation {row[2]}", fields=dict(COMPONENTS.values()), expected_seconds=3600,
            place=(number(row[7], what="longitude"), number(row[8], what="latitude")), properties={"code": row[1]},
        ))  # fmt: skip
    return Batch(tuple(sites))


def parse_measures(content: bytes) -> Batch:
    """Hourly means: ``{"data": {station: {start: [component, scope, value, end, index]}}}``. Raises ``BadAnswer``."""
    data = read_object(content).get("data", {})
    messages, notes = [], []
    for station, hours in data.items() if isinstance(data, dict) else []:
        for start, row in hours.items():
            try:
                component, scope, value, end = row[0], row[1], row[2], row[3]
            except (IndexError, TypeError, KeyError):
                raise BadAnswer(
                    _("The value of station %(station)s at %(start)s is not complete."), station=station, start=start
                ) from None
            if component not in COMPONENTS or scope != HOURLY_MEAN:
                notes.append(f"Component {component} with scope {scope} is not read.")
                continue
            if value is None:
                continue  # the station was silent in this hour
            name, _field = COMPONENTS[component]
            messages.append(DeviceMessage(str(station), _time(start), {name: number(value)}, end=_time(end)))
    return Batch(messages=tuple(messages), notes=tuple(sorted(set(notes))))


def _time(text: Any) -> datetime:
    """ "24:00:00" is midnight at the end of that day."""
    day, _blank, clock_time = str(text).partition(" ")
    try:
        if clock_time.startswith("24:"):
            return datetime.fromisoformat(day).replace(tzinfo=CET) + timedelta(days=1)
        return datetime.fromisoformat(f"{day} {clock_time}").replace(tzinfo=CET)
    except ValueError:
        raise BadAnswer(_("“%(text)s” is not a time."), text=str(text)[:40]) from None
