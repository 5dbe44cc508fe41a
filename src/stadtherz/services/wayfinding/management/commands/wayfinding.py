# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage wayfinding elevation FILE…`` keeps an elevation model, from which ways get their slopes; ``manage wayfinding map``
says how far the ways of each map are prepared, stops that, and begins anew."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.jobs import enqueue
from stadtherz.services.wayfinding.actions.elevation import forget_model, keep_model
from stadtherz.services.wayfinding.actions.graph import prepare_again
from stadtherz.services.wayfinding.elevation_tiles import NoTiles, maps_above, tiles, tiles_in
from stadtherz.services.wayfinding.engine.importing.elevation import ElevationError
from stadtherz.services.wayfinding.graph_files import report_path
from stadtherz.services.wayfinding.preparation import (
    Trouble,
    ask_to_stop,
    begin_anew,
    is_prepared,
    is_running,
    not_understood,
    preparation,
)

#: what went wrong and what to do; the map that served before goes on serving
_TROUBLE: Final = {
    Trouble.MAP: "cannot be read: {} Load another file of it.",
    Trouble.ROOM: "no room on the disk ({}). Make room; it is tried again every ten minutes, or at once with --again.",
    Trouble.STOPPED: "stopped. It is not tried again before you ask for it: --again.{}",
    Trouble.OTHER: "failed ({}); it is tried again every ten minutes. The log of the worker has the place.",
}


def _tiles(count: int, done: str) -> str:
    return f"1 tile is {done}." if count == 1 else f"{count} tiles are {done}."


class Command(BaseCommand):
    """Work on the maps of ways that is done by files instead of pages."""

    help = "Keep an elevation model (GeoTIFF), or see how far the ways of the maps are prepared."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command a task."""
        tasks = parser.add_subparsers(dest="task", required=True)
        task = tasks.add_parser("elevation", help="keep tiles of an elevation model, name those kept, or remove them")
        task.add_argument("sources", nargs="*", type=Path, help="GeoTIFF files, or folders with such")
        task.add_argument("--remove", action="store_true", help="forget all tiles; slopes are those of the map again")
        task = tasks.add_parser("map", help="how far the ways of each map are prepared, and what went wrong")
        task.add_argument("key", nargs="?", help="key of one map, as the list names it")
        task.add_argument("--stop", action="store_true", help="end the preparation that runs at its next step")
        task.add_argument("--again", action="store_true", help="prepare it anew, also after a failure or a stop")

    @no_translations
    def handle(self, *args: Any, task: str, **options: Any) -> None:
        """Do the task."""
        if task == "map":
            self._maps(options["key"], stop=options["stop"], again=options["again"])
        else:
            self._elevation(options["sources"], remove=options["remove"])

    def _maps(self, key: str | None, *, stop: bool, again: bool) -> None:
        extracts = list(Extract.objects.order_by("key"))
        chosen = [extract for extract in extracts if key in {None, extract.key, extract.slug}]
        if not chosen:
            known = ", ".join(extract.key for extract in extracts) or "none is loaded"
            raise CommandError(f"Maps: {key or 'there is no map'}. Known are: {known}.")
        if (stop or again) and (key is None or stop == again):
            raise CommandError("Maps: name the key of one map, and --stop or --again.")
        for extract in chosen:
            if stop and is_running(extract.slug):
                ask_to_stop(extract.slug)
            elif stop:
                raise CommandError(f"Maps: nobody prepares {extract.key} just now, so there is nothing to stop.")
            if again:
                begin_anew(extract.slug)
                with transaction.atomic():
                    enqueue(prepare_again, once=extract.key, extract=extract.key)
            self.stdout.write(f"{extract.key} ({extract.version}): {self._said(extract)}")

    def _said(self, extract: Extract) -> str:
        state, running = preparation(extract.slug), is_running(extract.slug)
        if running:
            return f"being prepared, {state.share:.0%}: {state.what}"
        if state.failed:
            return _TROUBLE[state.trouble].format(state.problem)
        if not is_prepared(extract.slug):
            return "waits for the worker, which looks every minute for maps that a municipality is shown"
        if not state.edges:
            return "ready"
        slopes = f", {state.sloped / state.edges:.0%} with a slope from the elevation model" if tiles() else ""
        strange = sum(int(row["count"]) for row in not_understood(extract.slug) if row["what"] == "not understood")
        values = "value was" if strange == 1 else "values were"
        return (
            f"ready: {state.edges} stretches in {state.seconds:.0f} s{slopes}; {strange} {values} not understood"
            f" ({report_path(extract.slug)})"
        )

    def _elevation(self, sources: list[Path], *, remove: bool) -> None:
        if remove and sources:
            raise CommandError("Elevation model: name files to keep them, or --remove to forget all, not both.")
        if remove:
            self._done(_tiles(forget_model(), "removed"))
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
        self._done(_tiles(count, "kept now" if len(tiles()) > count else "kept"))
        above = maps_above(tiles_in(sources))
        if above:
            self.stdout.write(f"Maps above them: {', '.join(above)}.")
        else:
            self.stdout.write(
                self.style.WARNING("No loaded map lies above them. Are they of another region, or of another zone?")
            )

    def _done(self, said: str) -> None:
        self.stdout.write(self.style.SUCCESS(said))
        self.stdout.write(
            "The worker prepares the ways again; until then they answer as before. Nothing needs a restart."
        )

    def _name(self) -> None:
        kept = tiles()
        for path in kept:
            self.stdout.write(path.name)
        self.stdout.write(_tiles(len(kept), "kept") if kept else "No elevation model is kept. Name its files.")

    def _progress(self, what: str, share: float) -> None:
        self.stdout.write(f"  {share:4.0%} {what}")
