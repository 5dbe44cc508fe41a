# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verb that takes in a file of values: a report line by line first, then all of it or nothing; again, and nothing changes."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.municipalities.active import active
from stadtherz.services.sensing.actions.adoption import Measured, adopt_device
from stadtherz.services.sensing.actions.sources import SourceRefused
from stadtherz.services.sensing.ingest.messages import time_quality
from stadtherz.services.sensing.ingest.standing import Standing
from stadtherz.services.sensing.ingest.tables.opening import Layout, layout_of
from stadtherz.services.sensing.ingest.tables.profile import Profile, UnreadableTable
from stadtherz.services.sensing.ingest.tables.reading import Gap, RefusedLine, Value, read
from stadtherz.services.sensing.models import FieldMapping, ResultKind, Source, SourceKind
from stadtherz.services.sensing.store.batches import Batch, from_readings, joined, of_series
from stadtherz.services.sensing.store.contents import COUNT, form_of
from stadtherz.services.sensing.store.readings import Reading
from stadtherz.services.sensing.store.writing import write_batch

if TYPE_CHECKING:
    from stadtherz.kernel.people.models import Person

SHOWN = 200  # refused lines that a report names
STEPS = 20_000
"""Of so many values the steps are looked at."""
MOST_MARKED = 200_000  # values with a flag, which are kept one by one


class FileRefused(ValueError):
    """Lines of the file cannot be taken in, so nothing was; ``report`` says which and why."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


@dataclass(slots=True)
class Report:
    """What is in a file and what became of it. ``fields``: how many values each has; ``unassigned``: those left out."""

    values: int = 0
    gaps: int = 0
    flagged: int = 0
    new: int = 0
    repeated: int = 0
    refused_lines: int = 0
    first: datetime | None = None
    last: datetime | None = None
    fields: Counter[str] = field(default_factory=Counter)
    unassigned: list[str] = field(default_factory=list)
    refusals: list[RefusedLine] = field(default_factory=list)
    steps: Counter[float] = field(default_factory=Counter)
    before: dict[str, datetime] = field(default_factory=dict)

    def step(self, name: str, time: datetime) -> None:
        """Note how far a value lies behind the one before it in its column; some of them tell how often values come."""
        last = self.before.get(name)
        if last is not None and self.values < STEPS and time > last:
            self.steps[(time - last).total_seconds()] += 1
        self.before[name] = time

    @property
    def rhythm(self) -> int | None:
        """Every how many seconds a value is due, if four of five come so."""
        seconds, times = next(iter(self.steps.most_common(1)), (0.0, 0))
        sure = times >= 4 and times >= 0.8 * self.steps.total() and 1 <= seconds <= 86_400
        return int(seconds) if sure else None

    def refuse(self, line: int, reason: str) -> None:
        """Note a bad line; the first of them by number and reason."""
        self.refused_lines += 1
        if len(self.refusals) < SHOWN:
            self.refusals.append(RefusedLine(line, reason))


@dataclass(slots=True)
class _Gathered:
    """The values of a file on their way: plain ones as columns, sixteen bytes each; those with a flag or at another place one by one."""

    micros: dict[int, array[int]] = field(default_factory=dict)
    numbers: dict[int, array[float]] = field(default_factory=dict)
    marked: list[Reading] = field(default_factory=list)

    def add(self, datastream: int, value: Value, result: float, quality: Any, feature: int | None) -> None:
        if quality is not None or feature is not None:
            self.marked.append(Reading(datastream, value.time, result, quality=quality, feature=feature))
            return
        self.micros.setdefault(datastream, array("q")).append(_micros(value.time))
        self.numbers.setdefault(datastream, array("d")).append(result)

    def batch(self) -> Batch | None:
        parts = [
            of_series(key, np.frombuffer(self.micros[key], np.int64), np.frombuffer(self.numbers[key], np.float64))
            for key in sorted(self.micros)
        ]
        if self.marked:
            parts.append(from_readings(self.marked))
        return joined(parts) if parts else None


def profile_of(source: Source) -> Profile:
    """How files of this source are read. Raises ``UnreadableTable`` for settings that mean nothing."""
    return Profile.from_json(source.settings.get("profile", {}))


def look_at(*, source: Source, path: Path) -> tuple[Layout, Report]:
    """A dry run: everything is read, nothing stored. Raises ``UnreadableTable``."""
    layout = layout_of(path, profile_of(source))
    report = Report()
    _gather(source, path, layout, report)
    return layout, report


@transaction.atomic
def import_file(*, source: Source, path: Path, by: Person | None) -> Report:
    """Take in the file, all of it or nothing. Side effects: values, an entry in the record, the state of the source.

    Raises ``UnreadableTable`` or ``FileRefused``. Columns without an assignment are left out and named in the report.
    """
    if source.kind != SourceKind.CSV:
        raise SourceRefused(_("This source does not take files."))
    layout = layout_of(path, profile_of(source))
    report = Report()
    gathered = _gather(source, path, layout, report)
    if report.refused_lines:
        message = _("%(n)d lines cannot be read. Nothing was taken in.") % {"n": report.refused_lines}
        raise FileRefused(message, report)
    batch = gathered.batch()
    if batch is None:
        raise FileRefused(_("No column of the file is assigned to a series. Nothing was taken in."), report)
    result = write_batch(batch)
    for row, reason in list(result.refused.items())[:SHOWN]:
        report.refuse(0, f"{datetime.fromtimestamp(int(batch.micros[row]) / 1e6, tz=UTC):%Y-%m-%d %H:%M}: {reason}")
    if report.refused_lines:
        raise FileRefused(_("The store refuses values. Nothing was taken in."), report)
    report.repeated = int(np.count_nonzero(result.repeated))
    report.new = len(batch) - report.repeated
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    record(
        action="sensing.import_file", actor=by, subject=f"sensing.source:{source.pk}",
        detail={"sha256": digest, "new": report.new, "repeated": report.repeated},
    )  # fmt: skip
    Source.objects.filter(pk=source.pk).update(
        accepted=F("accepted") + report.new, repeated=F("repeated") + report.repeated, last_success_at=timezone.now(),
        failures=0,
    )  # fmt: skip
    return report


@transaction.atomic
def adopt_columns(
    *,
    source: Source,
    station: str,
    columns: Mapping[str, Measured],
    place: Point | None,
    by: Person | None,
    expected_seconds: int | None = None,
) -> None:
    """A new station whose series are these columns of the source's files. Raises ``SourceRefused``."""
    taken = set(FieldMapping.objects.filter(device__source=source, field__in=columns).values_list("field", flat=True))
    if taken:
        raise SourceRefused(_("Assigned already: %(fields)s.") % {"fields": ", ".join(sorted(taken))})
    adopt_device(
        source=source, external_id=station[:200], name=station, place=place, fields=columns, by=by,
        expected_seconds=expected_seconds,
    )  # fmt: skip


def _gather(source: Source, path: Path, layout: Layout, report: Report) -> _Gathered:
    mappings = {
        mapping.field: mapping
        for mapping in FieldMapping.objects.filter(device__source=source).select_related("datastream")
    }
    gathered, now = _Gathered(), timezone.now()
    standing = Standing(mapping.datastream.thing_id for mapping in mappings.values())
    for each in read(path, layout, default_zone=active().timezone):
        if isinstance(each, RefusedLine):
            report.refuse(each.line, each.reason)
        elif isinstance(each, Gap):
            report.gaps += 1
        else:
            _take(each, mappings.get(each.field), gathered, report, standing=standing, now=now)
    report.unassigned = sorted(set(report.fields) - set(mappings))
    return gathered


def _take(
    value: Value,
    mapping: FieldMapping | None,
    gathered: _Gathered,
    report: Report,
    *,
    standing: Standing,
    now: datetime,
) -> None:
    report.values += 1
    report.fields[value.field] += 1
    report.step(value.field, value.time)
    report.first = min(report.first or value.time, value.time)
    report.last = max(report.last or value.time, value.time)
    if mapping is None:
        return
    if mapping.datastream.kind != ResultKind.NUMBER:
        report.refuse(value.line, _("%(field)s: the series takes no numbers.") % {"field": value.field})
        return
    quality = value.quality or time_quality(value.time, now)
    report.flagged += quality is not None
    if len(gathered.marked) >= MOST_MARKED:
        raise UnreadableTable(
            _("More than %(n)d values carry a flag or belong to another place. Split the file.") % {"n": MOST_MARKED}
        )
    result = value.result
    if (mapping.scale, mapping.offset) != (1.0, 0.0):
        result = float(f"{value.result * mapping.scale + mapping.offset:.12g}")
    if not float(result).is_integer() and form_of(mapping.datastream) == COUNT:
        report.refuse(
            value.line,
            _("%(field)s: the series counts, %(value)s is no whole number.") % {"field": value.field, "value": result},
        )
        return
    place = standing.feature_at(mapping.datastream, value.time)
    gathered.add(mapping.datastream_id, value, float(result), quality, place)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _micros(time: datetime) -> int:
    passed = time - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
