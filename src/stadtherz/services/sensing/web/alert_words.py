# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules of alerts in words: what they look for, with all digits of their bounds, when they look and when they tell."""

from __future__ import annotations

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from stadtherz.kernel.ui.meanwhile import value_words
from stadtherz.services.sensing.engine.watching import Kind
from stadtherz.services.sensing.models import AlertRule, Datastream
from stadtherz.services.sensing.models.alerts import WEEK
from stadtherz.services.sensing.queries.figures import is_counted
from stadtherz.services.sensing.queries.stations import own_part
from stadtherz.services.sensing.web.alert_trial import length_words
from stadtherz.services.sensing.web.charting import symbol_of
from stadtherz.services.sensing.web.words import figure, with_unit


def exact(value: float, datastream: Datastream) -> str:
    """A bound with its unit and all of its digits: it decides, so it is never rounded. Of a count, in which time it is counted."""
    told = with_unit(value, _places(value), symbol_of(datastream))
    if not is_counted(datastream) or not datastream.expected_seconds:
        return told
    return _("%(count)s in %(minutes)s minutes") % {"count": told, "minutes": f"{datastream.expected_seconds / 60:g}"}


def digits(value: float) -> str:
    """A number with all of its digits."""
    return figure(value, _places(value))


def _places(value: float) -> int:
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


def sensor_words(datastream: Datastream) -> str:
    """Station, what it measures there, and in which unit a bound will stand."""
    name, symbol = own_part(datastream.name), symbol_of(datastream)
    told = datastream.thing.name if name == datastream.thing.name else f"{datastream.thing.name}: {name}"
    return f"{told} ({symbol})" if symbol else told


def decided_words(rule: AlertRule, name: str) -> str:
    """What stands in one field of the rule, as its form says it."""
    value = getattr(rule, name)
    if name == "datastream":
        return sensor_words(rule.datastream)
    if name == "kind":
        return str(rule.get_kind_display())
    if name == "weekdays":
        return days_words(value)
    if isinstance(value, float):
        return digits(value) if rule.kind == Kind.OUTLIER else exact(value, rule.datastream)
    return value_words(value)


def days_words(days: str) -> str:
    """The weekdays on which a rule looks."""
    return _("every day") if days == WEEK else ", ".join(str(WEEKDAYS[int(day)]) for day in days)


def bound_words(rule: AlertRule) -> str:
    """The rule in a sentence."""
    bound = exact(rule.bound, rule.datastream)
    words = {
        Kind.THRESHOLD: _("below %(bound)s") if rule.below else _("above %(bound)s"),
        Kind.CHANGE: _("falls by %(bound)s within %(minutes)d minutes") if rule.below
        else _("rises by %(bound)s within %(minutes)d minutes"),
        Kind.SILENCE: _("says nothing for %(minutes)d minutes"),
        Kind.OUTLIER: _("%(factor)s deviations away from what is usual at this hour"),
    }  # fmt: skip
    return words[Kind(rule.kind)] % {"bound": bound, "minutes": rule.minutes, "factor": digits(rule.bound)}


def facts(rule: AlertRule) -> list[tuple[str, str]]:
    """All that decides when the rule raises an alert and when it tells."""
    release = rule.bound if rule.release is None else rule.release
    ends = digits(release) if rule.kind == Kind.OUTLIER else exact(release, rule.datastream)
    hours = _("%(from)d to %(to)d o'clock") % {"from": rule.from_hour, "to": rule.to_hour}
    return [
        (_("The alert begins"), bound_words(rule)),
        (_("The alert ends at"), "" if rule.kind == Kind.SILENCE else ends),
        (_("Only if it lasts"), length_words(rule.hold * 60) if rule.hold and rule.kind != Kind.SILENCE else ""),
        (_("On these days"), days_words(rule.weekdays)),
        (_("At these hours"), _("all day") if (rule.from_hour, rule.to_hour) == (0, 24) else hours),
        (_("At most one message in"), length_words(rule.pause_minutes * 60)),
        (_("On the page of the sensor"), _("shown to everybody") if rule.is_public else _("not shown")),
    ]
