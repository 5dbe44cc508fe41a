# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The format of all Milesight devices: channel, type, value, one after another, low byte first (user guides, "Uplink data").

What a device adds is a table from (channel, type) to a function that reads its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders.payload import Decoded, Field, Frame, Undecodable, Value, moment, scaled

Values = dict[str, Value]
Reader = Callable[[Frame], Values]
ABOUT = 0xFF  # the channel on which a device speaks of itself
ABOUT_LENGTHS = {0x01: 1, 0x09: 2, 0x0A: 2, 0x0B: 1, 0x0F: 1, 0x16: 8, 0x18: 2, 0xFE: 1, 0xFF: 2}

BATTERY = Field("battery", "Battery", "%", "battery")
TEMPERATURE = Field("temperature", "Temperature", "Cel", "air_temperature")
HUMIDITY = Field("humidity", "Humidity", "%", "humidity")


def battery(frame: Frame) -> Values:
    return {"battery": frame.unsigned(1)}


def temperature(frame: Frame) -> Values:
    return {"temperature": scaled(frame.signed(2), 10)}


def humidity(frame: Frame) -> Values:
    return {"humidity": frame.unsigned(1) / 2}


def state(name: str, *words: str) -> Reader:
    """A byte that stands for a word."""

    def read(frame: Frame) -> Values:
        number = frame.unsigned(1)
        return {name: words[number] if number < len(words) else "unknown"}

    return read


def temperature_alarm(frame: Frame) -> Values:
    return {**temperature(frame), "temperature_alarm": frame.unsigned(1)}


CLIMATE: Mapping[tuple[int, int], Reader] = {
    (0x01, 0x75): battery,
    (0x03, 0x67): temperature,
    (0x04, 0x68): humidity,
    (0x83, 0x67): temperature_alarm,
}


def reader(channels: Mapping[tuple[int, int], Reader], history: tuple[Reader, ...] = ()) -> Callable[[Frame], Decoded]:
    """Reads frames of these channels; ``history`` is what a kept record (20 CE) holds after its time."""

    def read(frame: Frame) -> Decoded:
        frame.order = "little"
        values: Values = {}
        earlier: list[tuple[datetime, Values]] = []
        while frame.left:
            channel, kind = frame.unsigned(1), frame.unsigned(1)
            if channel == ABOUT and kind in ABOUT_LENGTHS:
                frame.take(ABOUT_LENGTHS[kind])
            elif (channel, kind) == (0x20, 0xCE) and history:
                at = moment(frame.unsigned(4))
                earlier.append((at, {key: value for each in history for key, value in each(frame).items()}))
            elif (channel, kind) in channels:
                values |= channels[channel, kind](frame)
            else:
                raise Undecodable(
                    _("Channel %(channel)s of type %(kind)s is not known for this device.")
                    % {"channel": format(channel, "02x"), "kind": format(kind, "02x")}
                )
        return Decoded(values, tuple(earlier))

    return read
