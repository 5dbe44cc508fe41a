# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values, ages and levels as people say them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.kernel.ui import dates
from stadtherz.kernel.ui.charts.drawing import number
from stadtherz.services.sensing import limits, units
from stadtherz.services.sensing.limits import LEVEL_WORDS, Level
from stadtherz.services.sensing.models import Datastream, FieldMapping
from stadtherz.services.sensing.quantities import QUANTITIES, Aggregation
from stadtherz.services.sensing.queries.figures import quantity_of
from stadtherz.services.sensing.queries.stations import Value

NO_BREAK = "\u00a0"


def figure(value: float | None, decimals: int) -> str:
    """A number as the language writes it; a dash where there is none."""
    return "–" if value is None else number(value, decimals)


def with_unit(value: float | None, decimals: int, symbol: str) -> str:
    """The number and its unit, which stay on one line."""
    return f"{figure(value, decimals)}{NO_BREAK}{symbol}" if symbol else figure(value, decimals)


def latest_words(datastream: Datastream) -> str:
    """The number that a series told last, as its page writes it."""
    latest = getattr(datastream, "latest", None)
    if latest is None:
        return "–"
    decimals = units.decimals(units.code_of(datastream.unit_of_measurement), quantity_of(datastream))
    return with_unit(latest.number, decimals, units.shown(datastream.unit_of_measurement))


def value_words(value: Value) -> str:
    """The latest value with its unit, or its text, or that there is none yet."""
    if value.before is not None:
        return with_unit(*value.before)
    if value.number is not None:
        return with_unit(value.number, value.decimals, value.symbol)
    if value.text in {"true", "false"}:
        return _("yes") if value.text == "true" else _("no")
    return value.text[:60] or _("no value yet")


def counted_words(value: Value) -> str:
    """In which time a count was made: without it a number of bicycles says nothing."""
    if value.number is None or value.known is None or value.known.aggregation is not Aggregation.SUM:
        return ""
    if not value.expected_seconds:
        return ""
    minutes = value.expected_seconds / 60
    return _("in %(n)s minutes") % {"n": f"{minutes:g}"} if minutes != 60 else _("in an hour")


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """ "5 minutes ago" for what was just now, else day and time."""
    if moment is None:
        return _("never")
    passed = (now or timezone.now()) - moment
    if passed < timedelta(minutes=1):
        return _("just now")
    if passed < timedelta(hours=1):
        minutes = int(passed.total_seconds() // 60)
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    return dates.spoken(moment, weekday=False)


def state_words(value: Value, now: datetime) -> str:
    """Level or silence in words, with the time of the value."""
    if value.time is None:
        return _("has not reported yet")
    if value.is_silent(now):
        return _("silent since %(time)s") % {"time": dates.spoken(value.time, weekday=False)}
    word = str(LEVEL_WORDS[value.level(now)])
    return f"{word}, {ago(value.time, now)}" if word else ago(value.time, now)


def mark_words(value: Value) -> tuple[str, str]:
    """For the map: the figure in the mark, and the sentence of its window."""
    now = timezone.now()
    sentence = f"{value.title}: {value_words(value)}, {state_words(value, now)}"
    if value.level(now) is Level.SILENT:
        return "–", sentence
    return figure(value.number, value.decimals) if value.number is not None else "", sentence


def clock(moment: datetime, now: datetime) -> str:
    """The time of day for today, else day and time. Unlike an age it stays true on a page that stays open."""
    here = timezone.localtime(moment)
    if here.date() != timezone.localtime(now).date():
        return dates.spoken(moment, weekday=False)
    return _("at %(time)s") % {"time": date_format(here, "G:i", use_l10n=False)}


def guideline_words(quantity: str, at_night: bool) -> str:
    """What values of now are held against: the guideline, over which time, and who says so."""
    limit = limits.guideline(quantity, at_night)
    if limit is None:
        return ""
    return _("guideline %(value)s, %(over)s (%(source)s)") % {
        "value": with_unit(limit.value, 0, QUANTITIES[quantity].symbol), "over": limits.OVER_WORDS[limit.over],
        "source": limit.source.short,
    }  # fmt: skip


def conversion_words(mapping: FieldMapping) -> str:
    """What is done to a value before it is stored, as one would write it; "as sent" where nothing is."""
    parts = []
    if mapping.scale != 1:
        parts.append(f"× {_short(mapping.scale)}")
    if mapping.offset:
        parts.append(f"{'+' if mapping.offset > 0 else '−'} {_short(abs(mapping.offset))}")
    return " ".join(parts) or _("as sent")


def _short(value: float) -> str:
    """Six digits that count, with the comma of the language."""
    digits = next((n for n in range(13) if abs(round(value, n) - value) < abs(value) * 1e-6), 12)
    return number(value, digits)
