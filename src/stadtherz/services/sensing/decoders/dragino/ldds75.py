# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dragino LDDS75: distance by ultrasound, for levels (user manual, "Uplink payload")."""

from __future__ import annotations

from stadtherz.services.sensing.decoders.payload import Decoded, Decoder, Field, Frame, Value, scaled


def _read(frame: Frame) -> Decoded:
    frame.require(4, 5, 8)
    values: dict[str, Value] = {
        "Bat": scaled(frame.unsigned(2) & 0x3FFF, 1000),
        "Distance": frame.unsigned(2),
    }
    if frame.left:
        values["Interrupt_flag"] = frame.unsigned(1)
    if frame.left:
        values["TempC_DS18B20"] = scaled(frame.signed(2), 10)
        values["Sensor_flag"] = frame.unsigned(1)
    return Decoded(values)


DECODER = Decoder(
    key="dragino-ldds75",
    vendor="Dragino",
    title="LDDS75",
    ports=frozenset({2}),
    fields=(
        # 0: no sensor is connected; 20: nearer than the shortest distance that it can measure
        Field("Distance", "Distance", "mm", "distance", absent=(0, 20)),
        Field("TempC_DS18B20", "Temperature", "Cel", "air_temperature", absent=(327.6, 3276.7)),
        Field("Bat", "Battery", "V", "battery_voltage"),
        Field("Interrupt_flag", "Woken by contact"),
        Field("Sensor_flag", "Sensor found"),
    ),
    read=_read,
)
