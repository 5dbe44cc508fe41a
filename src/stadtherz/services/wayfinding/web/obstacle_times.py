# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""When an obstacle counts, in words: once from when until when, or the rule by which it recurs with the next time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from stadtherz.kernel.ui import dates
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.weekly import Weekly, from_mapping

ON_DAYS = (
    gettext_lazy("Mondays"), gettext_lazy("Tuesdays"), gettext_lazy("Wednesdays"), gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"), gettext_lazy("Saturdays"), gettext_lazy("Sundays"),
)  # fmt: skip
#: days left out that are named; of more, their number
MOST_NAMED = 3
#: so many next times are listed
MOST_TIMES = 5
MIDNIGHT = time()


def period(obstacle: Obstacle, at: datetime | None = None) -> str:
    """From when until when, or by which rule and when next, as people say it."""
    at = at or timezone.now()
    begins, ends = obstacle.time_at(at)
    until = dates.spoken(ends)
    if obstacle.weekly:
        rule = in_words(from_mapping(obstacle.weekly))
        if not obstacle.is_open(at):
            return rule
        if begins <= at:
            return _("%(rule)s; now until %(ends)s") % {"rule": rule, "ends": until}
        return _("%(rule)s; next time %(day)s") % {"rule": rule, "day": dates.day(begins)}
    if begins > at:
        return _("from %(begins)s until %(ends)s") % {"begins": dates.spoken(begins), "ends": until}
    return _("until %(ends)s") % {"ends": until}


def next_times(obstacle: Obstacle, at: datetime | None = None) -> list[str]:
    """The days on which it counts next (this time included), with their hours; nothing for what does not recur."""
    at = at or timezone.now()
    if not obstacle.is_open(at):
        return []
    return [dates.spoken(begins) for begins, _ends in obstacle.times_after(at)[:MOST_TIMES]]


def in_words(rule: Weekly) -> str:
    """ "mittwochs und samstags 6 bis 14 Uhr, bis 20. Dezember, nicht am 25. November" """
    today = timezone.localdate()
    last = {"last": dates.day(rule.last, weekday=False)}
    parts = [_("%(days)s, %(hours)s") % {"days": _days(rule), "hours": _hours(rule)}]
    if rule.first > today:
        parts.append(_("from %(first)s until %(last)s") % {"first": dates.day(rule.first, weekday=False), **last})
    else:
        parts.append(_("until %(last)s") % last)
    if left_out := [day for day in rule.left_out() if day >= today]:
        parts.append(_without(left_out))
    return ", ".join(parts)


def _days(rule: Weekly) -> str:
    if len(rule.days) == len(ON_DAYS):
        return pgettext("recurs", "every day")
    runs: list[list[int]] = []
    for day in sorted(rule.days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said: list[str] = []
    for run in runs:
        names = [str(ON_DAYS[day]) for day in run]
        said += [_("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}] if len(run) > 2 else names
    return _and(said)


def _hours(rule: Weekly) -> str:
    if rule.begins == rule.ends == MIDNIGHT:
        return pgettext("recurs", "all day")
    ends = _clock(24, 0) if rule.ends == MIDNIGHT else _clock(rule.ends.hour, rule.ends.minute)
    return pgettext("hours", "%(begins)s to %(ends)s") % {
        "begins": _clock(rule.begins.hour, rule.begins.minute),
        "ends": ends,
    }


def _clock(hour: int, minute: int) -> str:
    if minute:
        return f"{hour}:{minute:02d}"
    return pgettext("full hour", "%(hour)d:00") % {"hour": hour}


def _without(days: Sequence[date]) -> str:
    if len(days) > MOST_NAMED:
        return _("not on %(n)d of these days") % {"n": len(days)}
    return _("not on %(days)s") % {"days": _and([dates.day(day, weekday=False) for day in days])}


def _and(said: Sequence[str]) -> str:
    if len(said) == 1:
        return said[0]
    return _("%(before)s and %(last)s") % {"before": ", ".join(said[:-1]), "last": said[-1]}
