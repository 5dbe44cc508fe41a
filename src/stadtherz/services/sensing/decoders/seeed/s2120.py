# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seeed SenseCAP S2120 weather station and the S21 series: short frames one after another, high byte first
(S2120 user guide, section 10.2 "Packet parsing")."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders.payload import Decoded, Decoder, Field, Frame, Undecodable, Value, scaled

Values = dict[str, Value]


def _air(frame: Frame) -> Values:
    return {
        "air_temperature": scaled(frame.signed(2), 10),
        "air_humidity": frame.unsigned(1),
        "light_intensity": frame.unsigned(4),
        "uv_index": scaled(frame.unsigned(1), 10),
        "wind_speed": scaled(frame.unsigned(2), 10),
    }


def _weather(frame: Frame) -> Values:
    return {
        "wind_direction": frame.unsigned(2),
        "rainfall_hourly": scaled(frame.unsigned(4), 1000),
        "barometric_pressure": frame.unsigned(2) * 10,
    }


def _gust(frame: Frame) -> Values:
    return {"wind_gust": scaled(frame.unsigned(2), 10), "rainfall_total": scaled(frame.unsigned(4), 1000)}


def _battery(frame: Frame) -> Values:
    return {"battery": frame.unsigned(1)}


def _start(frame: Frame) -> Values:
    """After power-on: battery, versions (4 bytes), two intervals (2 bytes each)."""
    values = _battery(frame)
    frame.take(8)
    return values


def _intervals(frame: Frame) -> Values:
    frame.take(4)
    return {}


def _fault(frame: Frame) -> Values:
    code = frame.unsigned(1)
    if code:
        raise Undecodable(_("The station reports the fault %(code)s.") % {"code": code})
    return {}


FRAMES: dict[int, Callable[[Frame], Values]] = {
    0x01: _air,
    0x02: _weather,
    0x03: _battery,
    0x04: _start,
    0x05: _intervals,
    0x06: _fault,
    0x4A: _air,
    0x4B: _weather,
    0x4C: _gust,
}


def _read(frame: Frame) -> Decoded:
    values: Values = {}
    while frame.left:
        kind = frame.unsigned(1)
        if kind not in FRAMES:
            raise Undecodable(_("Frame %(kind)s is not known for this station.") % {"kind": format(kind, "02x")})
        values |= FRAMES[kind](frame)
    return Decoded(values)


DECODER = Decoder(
    key="seeed-s2120",
    vendor="Seeed Studio",
    title="SenseCAP S2120",
    fields=(
        Field("air_temperature", "Air temperature", "Cel", "air_temperature"),
        Field("air_humidity", "Humidity", "%", "humidity"),
        Field("light_intensity", "Brightness", "lx", "illuminance"),
        Field("uv_index", "UV index", "", "uv_index"),
        Field("wind_speed", "Wind speed", "m/s", "wind_speed"),
        Field("wind_gust", "Strongest gust", "m/s", "wind_speed"),
        Field("wind_direction", "Wind direction", "deg", "wind_direction"),
        Field("rainfall_hourly", "Rain", "mm/h", "rain_intensity"),
        Field("rainfall_total", "Rain, total", "mm", "rain"),
        Field("barometric_pressure", "Air pressure", "Pa", "air_pressure"),
        Field("battery", "Battery", "%", "battery"),
    ),
    read=_read,
)
