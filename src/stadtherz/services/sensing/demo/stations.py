# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The stations of the demonstration. Places are metres east and north of the middle of the town's map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stadtherz.services.sensing.demo import curves
from stadtherz.services.sensing.demo.curves import Curve

QUARTER, TEN_MINUTES = 900, 600


@dataclass(frozen=True, slots=True)
class DemoStation:
    """``silent``: hours before now in which it sent nothing, from and to; ``marked``: in which its values bore a flag."""

    key: str
    name: str
    description: str
    east: float
    north: float
    every: int
    series: Mapping[str, tuple[str, Curve]]  # field: (quantity, curve)
    silent: tuple[float, float] | None = None
    marked: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    capacity: int | None = None


STATIONS = (
    DemoStation(
        "lauter", "Pegel Lauter, Lauterstraße", "Wasserstand der Lauter.", 150, 1150, QUARTER,
        {"level": ("water_level", curves.water_level), "temperature": ("water_temperature", curves.water_temperature)},
    ),
    DemoStation(
        "count-east", "Zählstelle Mainzer Straße", "Zählt mit Wärmebild; niemand wird erkannt.", 900, 80, QUARTER,
        {"bicycles": ("bicycles", curves.bicycles), "cars": ("cars", curves.cars)}, silent=(310, 298),
        marked={"filled": (66, 63), "maintenance": (43, 41)},
    ),
    DemoStation(
        "count-west", "Zählstelle Pariser Straße", "Zählt mit Wärmebild; niemand wird erkannt.", -1050, 60, QUARTER,
        {"bicycles": ("bicycles", curves.bicycles), "cars": ("cars", curves.cars)},
    ),
    DemoStation(
        "einsiedlerhof", "Umweltmessfeld Einsiedlerhof", "Luft, Lärm und Wetter am Rand des Gewerbegebiets.", -6350, -600,
        TEN_MINUTES,
        {
            "pm10": ("pm10", curves.pm10), "pm25": ("pm25", curves.pm25), "no2": ("nitrogen_dioxide", curves.nitrogen_dioxide),
            "noise": ("noise", curves.noise_level), "temperature": ("air_temperature", curves.temperature),
            "humidity": ("humidity", curves.humidity), "rain": ("rain", curves.rain), "ozone": ("ozone", curves.ozone),
        }, silent=(171, 165), marked={"maintenance": (99, 96.5), "filled": (74, 72), "suspect": (30.2, 30)},
    ),
    DemoStation(
        "parking-old-town", "Parkhaus Altstadt", "285 Stellplätze.", 420, -60, QUARTER,
        {"free": ("parking_free", curves.parking(285))}, capacity=285,
    ),
    DemoStation(
        "parking-theatre", "Parkhaus Pfalztheater", "178 Stellplätze.", -120, 200, QUARTER,
        {"free": ("parking_free", curves.parking(178, evening=True))}, capacity=178,
    ),
    DemoStation(
        "parking-station", "Parkhaus Hauptbahnhof", "259 Stellplätze.", -60, -820, QUARTER,
        {"free": ("parking_free", curves.parking(259))}, capacity=259, silent=(52, 49),
    ),
)  # fmt: skip
