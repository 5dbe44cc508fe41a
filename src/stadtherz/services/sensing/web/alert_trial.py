# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a trial of a rule found, in words and rows that can be shown to others: on which values it rests, how many, when, how long each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.kernel.ui import dates
from stadtherz.kernel.ui.charts import Mark
from stadtherz.kernel.ui.charts.scales import twice, whole_percent
from stadtherz.services.sensing.engine.watching import Kind
from stadtherz.services.sensing.models import AlertRule
from stadtherz.services.sensing.queries.watching import TRIAL, Trial
from stadtherz.services.sensing.web.charting import decimals_of, symbol_of
from stadtherz.services.sensing.web.words import NO_BREAK, figure, with_unit

MOST_ROWS = 1000
A_DAY = timedelta(days=1)


def length_words(seconds: float) -> str:
    """ "15 minutes", "3 h 20 min", "2 days 5 h": as exactly as one can make use of it."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        told = [_("%(n)d h") % {"n": hours}, _("%(n)d min") % {"n": rest} if rest else ""]
    else:
        days, hours = divmod(hours + (rest >= 30), 24)
        told = [ngettext("%(n)d day", "%(n)d days", days) % {"n": days}, _("%(n)d h") % {"n": hours} if hours else ""]
    return " ".join(part.replace(" ", NO_BREAK) for part in told if part)


def moment_words(seconds: float, zone: ZoneInfo) -> str:
    """Day and time; the hour that a night in October has twice bears the name of its time."""
    local = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
    return f"{dates.moment(local)}{twice(local)}"


def marks(tried: Trial) -> tuple[Mark, ...]:
    """All alerts with their lengths, for the picture."""
    until, word = tried.until.timestamp(), _("the rule would have raised an alert")
    return tuple(Mark(each.start, word, end=until if each.end is None else each.end) for each in tried.episodes)


def rows(rule: AlertRule, tried: Trial, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The alerts, newest first, at most ``MOST_ROWS``."""
    symbol, decimals = symbol_of(rule.datastream), decimals_of(rule.datastream)
    return [
        {
            "start": moment_words(each.start, zone), "end": "" if each.end is None else moment_words(each.end, zone),
            "length": length_words(tried.length(each)),
            "peak": "" if rule.kind == Kind.SILENCE or each.peak != each.peak else with_unit(each.peak, decimals, symbol),
        }
        for each in reversed(tried.episodes[-MOST_ROWS:])
    ]  # fmt: skip


def basis(rule: AlertRule, tried: Trial, now: datetime) -> list[str]:
    """On which values the trial rests, and what it could not see."""
    if tried.first is None:
        return [_("This sensor has no values yet: the rule cannot be tried.")]
    return list(_basis(rule, tried, tried.first, now))


def _basis(rule: AlertRule, tried: Trial, first: datetime, now: datetime) -> Iterator[str]:
    if tried.until < now:
        yield _("This sensor says nothing since %(last)s. The rule was tried on its last year.") % {
            "last": _day(tried.until)
        }
    days = max(1, round((tried.until - first) / A_DAY))
    is_older = tried.reach is not None and tried.reach < first - A_DAY
    said = {"first": _day(first), "last": _day(tried.until), "n": figure(days, 0), "reach": _day(tried.reach or first)}
    if tried.until - first < TRIAL - A_DAY:
        told = ngettext(
            "There are values since %(first)s: the rule was tried on %(n)s day, not on a whole year.",
            "There are values since %(first)s: the rule was tried on %(n)s days, not on a whole year.", days,
        )  # fmt: skip
        yield told % said
        if is_older:
            yield _("Older ones, since %(reach)s, lie before this year or stand in another unit.") % said
    elif is_older:
        yield _("It was tried on a whole year, %(first)s to %(last)s; there are values since %(reach)s.") % said
    else:
        yield _("It was tried on a whole year, %(first)s to %(last)s.") % said
    if rule.kind == Kind.OUTLIER:
        if tried.judged is None:
            yield _("It cannot judge yet: it must know an hour of the week from at least four weeks.")
        elif tried.judged - first > A_DAY:
            yield _("It could judge from %(day)s on; before, too little was known of what is usual.") % {
                "day": _day(tried.judged)
            }
    if tried.complete is not None and tried.complete < 1 and rule.kind != Kind.SILENCE:
        yield _("%(percent)s of the values that were due in this time count; in what is missing it could find nothing.") % {
            "percent": f"{whole_percent(tried.complete)}{NO_BREAK}%",
        }  # fmt: skip


def _day(moment: datetime) -> str:
    return dates.day(localtime(moment), weekday=False)


def result(rule: AlertRule, tried: Trial) -> list[str]:
    """How many alerts, how long together, the longest, and of how many somebody would have heard."""
    count = len(tried.episodes)
    if tried.first is None:
        return []
    if not count:
        return [_("This rule would never have raised an alert.")]
    longest = max(tried.length(each) for each in tried.episodes)
    if count == 1:
        return [_("This rule would have raised one alert, for %(length)s.") % {"length": length_words(longest)}]
    told = [
        _("This rule would have raised %(n)s alerts: %(all)s together, %(longest)s the longest.") % {
            "n": figure(count, 0), "all": length_words(tried.lasted), "longest": length_words(longest),
        }
    ]  # fmt: skip
    if tried.told < count:
        told.append(
            _("With at most one message in %(pause)s it would have told of %(n)s.")
            % {"pause": length_words(rule.pause_minutes * 60), "n": figure(tried.told, 0)}
        )
    return told
