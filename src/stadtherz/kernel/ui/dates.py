# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates as people say them: "Freitag, 4. Oktober, 16:30 Uhr", the year only where it is not this one."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def _local(moment: dt.date | dt.datetime) -> dt.date | dt.datetime:
    if isinstance(moment, dt.datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


def _german() -> bool:
    return (get_language() or "de").startswith("de")


def day(moment: dt.date | dt.datetime, *, weekday: bool = True) -> str:
    """Weekday, day and month; the year when it is another one than now."""
    local = _local(moment)
    this_year = local.year == timezone.localdate().year
    if _german():
        pattern = "j. F" if this_year else "j. F Y"
        return date_format(local, f"l, {pattern}" if weekday else pattern, use_l10n=False)
    pattern = "j F" if this_year else "j F Y"
    return date_format(local, f"l, {pattern}" if weekday else pattern, use_l10n=False)


def moment(value: dt.datetime, *, weekday: bool = True) -> str:
    """Day and time of day."""
    local = _local(value)
    return _("%(day)s, %(time)s") % {
        "day": day(value, weekday=weekday),
        "time": date_format(local, "G:i", use_l10n=False) + ("\u00a0Uhr" if _german() else ""),
    }


def spoken(value: dt.date | dt.datetime, *, weekday: bool = True) -> str:
    """A moment with its time, a date without."""
    return moment(value, weekday=weekday) if isinstance(value, dt.datetime) else day(value, weekday=weekday)


def machine(value: dt.date | dt.datetime) -> str:
    """What stands in the attribute ``datetime`` of a ``time`` element."""
    local = _local(value)
    return local.isoformat(timespec="minutes") if isinstance(local, dt.datetime) else local.isoformat()
