# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dragino LHT65N: temperature and humidity, with a socket for one further sensor (user manual, "Decode payload")."""

from __future__ import annotations

from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders.payload import (
    Decoded,
    Decoder,
    Field,
    Frame,
    Undecodable,
    Value,
    moment,
    scaled,
)

NOT_CONNECTED = 327.67


def _read(frame: Frame) -> Decoded:
    frame.require(11)
    kind = frame.payload[6] & 0x7F
    if kind == 9:
        return _with_time(frame)
    power = frame.unsigned(2)
    values: dict[str, Value] = {
        "BatV": scaled(power & 0x3FFF, 1000),
        "Bat_status": power >> 14,
        "TempC_SHT": scaled(frame.signed(2), 100),
        "Hum_SHT": scaled(frame.unsigned(2), 10),
    }
    frame.take(1)
    return Decoded(values | _external(kind, frame))


def _external(kind: int, frame: Frame) -> dict[str, Value]:
    """The sensor in the socket, by the kind that the device says it is."""
    values: dict[str, Value] = {}
    match kind:
        case 0:
            values = {"Ext_sensor": "No external sensor"}
        case 1:
            values = {"Ext_sensor": "Temperature Sensor", "TempC_DS": scaled(frame.signed(2), 100)}
        case 4:
            level, status = frame.unsigned(1), frame.unsigned(1)
            values = {"Work_mode": "Interrupt Sensor send", "Exti_pin_level": level, "Exti_status": status}
        case 5:
            values = {"Work_mode": "Illumination Sensor", "ILL_lx": frame.unsigned(2)}
        case 6:
            values = {"Work_mode": "ADC Sensor", "ADC_V": scaled(frame.unsigned(2), 1000)}
        case 7 | 8:
            values = {"Work_mode": "Interrupt Sensor count", "Exit_count": frame.unsigned(2 if kind == 7 else 4)}
        case _:
            raise Undecodable(_("An external sensor of kind %(kind)s is not known.") % {"kind": kind})
    return values


def _with_time(frame: Frame) -> Decoded:
    """Kind 9: the outer temperature stands where the battery does, and the device's own clock at the end."""
    outer, inner, humid = frame.signed(2), frame.signed(2), frame.unsigned(2)
    frame.take(1)
    values: dict[str, Value] = {
        "Ext_sensor": "Temperature Sensor",
        "TempC_DS": scaled(outer, 100),
        "TempC_SHT": scaled(inner, 100),
        "Hum_SHT": scaled(humid & 0x0FFF, 10),
        "Bat_status": humid >> 14,
    }
    return Decoded({}, ((moment(frame.unsigned(4)), values),))


DECODER = Decoder(
    key="dragino-lht65n",
    vendor="Dragino",
    title="LHT65N",
    ports=frozenset({2}),
    fields=(
        Field("TempC_SHT", "Temperature", "Cel", "air_temperature", absent=(NOT_CONNECTED,)),
        Field("Hum_SHT", "Humidity", "%", "humidity"),
        Field("TempC_DS", "Temperature, outer sensor", "Cel", "air_temperature", absent=(NOT_CONNECTED,)),
        Field("ILL_lx", "Brightness", "lx", "illuminance"),
        Field("ADC_V", "Voltage at the socket", "V", "voltage"),
        Field("Exit_count", "Pulses", "{count}", "pulses"),
        Field("Exti_pin_level", "Contact"),
        Field("Exti_status", "Contact changed"),
        Field("BatV", "Battery", "V", "battery_voltage"),
        Field("Bat_status", "Battery, in four steps"),
        Field("Ext_sensor", "What is in the socket"),
        Field("Work_mode", "Mode of work"),
    ),
    read=_read,
)
