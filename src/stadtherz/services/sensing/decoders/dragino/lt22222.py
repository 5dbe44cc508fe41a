# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dragino LT-22222-L and its sisters: voltages, currents, contacts and counters (user manual, "Uplink payload")."""

from __future__ import annotations

from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders.payload import Decoded, Decoder, Field, Frame, Undecodable, Value, scaled

HARDWARE = {0: "LT33222", 1: "LT22222"}
MODES = {1: "2ACI+2AVI", 2: "Count mode 1", 3: "2ACI+1Count", 4: "Count mode 2", 5: "1ACI+2AVI+1Count"}


def _read(frame: Frame) -> Decoded:
    frame.require(11)
    tail = frame.payload[10]
    hardware, mode = HARDWARE.get(tail >> 6), tail & 0x3F
    if hardware is None:
        raise Undecodable(_("Hardware %(tail)s is not known.") % {"tail": tail >> 6})
    if mode not in MODES:
        raise Undecodable(_("Mode %(mode)s carries no measurements that are known here.") % {"mode": mode})
    values: dict[str, Value] = {"Hardware_mode": hardware, "Work_mode": MODES[mode]}
    for name, signed, count, divisor in _LAYOUT[mode]:
        number = frame.signed(count) if signed else frame.unsigned(count)
        if name:
            values[name] = scaled(number, divisor) if divisor > 1 else number
    values |= _contacts(frame.payload[8], hardware)
    return Decoded(values)


_VOLTS = [("AVI1_V", True, 2, 1000), ("AVI2_V", True, 2, 1000)]
_CURRENTS = [("ACI1_mA", True, 2, 1000), ("ACI2_mA", True, 2, 1000)]
_LAYOUT: dict[int, list[tuple[str, bool, int, int]]] = {
    1: [*_VOLTS, *_CURRENTS],
    2: [("Count1_times", False, 4, 1), ("Count2_times", False, 4, 1)],
    3: [("Count1_times", False, 4, 1), *_CURRENTS],
    4: [("Count1_times", False, 4, 1), ("AVI1_Count_times", False, 4, 1)],
    5: [*_VOLTS, ("ACI1_mA", True, 2, 1000), ("Count1_times", False, 2, 1)],
}


def _contacts(bits: int, hardware: str) -> dict[str, Value]:
    """Outputs are low when their bit is set, relays on, inputs high."""
    contacts: dict[str, Value] = {
        "RO1_status": "ON" if bits & 0x80 else "OFF",
        "RO2_status": "ON" if bits & 0x40 else "OFF",
        "DI2_status": "H" if bits & 0x10 else "L",
        "DI1_status": "H" if bits & 0x08 else "L",
        "DO2_status": "L" if bits & 0x02 else "H",
        "DO1_status": "L" if bits & 0x01 else "H",
    }
    if hardware == "LT33222":
        contacts |= {"DI3_status": "H" if bits & 0x20 else "L", "DO3_status": "L" if bits & 0x04 else "H"}
    return contacts


DECODER = Decoder(
    key="dragino-lt22222l",
    vendor="Dragino",
    title="LT-22222-L",
    ports=frozenset({2}),
    fields=(
        Field("AVI1_V", "Voltage, input 1", "V", "voltage"),
        Field("AVI2_V", "Voltage, input 2", "V", "voltage"),
        Field("ACI1_mA", "Current, input 1", "mA", "current"),
        Field("ACI2_mA", "Current, input 2", "mA", "current"),
        Field("Count1_times", "Counter 1", "{count}", "pulses"),
        Field("Count2_times", "Counter 2", "{count}", "pulses"),
        Field("AVI1_Count_times", "Counter at voltage input 1", "{count}", "pulses"),
        *(Field(f"DI{n}_status", f"Contact {n}") for n in (1, 2, 3)),
        *(Field(f"DO{n}_status", f"Output {n}") for n in (1, 2, 3)),
        *(Field(f"RO{n}_status", f"Relay {n}") for n in (1, 2)),
        Field("Hardware_mode", "Device"),
        Field("Work_mode", "Mode of work"),
    ),
    read=_read,
)
