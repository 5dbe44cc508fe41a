# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage sensing_import FILE … --source NAME``: values from files, with a dry run, all or nothing for each file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Point
from django.core.management.base import BaseCommand, CommandError, no_translations

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions.adoption import Measured
from stadtherz.services.sensing.actions.files import FileRefused, Report, adopt_columns, import_file, look_at
from stadtherz.services.sensing.actions.sources import SourceRefused, create_source
from stadtherz.services.sensing.ingest.tables.opening import Layout, remarks
from stadtherz.services.sensing.ingest.tables.profile import Profile, UnreadableTable
from stadtherz.services.sensing.models import Source, SourceKind

SHOWN = 20


def _misspelt(name: str, known: list[str]) -> str:
    """What to add to a refusal where the name of the source may be a slip."""
    if name in known:
        return ""
    return f" There was no source “{name}” before. Those that take files: {', '.join(known) or 'none'}."


class Command(BaseCommand):
    help = "Take in values from CSV files. With --adopt QUANTITY, columns without a series get one at a new station."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="+")
        parser.add_argument("--source", required=True, help="name of the source; it is made if there is none")
        parser.add_argument("--municipality", help="key; default: the first one")
        parser.add_argument("--dry-run", action="store_true", help="read and report, store nothing")
        parser.add_argument("--adopt", metavar="QUANTITY", help="key of the catalogue for columns that have no series")
        parser.add_argument("--station", help="name of the new station; default: the name of the file's folder")
        parser.add_argument("--place", help="longitude,latitude of the new station")
        for name in ("time", "zone", "decimal", "separator", "encoding", "series", "time-format"):
            parser.add_argument(f"--{name}", help="setting of a new source; default: found out from the file")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        chosen = (
            Municipality.objects.filter(key=options["municipality"])
            if options["municipality"]
            else Municipality.objects.filter(is_default=True)
        )
        municipality = chosen.first()
        if municipality is None:
            raise CommandError("There is no such municipality.")
        for path in options["file"]:
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
            with activate(municipality):
                self._one(path, options)

    def _one(self, path: Path, options: dict[str, Any]) -> None:
        known = list(Source.objects.filter(kind=SourceKind.CSV).order_by("name").values_list("name", flat=True))
        try:
            source = self._source(options)
            layout, report = look_at(source=source, path=path)
            if options["adopt"] and report.unassigned and not options["dry_run"]:
                self._adopt(source, path, layout, report, options)
            if not options["dry_run"]:
                report = import_file(source=source, path=path, by=None)
        except UnreadableTable as error:
            raise CommandError(f"{path}: {error}") from error
        except (FileRefused, SourceRefused) as error:
            if isinstance(error, FileRefused):
                self._refusals(error.report)
            raise CommandError(f"{path}: {error}{_misspelt(options['source'], known)}") from error
        self._tell(path, report, options)

    def _source(self, options: dict[str, Any]) -> Source:
        found = Source.objects.filter(name=options["source"], kind=SourceKind.CSV).first()
        if found is not None:
            return found
        given = {
            key: options[key]
            for key in ("time", "zone", "decimal", "separator", "encoding", "series", "time_format")
            if options[key]
        }
        profile = Profile.from_json(given).as_json()
        return create_source(name=options["source"], kind=SourceKind.CSV, settings={"profile": profile}, by=None)[0]

    def _adopt(self, source: Source, path: Path, layout: Layout, report: Report, options: dict[str, Any]) -> None:
        place = None
        if options["place"]:
            longitude, _comma, latitude = options["place"].partition(",")
            place = Point(float(longitude), float(latitude), srid=4326)
        titles = remarks(layout)
        columns = {name: Measured(options["adopt"], title=titles.get(name, name)) for name in report.unassigned}
        adopt_columns(
            source=source,
            station=options["station"] or path.parent.name,
            columns=columns,
            place=place,
            by=None,
            expected_seconds=report.rhythm,
        )

    def _refusals(self, report: Report) -> None:
        for each in report.refusals[:SHOWN]:
            self.stdout.write(f"line {each.line}: {each.reason}")
        if report.refused_lines > SHOWN:
            self.stdout.write(f"… and {report.refused_lines - SHOWN} more")

    def _tell(self, path: Path, report: Report, options: dict[str, Any]) -> None:
        self._refusals(report)
        span = (
            f"{report.first:%Y-%m-%d %H:%M} to {report.last:%Y-%m-%d %H:%M} UTC"
            if report.first and report.last
            else "no time"
        )
        self.stdout.write(
            f"{path}: {report.values} values ({span}), {report.gaps} gaps, {report.flagged} with a flag, {report.refused_lines} lines refused"
        )
        if report.unassigned:
            self.stdout.write(f"  without a series: {', '.join(report.unassigned)}")
        if options["dry_run"]:
            self.stdout.write("  nothing was stored: this was a dry run")
        else:
            self.stdout.write(f"  {report.new} stored, {report.repeated} were there before")
