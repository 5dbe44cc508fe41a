# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage osm_load FILE|URL`` loads an OpenStreetMap extract; ``--model-town`` draws and loads a made-up one."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from stadtherz.kernel.geo.actions import load_extract, load_extract_from, load_model_town
from stadtherz.kernel.geo.errors import GeoError
from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.refusal import NoSuchMunicipality, Refusal


class Command(BaseCommand):
    help = "Load an OpenStreetMap extract (.osm.pbf): base map, streets, addresses, places."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", help="file or https address of an .osm.pbf extract")
        parser.add_argument("--municipality", help="key of the municipality that the extract must contain")
        parser.add_argument(
            "--model-town",
            action="store_true",
            help="draw a made-up town for --municipality, or for each that has no map",
        )

    @no_translations
    def handle(self, *args: Any, source: str | None, municipality: str | None, **options: Any) -> None:
        if bool(source) == options["model_town"]:
            reason = "A file or an address is needed, or --model-town; one of them."
            raise Refusal("Map extract", reason, "Example: ./stadtherz osm load rheinland-pfalz.osm.pbf")
        towns = Municipality.objects.order_by("key")
        if municipality:
            towns = towns.filter(key=municipality)
            if not towns:
                raise NoSuchMunicipality(municipality, list(Municipality.objects.values_list("key", flat=True)))
        steps = Steps(self)
        try:
            if options["model_town"]:
                for town in towns:
                    with activate(town):
                        self._loaded(load_model_town(municipality=town, report=steps), steps)
            else:
                self._loaded(self._load(str(source), towns[0] if municipality else None, steps), steps)
        except GeoError as error:
            steps.end()
            raise Refusal("Map extract", error.reason, error.remedy) from error
        except OSError as error:
            steps.end()
            raise Refusal(
                "Map extract",
                f"{error.strerror or error} ({error.filename2 or error.filename}). The map is as it was.",
                "On a full disk make room and repeat; df -h says how much there is.",
            ) from error

    def _load(self, source: str, town: Municipality | None, steps: Steps) -> Extract:
        if "://" in source:
            return load_extract_from(url=source, municipality=town, report=steps)
        return load_extract(path=Path(source), municipality=town, report=steps)

    def _loaded(self, extract: Extract, steps: Steps) -> None:
        steps.end()
        self.stdout.write(
            self.style.SUCCESS(
                f"{extract.name}: {extract.streets} streets, {extract.addresses} addresses, {extract.places} places."
            )
        )
        shown = [town.name for town in Municipality.objects.order_by("key") if current_extract(town) == extract]
        if shown:
            self.stdout.write(f"It is the map of {', '.join(shown)}.")
        else:
            self.stdout.write(
                self.style.WARNING(
                    "It is nobody's map: it contains the centre of no municipality, or a later one does, too."
                    " Look at the centre on the page of the municipality, or load the right region."
                )
            )


class Steps:
    """Says what is being done, and how long the step before took."""

    def __init__(self, command: BaseCommand) -> None:
        self._command = command
        self._began = 0.0

    def __call__(self, step: str) -> None:
        self.end()
        self._command.stdout.write(f"  {step} …", ending="")
        self._command.stdout.flush()
        self._began = time.monotonic()

    def end(self) -> None:
        if self._began:
            self._command.stdout.write(f" {time.monotonic() - self._began:.1f} s")
        self._began = 0.0
