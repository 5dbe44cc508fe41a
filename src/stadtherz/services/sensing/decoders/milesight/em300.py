# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Milesight EM300 series: temperature and humidity, with a contact, a leak, a level or a pulse counter (user guides)."""

from __future__ import annotations

import math
import struct

from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders.milesight.channels import (
    BATTERY,
    CLIMATE,
    HUMIDITY,
    TEMPERATURE,
    Values,
    battery,
    humidity,
    reader,
    state,
    temperature,
)
from stadtherz.services.sensing.decoders.payload import Decoder, Field, Frame, Undecodable, scaled

ALARM = Field("temperature_alarm", "Temperature alarm")
_climate = (BATTERY, TEMPERATURE, HUMIDITY, ALARM)
_magnet = state("magnet_status", "closed", "open")
_leak = state("leakage_status", "normal", "leak")


def _liquid(frame: Frame) -> Values:
    number = frame.unsigned(1)
    words = {0: "uncalibrated", 1: "full", 2: "critical liquid level alert", 0xFF: "error"}
    return {"liquid": words.get(number, "unknown")}


def _liquid_alarm(frame: Frame) -> Values:
    return {**_liquid(frame), "liquid_alarm": frame.unsigned(1)}


def _pulses(frame: Frame) -> Values:
    return {"pulse": frame.unsigned(4)}


def _water(frame: Frame) -> Values:
    """Water by pulses: two factors and a volume as floating-point number."""
    water_conv, pulse_conv = scaled(frame.unsigned(2), 10), scaled(frame.unsigned(2), 10)
    (volume,) = struct.unpack("<f", frame.take(4))
    if not math.isfinite(volume):
        raise Undecodable(_("The volume is not a number."))
    return {"water_conv": water_conv, "pulse_conv": pulse_conv, "water": round(volume, 2)}


def _gpio_alarm(frame: Frame) -> Values:
    return {**state("gpio", "low", "high")(frame), "gpio_alarm": frame.unsigned(1)}


DECODERS = (
    Decoder("milesight-em300-th", "Milesight", "EM300-TH", _climate, reader(CLIMATE, (temperature, humidity))),
    Decoder(
        "milesight-em300-mcs", "Milesight", "EM300-MCS",
        (*_climate, Field("magnet_status", "Door", quantity="contact")),
        reader({**CLIMATE, (0x06, 0x00): _magnet}, (temperature, humidity, _magnet)),
    ),
    Decoder(
        "milesight-em300-sld-zld", "Milesight", "EM300-SLD, EM300-ZLD",
        (*_climate, Field("leakage_status", "Water", quantity="water_leak")),
        reader({**CLIMATE, (0x05, 0x00): _leak}, (temperature, humidity, _leak)),
    ),
    Decoder(
        "milesight-em300-mld", "Milesight", "EM300-MLD",
        (Field("leakage_status", "Water", quantity="water_leak"), BATTERY),
        reader({(0x01, 0x75): battery, (0x05, 0x00): _leak}),
    ),
    Decoder(
        "milesight-em300-cl", "Milesight", "EM300-CL",
        (Field("liquid", "Level"), Field("liquid_alarm", "Level alarm"), Field("calibration_result", "Calibration"), BATTERY),
        reader({
            (0x01, 0x75): battery, (0x03, 0xED): _liquid, (0x83, 0xED): _liquid_alarm,
            (0x04, 0xEE): state("calibration_result", "failed", "success"),
        }),
    ),
    Decoder(
        "milesight-em300-di", "Milesight", "EM300-DI",
        (
            *_climate, Field("pulse", "Pulses", "{count}", "pulses"), Field("water", "Water", "L", "volume"),
            Field("gpio", "Contact"), Field("gpio_alarm", "Contact alarm"),
            Field("water_conv", "Water a pulse"), Field("pulse_conv", "Pulses a unit"),
        ),
        reader({
            **CLIMATE, (0x05, 0x00): state("gpio", "low", "high"), (0x85, 0x00): _gpio_alarm, (0x05, 0xC8): _pulses,
            (0x05, 0xE1): _water,
        }),
    ),
)  # fmt: skip
