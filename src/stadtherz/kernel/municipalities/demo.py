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


def _texts(town: DemoTown) -> dict[str, dict[str, str]]:
    """What stands on the pages that every town must have; it says that this is not the town itself."""
    return {
        "imprint": {
            "de": f"Dies ist die Demonstration der freien Plattform Stadtherz mit erfundenen Beiträgen. Sie ist kein Angebot von: "
            f"{town.official_name}. Wer die Plattform betreibt, nennt hier Behörde, Anschrift, Vertretung und Aufsicht (§ 5 DDG).",
            "en": f"This is the demonstration of the free platform Stadtherz with made-up contributions. It is no service of: "
            f"{town.official_name}. Whoever runs the platform names authority, address and supervision here.",
        },
        "contact": {
            "de": "Bürgercenter: montags bis donnerstags 8 bis 16 Uhr, freitags 8 bis 12 Uhr. Du kannst auch anrufen oder "
            "vorbeikommen. (Angaben der Demonstration.)",
            "de-easy": "Du kannst uns anrufen. Du kannst zu uns kommen. Von Montag bis Donnerstag: 8 Uhr bis 16 Uhr. "
            "Am Freitag: 8 Uhr bis 12 Uhr. (Das ist nur ein Beispiel.)",
            "en": "Citizens' office: Monday to Thursday 8 to 16, Friday 8 to 12. You may also call or drop by. (Details of the "
            "demonstration.)",
        },
        "privacy": {
            "de": "Verantwortlich ist, wer diese Demonstration betreibt. Eine Stadt nennt hier ihre Behörde und ihre Beauftragte oder "
            "ihren Beauftragten für den Datenschutz (Artikel 13 DSGVO).",
            "en": "Responsible is whoever runs this demonstration. A town names its authority and its data protection officer here "
            "(article 13 GDPR).",
        },
    }


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
                "texts": _texts(town),
            },
        )
        MunicipalityHost.objects.get_or_create(host=f"{town.key}.localhost", municipality=municipality)
        made.append(municipality)
    return made
