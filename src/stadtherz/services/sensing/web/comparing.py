# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two times of one sensor, or two sensors, held against each other: lines in one picture, and sentences with both figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.quantities import Aggregation
from stadtherz.services.sensing.queries import stations
from stadtherz.services.sensing.queries.figures import aggregation_of, in_common, is_counted, summary, title_of
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.web.asked import Asked
from stadtherz.services.sensing.web.charting import (
    Drawn,
    chart_of,
    decimals_of,
    drawn,
    span_words,
    symbol_of,
)
from stadtherz.services.sensing.web.source_words import source_line
from stadtherz.services.sensing.web.words import NO_BREAK, with_unit

LEAST_SHARE = 0.1
LONGEST_BY_WEEKDAY = 100
"""In days: over longer times a weekday more or less hardly matters."""


def line_name(datastream: Datastream, question: Asked) -> str:
    """The name of the own line, needed once there is a second one."""
    if question.other is not None:
        return other_name(datastream, question.other)
    return span_words(question.span) if question.earlier else ""


def other_name(other: Datastream, own: Datastream) -> str:
    """What tells the other sensor from the own one: station, quantity, or the part of the name that differs."""
    if other.thing_id == own.thing_id:
        return stations.own_part(other.name) if other.quantity == own.quantity else title_of(other)
    return other.thing.name if other.quantity == own.quantity else f"{other.thing.name}: {title_of(other)}"


def beside(datastream: Datastream, question: Asked, grain: Grain, now: datetime) -> tuple[list[Drawn], Any]:
    """Lines in the same picture, or a second picture below where the unit is another one: never two scales in one."""
    lines: list[Drawn] = []
    apart = None
    if question.earlier:
        lines.append(
            drawn(datastream, question.earlier, grain, now=now, onto=question.span, name=span_words(question.earlier))
        )
    other = question.other
    if other is not None:
        same = symbol_of(other) == symbol_of(datastream) and is_counted(other) == is_counted(datastream)
        if same:
            lines.append(drawn(other, question.span, grain, now=now, name=other_name(other, datastream)))
        else:
            apart, _told = chart_of(
                other, question.span, now, key="other", title=f"{title_of(other)}, {other.thing.name}",
                source=source_line(other),
            )  # fmt: skip
    return lines, apart


def compared(datastream: Datastream, main: Drawn, beside: list[Drawn], question: Asked, now: datetime) -> list[str]:
    """How the other lines differ from the first, a sentence each. Only what both have whole is held against each other."""
    if aggregation_of(datastream) is Aggregation.CIRCULAR:
        return []
    spans = [question.earlier] if question.earlier else []
    return [
        _difference(datastream, main, each, (question.span, span), now)
        for each, span in zip_longest(beside, spans, fillvalue=question.span)
        if isinstance(each, Drawn)
    ]


def _difference(datastream: Datastream, main: Drawn, beside: Drawn, spans: tuple[Span, Span], now: datetime) -> str:
    """Both figures and what lies between them, because who quotes the difference is asked for the figures."""
    ours, theirs = in_common(main.buckets, beside.buckets, *spans, now)
    here, there = (summary(found, datastream, spans[0], now).value for found in (ours, theirs))
    if here is None or there is None:
        return _("Nothing can be compared: no time was measured whole in both.")
    decimals, symbol = decimals_of(datastream), symbol_of(datastream)
    own = span_words(spans[0]) if spans[0] != spans[1] else str(main.line.name)
    said = {
        "own": own, "here": with_unit(here, decimals, symbol), "other": beside.line.name, "there": with_unit(there, decimals, symbol),
        "difference": with_unit(abs(here - there), decimals, symbol) + _percent(datastream, here, there),
    }  # fmt: skip
    if round(here - there, decimals) == 0:
        kind = _("%(own)s: %(here)s. %(other)s: %(there)s. That is the same.")
    elif here > there:
        kind = _("%(own)s: %(here)s. %(other)s: %(there)s. That is %(difference)s more.")
    else:
        kind = _("%(own)s: %(here)s. %(other)s: %(there)s. That is %(difference)s less.")
    return " ".join(filter(None, (kind % said, *_remarks(main, len(ours), spans, now))))


def _percent(datastream: Datastream, here: float, there: float) -> str:
    """The difference as a share of what is held against; below ten percent with one digit, so that little is not nothing."""
    if not is_counted(datastream) or not there:
        return ""
    share = 100 * abs(here / there - 1)
    if 0 < share < LEAST_SHARE:
        least = _("less than %(share)s") % {"share": f"{number_format(LEAST_SHARE, 1)}{NO_BREAK}%"}
        return f" ({least})"
    return f" ({number_format(round(share, 1 if share < 10 else 0), 1 if share < 10 else 0)}{NO_BREAK}%)"


def _remarks(main: Drawn, pairs: int, spans: tuple[Span, Span], now: datetime) -> Iterator[str]:
    """What limits a comparison: parts that were not whole in both, and times that begin on different days of the week."""
    over = sum(1 for each in main.buckets if each.end <= now)
    said = {"n": pairs, "all": over, "what": _part_words(main)}
    if pairs < over:
        yield _("Only what was measured whole in both is compared: %(n)d of %(all)d %(what)s.") % said
    elif over < len(main.buckets):
        yield _("Only what is over already is compared: %(n)d %(what)s.") % said
    if spans[0].first.weekday() != spans[1].first.weekday() and spans[0].days <= LONGEST_BY_WEEKDAY:
        yield _("The two times begin on different weekdays, %(own)s and %(other)s.") % {
            "own": date_format(spans[0].first, "l"), "other": date_format(spans[1].first, "l"),
        }  # fmt: skip


def _part_words(drawn: Drawn) -> str:
    """What the picture is cut into."""
    if not drawn.buckets or (drawn.buckets[0].end - drawn.buckets[0].start).total_seconds() < 7200:
        return pgettext("of so many", "hours")
    is_day = (drawn.buckets[0].end - drawn.buckets[0].start).total_seconds() < 100_000
    return pgettext("of so many", "days") if is_day else pgettext("of so many", "months")
