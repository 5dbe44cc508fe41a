# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Milesight EM320-TH (temperature and humidity) and EM320-TILT (inclination in three axes) (user guides)."""

from __future__ import annotations

from stadtherz.services.sensing.decoders.milesight.channels import (
    BATTERY,
    CLIMATE,
    HUMIDITY,
    TEMPERATURE,
    Values,
    battery,
    humidity,
    reader,
    temperature,
)
from stadtherz.services.sensing.decoders.payload import Decoder, Field, Frame, scaled


def _angles(frame: Frame) -> Values:
    """Each axis in hundredths of a degree, shifted by the bit that says whether its limit was passed."""
    values: Values = {}
    for axis in "xyz":
        number = frame.signed(2)
        values[f"angle_{axis}"] = scaled(number >> 1, 100)
        values[f"threshold_{axis}"] = "trigger" if number & 1 else "normal"
    return values


DECODERS = (
    Decoder(
        "milesight-em320-th",
        "Milesight",
        "EM320-TH",
        (TEMPERATURE, HUMIDITY, BATTERY, Field("temperature_alarm", "Temperature alarm")),
        reader(CLIMATE, (temperature, humidity)),
    ),
    Decoder(
        "milesight-em320-tilt",
        "Milesight",
        "EM320-TILT",
        (
            *(Field(f"angle_{axis}", f"Inclination {axis}", "deg", "inclination") for axis in "xyz"),
            *(Field(f"threshold_{axis}", f"Limit {axis}") for axis in "xyz"),
            BATTERY,
        ),
        reader({(0x01, 0x75): battery, (0x03, 0xD4): _angles}),
    ),
)
