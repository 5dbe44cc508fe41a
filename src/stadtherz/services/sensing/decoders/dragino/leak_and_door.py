# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dragino LDS02 (door) and LWL02 (water leak): one format, the mode byte tells which (user manuals, "Uplink payload")."""

from __future__ import annotations

from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders.payload import Decoded, Decoder, Field, Frame, Undecodable, Value, scaled


def _read(frame: Frame) -> Decoded:
    frame.require(10)
    head, mode = frame.unsigned(2), frame.unsigned(1)
    door, leak = head >> 15, (head >> 14) & 1
    times, duration, alarm = frame.unsigned(3), frame.unsigned(3), frame.unsigned(1) & 1
    values: dict[str, Value] = {"BAT_V": scaled(head & 0x3FFF, 1000), "MOD": mode}
    if mode == 1:
        values |= {
            "Node_type": "LDS02", "DOOR_OPEN_STATUS": door, "DOOR_OPEN_TIMES": times,
            "LAST_DOOR_OPEN_DURATION": duration, "ALARM": alarm,
        }  # fmt: skip
    elif mode == 2:
        values |= {
            "Node_type": "LWL02", "WATER_LEAK_STATUS": leak, "WATER_LEAK_TIMES": times,
            "LAST_WATER_LEAK_DURATION": duration,
        }  # fmt: skip
    elif mode == 3:
        values |= {"DOOR_OPEN_STATUS": door, "WATER_LEAK_STATUS": leak, "ALARM": alarm}
    else:
        raise Undecodable(_("Mode %(mode)s is not known; 1 is a door, 2 a leak, 3 both.") % {"mode": mode})
    return Decoded(values)


_DOOR = (
    Field("DOOR_OPEN_STATUS", "Door open", quantity="contact"),
    Field("DOOR_OPEN_TIMES", "Times opened", "{count}", "pulses"),
    Field("LAST_DOOR_OPEN_DURATION", "Last open for", "min"),
)
_LEAK = (
    Field("WATER_LEAK_STATUS", "Water", quantity="water_leak"),
    Field("WATER_LEAK_TIMES", "Times wet", "{count}", "pulses"),
    Field("LAST_WATER_LEAK_DURATION", "Last wet for", "min"),
)
_BOTH = (
    Field("BAT_V", "Battery", "V", "battery_voltage"),
    Field("ALARM", "Alarm"),
    Field("MOD", "Mode of work"),
    Field("Node_type", "Device"),
)
PORTS = frozenset({10})

DECODERS = (
    Decoder("dragino-lds02", "Dragino", "LDS02", _DOOR + _BOTH + _LEAK, _read, PORTS),
    Decoder("dragino-lwl02", "Dragino", "LWL02", _LEAK + _BOTH + _DOOR, _read, PORTS),
)
