# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""sensor.community (airrohr, formerly luftdaten.info): sensors that residents run. Times are UTC without saying so.

A sensor's place is rounded by the community unless its owner says otherwise (``exact_location``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

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
    utc,
)
from stadtherz.services.sensing.ingest.messages import DeviceMessage

BASE = "https://data.sensor.community/airrohr/v1"
VALUES = {
    "P0": SiteField("pm1", "ug/m3"),
    "P1": SiteField("pm10", "ug/m3"),
    "P2": SiteField("pm25", "ug/m3"),
    "temperature": SiteField("air_temperature", "Cel"),
    "humidity": SiteField("humidity", "%"),
    "pressure": SiteField("air_pressure", "Pa"),
    "noise_LAeq": SiteField("noise", "dB(A)"),
}


class SensorCommunity(Connector):
    """Sensors by number, or all within some kilometres of a place."""

    key = "sensor_community"
    title = _("Sensors of residents (sensor.community)")
    attribution = "sensor.community, ODbL"
    every_seconds = 300
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("sensors", _("Numbers of the sensors"), "list", _("Separated by commas; empty: all within the area."), required=False),
        Setting("area", _("Area"), "text", _("Latitude, longitude and kilometres: 49.444,7.769,10"), required=False),
        Setting("base", _("Address"), "url", required=False, default=BASE),
    )  # fmt: skip

    def check(self, settings: Mapping[str, Any]) -> None:
        """Sensors by number, or a circle; else all sensors of the world would be asked for, or none."""
        sensors, area = settings.get("sensors") or [], settings.get("area") or ""
        if not sensors and not area:
            raise BadAnswer(_("Neither sensors nor an area are named."))
        for sensor in sensors:
            if not (str(sensor).isascii() and str(sensor).isdigit()):
                raise BadAnswer(_("“%(sensor)s” is not the number of a sensor."), sensor=str(sensor)[:40])
        if area and not _is_circle(area):
            raise BadAnswer(_("An area is latitude, longitude and kilometres, with points and commas: 49.444,7.769,10"))

    def fetch(self, settings: Mapping[str, Any], memory: dict[str, Any]) -> Batch:
        self.check(settings)
        base = settings.get("base") or BASE
        sensors = settings.get("sensors") or []
        urls = [f"{base}/sensor/{int(number)}/" for number in sensors] or [
            f"{base}/filter/area={settings['area'].replace(' ', '')}"
        ]
        found = Batch()
        for url in urls:
            found += parse(self.ask(url).body)
        return found


def _is_circle(area: str) -> bool:
    try:
        latitude, longitude, kilometres = (number(part) for part in area.split(","))
    except ValueError:  # not three, or no numbers
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180 and kilometres > 0


def parse(content: bytes) -> Batch:
    """Sites and messages, one message for each report. Raises ``BadAnswer``."""
    reports = listed(read_json(content), "The answer")
    sites: dict[str, Site] = {}
    messages, notes = [], list[str]()
    for report in reports:
        try:
            sensor, location = report["sensor"], report["location"]
            name = str(sensor["id"])
            values = {
                each["value_type"]: number(each["value"], what=each["value_type"])
                for each in report["sensordatavalues"]
            }
            messages.append(DeviceMessage(name, utc(report["timestamp"]), values, mark=f"report:{report['id']}"))
        except (KeyError, TypeError) as missing:
            raise BadAnswer(_("A report is not complete: %(missing)s."), missing=missing) from None
        fields = {key: VALUES[key] for key in values if key in VALUES}
        if name in sites:
            fields = {**sites[name].fields, **fields}
        sites[name] = _site(name, sensor, location, fields)
    return Batch(tuple(sites.values()), tuple(messages), tuple(notes))


def _site(name: str, sensor: Mapping[str, Any], location: Mapping[str, Any], fields: Mapping[str, SiteField]) -> Site:
    kind = sensor.get("sensor_type", {}).get("name", "")
    return Site(
        external_id=name, name=f"sensor.community {name} ({kind})", fields=fields, expected_seconds=150,
        place=(number(location["longitude"], what="longitude"), number(location["latitude"], what="latitude")),
        properties={"sensor_type": kind, "exact_location": bool(location.get("exact_location"))},
    )  # fmt: skip
