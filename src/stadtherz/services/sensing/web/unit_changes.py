# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What pages and pictures say where the unit of a series has changed: in a notice, at the line, beside each figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.ui import dates
from stadtherz.kernel.ui.charts import Gap, Line, Mark
from stadtherz.services.sensing import units
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries.figures import quantity_of
from stadtherz.services.sensing.queries.one_unit import Earlier, comparable_since, eras_of, others
from stadtherz.services.sensing.queries.spans import Span
from stadtherz.services.sensing.units import Era


def symbol_in(datastream: Datastream, era: Era) -> str:
    """The unit of that time as people read it."""
    return units.symbol(era.code, units.shown(era.unit), quantity_of(datastream)) or _("another one")


def _now(datastream: Datastream) -> str:
    return symbol_in(datastream, eras_of(datastream)[-1])


def said_of_earlier_units(datastream: Datastream) -> list[str]:
    """A sentence for each unit that the series had before, and what became of its values."""
    return [_said(datastream, each) for each in others(datastream)]


def _said(datastream: Datastream, earlier: Earlier) -> str:
    kept = _(
        "Until %(moment)s the unit of this series was %(unit)s. Values from before cannot be told in %(now)s: they are not in pictures, "
        "means and comparisons. The files to take along have them as they came."
    )
    reckoned = _(
        "Until %(moment)s the unit of this series was %(unit)s. Values from before are shown converted to %(now)s. The files to take "
        "along have single values as they came."
    )
    return (kept if earlier.change is None else reckoned) % {
        "moment": dates.moment(timezone.localtime(datetime.fromtimestamp(earlier.era.until, UTC))),
        "unit": symbol_in(datastream, earlier.era), "now": _now(datastream),
    }  # fmt: skip


def sentence(datastream: Datastream, span: Span) -> str:
    """The same for a picture, which may stand alone on another page: only of the time that it shows."""
    told = []
    for each in _within(datastream, span.since.timestamp(), span.until.timestamp()):
        words = _("Until %(moment)s measured in %(unit)s, here converted.")
        if each.change is None:
            words = _("Until %(moment)s measured in %(unit)s; that cannot be shown in %(now)s.")
        until = datetime.fromtimestamp(each.era.until, UTC)
        moment = dates.moment(timezone.localtime(until))
        told.append(words % {"moment": moment, "unit": symbol_in(datastream, each.era), "now": _now(datastream)})
    return " ".join(told)


def marks(datastream: Datastream, span: Span) -> tuple[Mark, ...]:
    """Where the line has another unit from then on."""
    return tuple(
        Mark(before.until, _("unit changed: %(before)s → %(after)s") % {
            "before": symbol_in(datastream, before), "after": symbol_in(datastream, after),
        }, is_border=True)
        for before, after in pairwise(eras_of(datastream) if datastream.earlier_units else ())
        if span.since.timestamp() <= before.until < span.until.timestamp()
    )  # fmt: skip


def remark(datastream: Datastream, start: float, end: float) -> str:
    """Beside a figure of that time: that it was converted, or why there is none."""
    return ", ".join(
        (_("measured in %(unit)s") if each.change is None else _("converted from %(unit)s"))
        % {"unit": symbol_in(datastream, each.era)}
        for each in _within(datastream, start, end)
    )


def borders(datastream: Datastream) -> list[float]:
    """When the unit changed; a line of single values is broken there."""
    return [era.until for era in eras_of(datastream)[:-1]] if datastream.earlier_units else []


def due_since(datastream: Datastream, span: Span, began: datetime | None) -> datetime | None:
    """Since when values of the present unit were due in a span, if that is later than its beginning."""
    since = comparable_since(datastream)
    inside = span.since.timestamp() < since < span.until.timestamp()
    changed = datetime.fromtimestamp(since, UTC) if inside else None
    return max(filter(None, (began, changed)), default=None)


def with_gaps(
    datastream: Datastream, line: Line, gaps: Iterable[Gap], shown: tuple[float, float]
) -> tuple[Line, list[Gap]]:
    """The line and its gaps, with a gap of its own name for each time whose values cannot be told in the present unit."""
    found, parts = list(gaps), list(line.parts)
    for each in others(datastream):
        start, end = max(each.era.since, shown[0]), min(each.era.until, shown[1])
        if each.change is None and start < end:
            found = [part for gap in found for part in _outside(gap, start, end)]
            found.append(Gap(start, end, remark(datastream, end - 1e-3, end), is_left_out=True))
            parts = [part for part in parts if part.start < start or part.end > end]
    return replace(line, parts=parts), sorted(found, key=lambda gap: gap.start)


def _outside(gap: Gap, start: float, end: float) -> list[Gap]:
    """What of a gap lies before and behind that time."""
    if gap.end <= start or gap.start >= end:
        return [gap]
    parts = [replace(gap, end=start), replace(gap, start=end)]
    return [part for part in parts if part.start < part.end]


def _within(datastream: Datastream, start: float, end: float) -> list[Earlier]:
    return [each for each in others(datastream) if each.era.since < end and each.era.until > start]
