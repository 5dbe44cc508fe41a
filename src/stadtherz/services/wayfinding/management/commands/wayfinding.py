# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage wayfinding elevation FILE…`` keeps an elevation model, from which ways get their slopes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from stadtherz.services.wayfinding.actions.elevation import forget_model, keep_model
from stadtherz.services.wayfinding.elevation_tiles import NoTiles, tiles
from stadtherz.services.wayfinding.engine.importing.elevation import ElevationError


class Command(BaseCommand):
    """Work on the maps of ways that is done by files instead of pages."""

    help = "Keep an elevation model (GeoTIFF), from which ways get their slopes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command a task."""
        tasks = parser.add_subparsers(dest="task", required=True)
        task = tasks.add_parser("elevation", help="keep tiles of an elevation model, name those kept, or remove them")
        task.add_argument("sources", nargs="*", type=Path, help="GeoTIFF files, or folders with such")
        task.add_argument("--remove", action="store_true", help="forget all tiles; slopes are those of the map again")

    @no_translations
    def handle(self, *args: Any, sources: list[Path], remove: bool, **options: Any) -> None:
        """Do the task."""
        if remove and sources:
            raise CommandError("Elevation model: name files to keep them, or --remove to forget all, not both.")
        if remove:
            self._done(f"{forget_model()} tiles are removed.")
        elif sources:
            self._keep(sources)
        else:
            self._name()

    def _keep(self, sources: list[Path]) -> None:
        try:
            count = keep_model(sources=sources, progress=self._progress)
        except (NoTiles, ElevationError) as error:
            raise CommandError(
                f"Elevation model: {error}\nNothing was kept. Needed are GeoTIFF files of heights in metres, in UTM "
                "(EPSG:25828 to 25838) or degrees (EPSG:4326); gdal_translate and gdalwarp make them."
            ) from error
        except OSError as error:
            raise CommandError(
                f"Keeping the tiles: {error}\nMake room or name another data_dir, and try again."
            ) from error
        self._done(f"{count} tiles are kept.")

    def _done(self, said: str) -> None:
        self.stdout.write(self.style.SUCCESS(said))
        self.stdout.write(
            "The worker prepares the ways again; until then they answer as before. Nothing needs a restart."
        )

    def _name(self) -> None:
        kept = tiles()
        for path in kept:
            self.stdout.write(path.name)
        self.stdout.write(f"{len(kept)} tiles are kept." if kept else "No elevation model is kept. Name its files.")

    def _progress(self, what: str, share: float) -> None:
        self.stdout.write(f"  {share:4.0%} {what}")
