# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage districts_load FILE --municipality KEY`` loads a municipality's districts from GeoJSON."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from stadtherz.kernel.geo.actions import load_districts
from stadtherz.kernel.geo.errors import GeoError
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.refusal import NoSuchMunicipality, Refusal


class Command(BaseCommand):
    help = "Make a municipality's districts those of a GeoJSON file (WGS 84): new ones are added, missing ones removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", required=True, help="key of the municipality")
        parser.add_argument("--name-property", default="name", help="property that holds the district's name")

    @no_translations
    def handle(self, *args: Any, file: Path, municipality: str, name_property: str, **options: Any) -> None:
        town = Municipality.objects.filter(key=municipality).first()
        if town is None:
            raise NoSuchMunicipality(municipality, list(Municipality.objects.values_list("key", flat=True)))
        try:
            with activate(town):
                districts = load_districts(geojson_path=file, name_property=name_property)
        except GeoError as error:
            raise Refusal("Districts", error.reason, error.remedy) from error
        names = ", ".join(district.name for district in districts)
        self.stdout.write(self.style.SUCCESS(f"{town.name}: {len(districts)} districts ({names})."))
