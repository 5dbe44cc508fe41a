# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seeed SenseCAP sensors of the first series: channel, number of the quantity, value in thousandths, and a checksum
(SenseCAP documentation, "LoRaWAN sensor decoding"). The number of the quantity is the same in all SenseCAP systems.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders.payload import Decoded, Decoder, Field, Frame, Undecodable, Value, scaled

QUANTITIES: dict[int, Field] = {
    4097: Field("air_temperature", "Air temperature", "Cel", "air_temperature"),
    4098: Field("air_humidity", "Humidity", "%", "humidity"),
    4099: Field("light_intensity", "Brightness", "lx", "illuminance"),
    4100: Field("co2", "Carbon dioxide", "[ppm]", "carbon_dioxide"),
    4101: Field("barometric_pressure", "Air pressure", "Pa", "air_pressure"),
    4102: Field("soil_temperature", "Soil temperature", "Cel", "soil_temperature"),
    4103: Field("soil_moisture", "Soil moisture", "%", "soil_moisture"),
    4104: Field("wind_direction", "Wind direction", "deg", "wind_direction"),
    4105: Field("wind_speed", "Wind speed", "m/s", "wind_speed"),
    4106: Field("ph", "pH", "[pH]"),
    4108: Field("electrical_conductivity", "Conductivity of the soil", "dS/m"),
    4113: Field("rainfall_hourly", "Rain", "mm/h", "rain_intensity"),
    4190: Field("uv_index", "UV index", "", "uv_index"),
}
CHECKSUM = 2
PART = 7


def _read(frame: Frame) -> Decoded:
    frame.order = "little"
    if len(frame.payload) < PART + CHECKSUM or (len(frame.payload) - CHECKSUM) % PART:
        raise Undecodable(
            _("The message has %(payload)s bytes; expected are groups of %(part)s and a checksum.")
            % {"payload": len(frame.payload), "part": PART}
        )
    if crc(frame.payload[:-CHECKSUM]) != int.from_bytes(frame.payload[-CHECKSUM:], "little"):
        raise Undecodable(_("The checksum does not fit: the message was damaged on its way."))
    values: dict[str, Value] = {}
    battery = None
    while frame.left > CHECKSUM:
        channel, number = frame.unsigned(1), frame.unsigned(2)
        raw = frame.signed(4)
        if number == 7:  # battery in the high half, minutes between two messages in the low half
            battery = raw & 0xFFFF
        elif number in QUANTITIES:
            values[f"{QUANTITIES[number].key}_{channel}" if channel > 1 else QUANTITIES[number].key] = scaled(raw, 1000)
    if battery is not None:
        values["battery"] = battery
    return Decoded(values)


def crc(content: bytes) -> int:
    """CRC-16/KERMIT (ITU-T V.41, bits reversed, begins at zero)."""
    value = 0
    for byte in content:
        value ^= byte
        for _bit in range(8):
            value = (value >> 1) ^ 0x8408 if value & 1 else value >> 1
    return value


DECODER = Decoder(
    key="seeed-sensecap",
    vendor="Seeed Studio",
    title="SenseCAP, first series",
    fields=(*QUANTITIES.values(), Field("battery", "Battery", "%", "battery")),
    read=_read,
)
