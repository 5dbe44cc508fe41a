# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""RAKwireless Standardized Payload: Cayenne Low Power Payload with RAK's own types (RAK documentation centre).

Channel, type, value, one after another; a field is called after its type and channel, as in ``temperature_3``.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from stadtherz.services.sensing.decoders.payload import Decoded, Decoder, Field, Frame, Undecodable, Value, scaled


@dataclass(frozen=True, slots=True)
class _Type:
    """``parts``: of how many numbers it consists, as (suffix, bytes, signed, divisor)."""

    name: str
    parts: tuple[tuple[str, int, bool, int], ...]
    unit: str = ""
    quantity: str = ""


def _one(name: str, count: int, divisor: int = 1, unit: str = "", quantity: str = "", *, signed: bool = False) -> _Type:
    return _Type(name, (("", count, signed, divisor),), unit, quantity)


def _axes(name: str, divisor: int, unit: str) -> _Type:
    return _Type(name, tuple((f"_{axis}", 2, True, divisor) for axis in "xyz"), unit)


def _position(count: int, divisor: int) -> _Type:
    return _Type(
        "gps", (("_latitude", count, True, divisor), ("_longitude", count, True, divisor), ("_altitude", 3, True, 100))
    )


TYPES = {
    0: _one("digital_in", 1),
    1: _one("digital_out", 1),
    2: _one("analog_in", 2, 100, signed=True),
    3: _one("analog_out", 2, 100, signed=True),
    100: _one("generic", 4),
    101: _one("illuminance", 2, 1, "lx", "illuminance"),
    102: _one("presence", 1, quantity="contact"),
    103: _one("temperature", 2, 10, "Cel", "air_temperature", signed=True),
    104: _one("humidity", 1, 2, "%", "humidity"),
    112: _one("humidity_prec", 2, 10, "%", "humidity"),
    113: _axes("accelerometer", 1000, "g"),
    115: _one("barometer", 2, 10, "hPa", "air_pressure"),
    116: _one("voltage", 2, 100, "V", "voltage"),
    117: _one("current", 2, 1000, "A", "current"),
    118: _one("frequency", 4, 1, "Hz"),
    120: _one("percentage", 1, 1, "%"),
    121: _one("altitude", 2, 1, "m", signed=True),
    125: _one("concentration", 2, 1, "[ppm]", "carbon_dioxide"),
    128: _one("power", 2, 1, "W", "power"),
    130: _one("distance", 4, 1000, "m", "distance"),
    131: _one("energy", 4, 1000, "kW.h", "energy"),
    132: _one("direction", 2, 1, "deg"),
    133: _one("time", 4, 1, "s"),
    134: _axes("gyrometer", 100, "deg/s"),
    135: _Type("colour", (("_r", 1, False, 1), ("_g", 1, False, 1), ("_b", 1, False, 1))),
    136: _position(3, 10_000),
    137: _position(4, 1_000_000),
    138: _one("voc", 2),
    142: _one("switch", 1, quantity="contact"),
    188: _one("soil_moist", 2, 10, "%", "soil_moisture"),
    190: _one("wind_speed", 2, 100, "m/s", "wind_speed"),
    191: _one("wind_direction", 2, 1, "deg", "wind_direction"),
    192: _one("soil_ec", 2, 1000, "mS/cm"),
    193: _one("soil_ph_h", 2, 100, "[pH]"),
    194: _one("soil_ph_l", 2, 10, "[pH]"),
    195: _one("pyranometer", 2, 1, "W/m2", "solar_radiation"),
    203: _one("light", 1),
}


def _read(frame: Frame) -> Decoded:
    values: dict[str, Value] = {}
    while frame.left:
        channel, number = frame.unsigned(1), frame.unsigned(1)
        kind = TYPES.get(number)
        if kind is None:
            raise Undecodable(
                _("Type %(number)s on channel %(channel)s is not known.") % {"number": number, "channel": channel}
            )
        for suffix, count, signed, divisor in kind.parts:
            raw = frame.signed(count) if signed else frame.unsigned(count)
            values[f"{kind.name}_{channel}{suffix}"] = scaled_half(raw, divisor)
    return Decoded(values)


def scaled_half(raw: int, divisor: int) -> float | int:
    """Whole numbers stay whole; halves (humidity) keep their half."""
    if divisor == 1:
        return raw
    return raw / 2 if divisor == 2 else scaled(raw, divisor)


DECODER = Decoder(
    key="rak-standard",
    vendor="RAKwireless",
    title="WisBlock, Sensor Hub (Cayenne LPP)",
    fields=tuple(
        Field(each.name, each.name.replace("_", " ").capitalize(), each.unit, each.quantity) for each in TYPES.values()
    ),
    read=_read,
)
