# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Watched folders: each source of files has one below the data directory, into which loggers and FTP servers put theirs.

``inbox/<municipality>/<number of the source>/``. A file that has not grown for ten seconds is taken in and moved to ``done``; one
that is refused goes to ``refused``, whole, with a report beside it that names each line.
"""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.sensing.actions.files import FileRefused, Report, import_file
from stadtherz.services.sensing.ingest.tables.profile import UnreadableTable
from stadtherz.services.sensing.models import Source, SourceKind
from stadtherz.services.sensing.reasons import about, noted, reason_of

QUIET_SECONDS = 10.0
AT_ONCE = 50
ENDINGS = {".csv", ".txt", ".tsv"}


def folder_of(source: Source) -> Path:
    """Where files for this source are put."""
    return Path(settings.OPTION["data_dir"]) / "inbox" / active().key / str(source.pk)


def waiting_sources() -> list[Source]:
    """Sources of files in whose folders something lies."""
    found = Source.objects.filter(kind=SourceKind.CSV, is_paused=False)
    return [source for source in found if waiting_files(folder_of(source))]


def waiting_files(folder: Path, now: float | None = None) -> list[Path]:
    """Files that are complete, oldest first."""
    if not folder.is_dir():
        return []
    now = time.time() if now is None else now
    found = [
        (entry.stat().st_mtime, entry)
        for entry in folder.iterdir()
        if entry.suffix.lower() in ENDINGS and entry.is_file() and not entry.is_symlink()
    ]
    return [entry for changed, entry in sorted(found) if now - changed > QUIET_SECONDS][:AT_ONCE]


def read_folder(source: Source, now: float | None = None) -> int:
    """Take in what lies there; how many files were taken in. Side effects: moved files, reports, state of the source."""
    folder, taken = folder_of(source), 0
    for path in waiting_files(folder, now):
        try:
            with transaction.atomic():
                report = import_file(source=source, path=path, by=None)
        except (UnreadableTable, FileRefused) as error:
            _tell(path, folder / "refused", str(error), error.report if isinstance(error, FileRefused) else None)
            Source.objects.filter(pk=source.pk).update(
                failures=source.failures + 1, last_error_at=timezone.now(), **noted(about(path.name, reason_of(error)))
            )
        else:
            taken += 1
            said = _("%(new)d values stored, %(repeated)d were there before.")
            _tell(path, folder / "done", said % {"new": report.new, "repeated": report.repeated}, report)
    return taken


def _tell(path: Path, to: Path, outcome: str, report: Report | None) -> None:
    """Move the file and write what became of it. A file of the same name keeps its own by the time in front."""
    to.mkdir(parents=True, exist_ok=True)
    name = f"{timezone.now():%Y%m%dT%H%M%S}-{path.name}"
    lines = [outcome]
    if report is not None:
        lines += [
            _("Line %(line)s: %(reason)s") % {"line": each.line, "reason": each.reason} for each in report.refusals
        ]
        lines += [_("Column without a series: %(column)s") % {"column": each} for each in report.unassigned]
    path.replace(to / name)
    (to / f"{name}.report").write_text("\n".join(lines) + "\n", encoding="utf-8")
