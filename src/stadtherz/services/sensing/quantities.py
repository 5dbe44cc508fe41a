# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town's catalogue of quantities: what a datastream can measure, in which unit, and how its values are put together.

A clerk chooses from here when a sensor is adopted; charts and limits go by the key. Units are UCUM codes
(unitsofmeasure.org); definitions name the concept in public vocabularies, as OGC 18-088, section 8.2.6 asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CF = "http://vocab.nerc.ac.uk/standard_name/"
QUDT = "http://qudt.org/vocab/quantitykind/"
EEA = "http://dd.eionet.europa.eu/vocabulary/aq/pollutant/"
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"


class Aggregation(StrEnum):
    """What the value of an hour or a day is, made of single ones."""

    MEAN = "mean"
    SUM = "sum"
    MAXIMUM = "max"
    LAST = "last"
    ENERGETIC = "energetic"  # levels in decibel: mean of the energies
    CIRCULAR = "circular"  # directions: mean of the vectors


@dataclass(frozen=True, slots=True)
class Quantity:
    """``unit`` is the UCUM code, ``symbol`` what people read, ``decimals`` how many of them mean something."""

    key: str
    title: str | Promise
    unit: str
    symbol: str
    unit_name: str
    definition: str
    aggregation: Aggregation = Aggregation.MEAN
    decimals: int = 1
    observation_type: str = f"{OM}OM_Measurement"

    @property
    def unit_of_measurement(self) -> dict[str, str | None]:
        """As a datastream says it (OGC 18-088, section 8.2.4)."""
        if not self.unit:
            return {"name": None, "symbol": None, "definition": None}
        return {"name": self.unit_name, "symbol": self.symbol, "definition": f"ucum:{self.unit}"}


def _count(key: str, title: str | Promise, definition: str) -> Quantity:
    return Quantity(key, title, "{count}", "", "count", definition, Aggregation.SUM, 0, f"{OM}OM_CountObservation")


def _truth(key: str, title: str | Promise, definition: str) -> Quantity:
    return Quantity(key, title, "", "", "", definition, Aggregation.LAST, 0, f"{OM}OM_Measurement")


def _air(key: str, title: str | Promise, definition: str) -> Quantity:
    return Quantity(key, title, "ug/m3", "µg/m³", "microgram per cubic metre", definition)


QUANTITIES: dict[str, Quantity] = {
    each.key: each
    for each in (
        Quantity("air_temperature", _("Air temperature"), "Cel", "°C", "degree Celsius", f"{CF}air_temperature/"),
        Quantity("water_temperature", _("Water temperature"), "Cel", "°C", "degree Celsius", f"{CF}sea_water_temperature/"),
        Quantity("soil_temperature", _("Soil temperature"), "Cel", "°C", "degree Celsius", f"{CF}soil_temperature/"),
        Quantity("humidity", _("Relative humidity"), "%", "%", "percent", f"{CF}relative_humidity/", decimals=0),
        Quantity("air_pressure", _("Air pressure"), "hPa", "hPa", "hectopascal", f"{CF}air_pressure/"),
        Quantity("wind_speed", _("Wind speed"), "m/s", "m/s", "metre per second", f"{CF}wind_speed/"),
        Quantity(
            "wind_direction", _("Wind direction"), "deg", "°", "degree", f"{CF}wind_from_direction/",
            Aggregation.CIRCULAR, 0,
        ),
        Quantity("rain", _("Rain"), "mm", "mm", "millimetre", f"{CF}lwe_thickness_of_precipitation_amount/", Aggregation.SUM),
        Quantity("rain_intensity", _("Rain intensity"), "mm/h", "mm/h", "millimetre per hour", f"{CF}lwe_precipitation_rate/"),
        Quantity("solar_radiation", _("Solar radiation"), "W/m2", "W/m²", "watt per square metre", f"{CF}surface_downwelling_shortwave_flux_in_air/", decimals=0),
        Quantity("illuminance", _("Brightness"), "lx", "lx", "lux", f"{QUDT}Illuminance", decimals=0),
        Quantity("uv_index", _("UV index"), "1", "", "index", f"{CF}ultraviolet_index/"),
        _air("pm10", _("Particles PM10"), f"{EEA}5"),
        _air("pm25", _("Particles PM2.5"), f"{EEA}6001"),
        _air("pm1", _("Particles PM1"), f"{EEA}6002"),
        _air("nitrogen_dioxide", _("Nitrogen dioxide"), f"{EEA}8"),
        _air("ozone", _("Ozone"), f"{EEA}7"),
        _air("sulphur_dioxide", _("Sulphur dioxide"), f"{EEA}1"),
        Quantity("carbon_monoxide", _("Carbon monoxide"), "mg/m3", "mg/m³", "milligram per cubic metre", f"{EEA}10"),
        Quantity("carbon_dioxide", _("Carbon dioxide"), "[ppm]", "ppm", "parts per million", f"{CF}mole_fraction_of_carbon_dioxide_in_air/", decimals=0),
        Quantity("noise", _("Noise level"), "dB(A)", "dB(A)", "decibel A-weighted", f"{QUDT}SoundPressureLevel", Aggregation.ENERGETIC),
        Quantity("water_level", _("Water level"), "cm", "cm", "centimetre", f"{CF}water_surface_height_above_reference_datum/", decimals=0),
        Quantity("discharge", _("Discharge"), "m3/s", "m³/s", "cubic metre per second", f"{CF}water_volume_transport_in_river_channel/"),
        Quantity("soil_moisture", _("Soil moisture"), "%", "%", "percent", f"{CF}volume_fraction_of_condensed_water_in_soil/"),
        _count("bicycles", _("Bicycles"), f"{QUDT}Count"),
        _count("cars", _("Motor vehicles"), f"{QUDT}Count"),
        _count("pedestrians", _("Pedestrians"), f"{QUDT}Count"),
        _count("pulses", _("Pulses"), f"{QUDT}Count"),
        Quantity("speed", _("Speed"), "km/h", "km/h", "kilometre per hour", f"{QUDT}Speed", decimals=0),
        Quantity("parking_free", _("Free parking spaces"), "{count}", "", "count", f"{QUDT}Count", decimals=0, observation_type=f"{OM}OM_CountObservation"),
        Quantity("parking_taken", _("Taken parking spaces"), "{count}", "", "count", f"{QUDT}Count", decimals=0, observation_type=f"{OM}OM_CountObservation"),
        Quantity("parking_occupancy", _("Parking occupancy"), "%", "%", "percent", f"{QUDT}DimensionlessRatio", decimals=0),
        Quantity("distance", _("Distance"), "mm", "mm", "millimetre", f"{QUDT}Distance", decimals=0),
        Quantity("inclination", _("Inclination"), "deg", "°", "degree", f"{QUDT}Angle"),
        Quantity("voltage", _("Voltage"), "V", "V", "volt", f"{QUDT}Voltage", decimals=2),
        Quantity("current", _("Electric current"), "mA", "mA", "milliampere", f"{QUDT}ElectricCurrent", decimals=2),
        Quantity("power", _("Power"), "W", "W", "watt", f"{QUDT}Power", decimals=0),
        Quantity("energy", _("Energy"), "kW.h", "kWh", "kilowatt hour", f"{QUDT}Energy", Aggregation.LAST),
        Quantity("volume", _("Volume"), "L", "l", "litre", f"{QUDT}Volume", Aggregation.LAST),
        _truth("contact", _("Contact"), f"{QUDT}Boolean"),
        _truth("water_leak", _("Water on the floor"), f"{QUDT}Boolean"),
        Quantity("battery", _("Battery"), "%", "%", "percent", f"{QUDT}StateOfCharge", Aggregation.LAST, 0),
        Quantity("battery_voltage", _("Battery voltage"), "V", "V", "volt", f"{QUDT}Voltage", Aggregation.LAST, 2),
    )
}  # fmt: skip
