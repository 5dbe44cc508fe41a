# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The two municipalities of the demonstration: a city and its neighbour with other colours and services."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import transaction

from stadtherz.kernel.municipalities.models import Municipality, MunicipalityHost


@dataclass(frozen=True, slots=True)
class DemoTown:
    """What the demonstration knows about a municipality; ``centre`` is longitude, latitude in degrees."""

    key: str
    name: str
    official_name: str
    ags: str
    accent: str
    accent_dark: str
    centre: tuple[float, float]
    services: tuple[str, ...]
    is_default: bool = False


TOWNS = (
    DemoTown(
        "kaiserslautern", "Kaiserslautern", "Stadt Kaiserslautern", "07312000", "#a3122f", "#ff9fae",
        (7.769, 49.444), ("participation", "wayfinding", "sensing"), is_default=True,
    ),
    DemoTown(
        "kusel", "Kusel", "Landkreis Kusel", "07336000", "#1f5c3d", "#8fd6ae",
        (7.404, 49.538), ("participation",),
    ),
)  # fmt: skip


@transaction.atomic
def demo_towns(installed: frozenset[str]) -> list[Municipality]:
    """The demonstration's municipalities, made where they are missing; of their services those that are installed."""
    made = []
    for town in TOWNS:
        municipality, _new = Municipality.objects.get_or_create(
            key=town.key,
            defaults={
                "name": town.name,
                "official_name": town.official_name,
                "ags": town.ags,
                "accent": town.accent,
                "accent_dark": town.accent_dark,
                "languages": ["de", "en"],
                "map_centre": Point(*town.centre, srid=4326),
                "map_zoom": 14,
                "services": [key for key in town.services if key in installed],
                "is_default": town.is_default,
            },
        )
        MunicipalityHost.objects.get_or_create(host=f"{town.key}.localhost", municipality=municipality)
        made.append(municipality)
    return made
