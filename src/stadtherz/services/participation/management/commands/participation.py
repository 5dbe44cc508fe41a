# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage participation import FILE` takes over contributions of an earlier platform; `recount` checks the counters."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.refusal import NoSuchMunicipality, Refusal
from stadtherz.services.participation.actions.taking_over import TakeOver, outside, take_over_ideas
from stadtherz.services.participation.importer import cimt_format, csv_format
from stadtherz.services.participation.importer.contribution import Reading, UnreadableFile
from stadtherz.services.participation.models import Process
from stadtherz.services.participation.personal import wrong_counters

FORMATS = {"cimt": cimt_format, "csv": csv_format}
SHOWN_REFUSALS = 50
HANDBOOK = "docs/handbook/import.md explains the file; nothing was stored."


class Command(BaseCommand):
    """Work on participation that is done by files instead of pages."""

    help = "Take over contributions of an earlier platform (import); check the counters (recount)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command a task."""
        tasks = parser.add_subparsers(dest="task", required=True)
        tasks.add_parser("recount", help="compare the counters of supports and comments with the rows")
        task = tasks.add_parser("import", help="take over contributions from a file, all or none")
        task.add_argument("file", type=Path)
        task.add_argument(
            "--format", choices=sorted(FORMATS), required=True, help="docs/handbook/import.md has the columns"
        )
        task.add_argument("--municipality", help="its key; default: the one that answers to a bare localhost")
        task.add_argument("--process", default="", help="key of the process; default: the first")
        task.add_argument("--source", default="", help="name of the earlier platform; default: the format")
        task.add_argument("--encoding", default="utf-8-sig", help="of the file (default: UTF-8)")
        task.add_argument("--dry-run", action="store_true", help="say what would happen and store nothing")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Do the task."""
        if options["task"] == "recount":
            self._recount()
        else:
            self._take_over(options)

    def _recount(self) -> None:
        """Name every counter that differs from its rows, in all municipalities; ends with an error if there is one."""
        wrong = 0
        for municipality in Municipality.objects.order_by("key"):
            with activate(municipality):
                for idea, counter, says, is_ in wrong_counters():
                    wrong += 1
                    self.stdout.write(f"{municipality.key}, idea {idea}: {counter} says {says}, there are {is_}.")
        if wrong:
            remedy = "Keep this database as it is, and report the lines above: docs/handbook/operator.md."
            raise Refusal("Counters", f"{wrong} counters differ from their rows.", remedy)
        self.stdout.write("All counters agree with their rows.")

    def _take_over(self, options: dict[str, Any]) -> None:
        """Read, report, store. Ends with an error if anything was refused: then nothing was stored."""
        try:
            reading = FORMATS[options["format"]].read(options["file"], encoding=options["encoding"])
        except UnreadableFile as error:
            raise Refusal("File of contributions", str(error), HANDBOOK) from error
        with activate(self._municipality(options["municipality"])):
            process = self._process(options["process"])
            reading = self._without_far_places(reading)
            if reading.refusals or options["dry_run"]:
                self._report(reading)
                return
            taken = take_over_ideas(
                process=process, contributions=reading.contributions, source=options["source"] or options["format"]
            )
        self._done(taken)

    def _municipality(self, key: str | None) -> Municipality:
        chosen = Municipality.objects.filter(key=key) if key else Municipality.objects.filter(is_default=True)
        found = chosen.first()
        if found is None:
            raise NoSuchMunicipality(key, list(Municipality.objects.values_list("key", flat=True)))
        return found

    def _process(self, key: str) -> Process:
        processes = Process.objects.filter(key=key) if key else Process.objects.all()
        found = processes.first()
        if found is None:
            known = ", ".join(Process.objects.order_by("key").values_list("key", flat=True)) or "none"
            reason = f"There is no participation process with the key {key}." if key else "There is no process yet."
            raise Refusal("Process", reason, f"Known keys: {known}.")
        return found

    def _without_far_places(self, reading: Reading) -> Reading:
        """What lies outside the town is refused here already, so that one report names every line, in a dry run too."""
        far = {refusal.line: refusal for refusal in outside(reading.contributions)}
        refusals = sorted([*reading.refusals, *far.values()], key=lambda refusal: refusal.line)
        return Reading([one for one in reading.contributions if one.line not in far], refusals)

    def _report(self, reading: Reading) -> None:
        for refusal in reading.refusals[:SHOWN_REFUSALS]:
            self.stdout.write(f"line {refusal.line} ({refusal.key or 'no key'}): {refusal.reason}")
        hidden = len(reading.refusals) - SHOWN_REFUSALS
        if hidden > 0:
            self.stdout.write(f"… and {hidden} more")
        self.stdout.write(
            f"{len(reading.contributions)} contributions can be read, {len(reading.refusals)} lines are refused."
        )
        if reading.refusals:
            refused = f"Lines refused: {len(reading.refusals)}. Nothing was stored."
            raise Refusal("File of contributions", refused, "Mend the lines above and run it again.")
        self.stdout.write("Nothing was stored: this was a dry run.")

    def _done(self, taken: TakeOver) -> None:
        self.stdout.write(f"{taken.stored} ideas stored, {taken.already_here} stood here before.")
