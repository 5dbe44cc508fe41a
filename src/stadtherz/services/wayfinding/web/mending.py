# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a barrier is and what would mend it, in words for planners: figures as they are, and as they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.services.wayfinding.engine.profiles import Limit
from stadtherz.services.wayfinding.engine.telling.phrases import SURFACE_KEYS, Table
from stadtherz.services.wayfinding.models import RankedBarrier

#: limit, worst value (None: not known), strictest figure that is asked for
Met = tuple[Limit, int | None, int | None]
#: limits for which a smaller figure is the worse one
_SMALL = (Limit.WIDTH, Limit.BARRIER, Limit.TURNING)


def met(rows: Iterable[RankedBarrier]) -> list[Met]:
    """The broken limits of a place over several profiles: the worst value, and the strictest figure."""
    found: dict[Limit, tuple[int | None, int | None]] = {}
    for row in rows:
        for name, value, asked in row.facts:
            limit = Limit[name]
            known, strictest = found.get(limit, (None, None))
            small = limit in _SMALL
            found[limit] = (_further(known, value, least=small), _further(strictest, asked, least=not small))
    for up, down in ((Limit.KERB_UP, Limit.KERB_DOWN), (Limit.INCLINE_UP, Limit.INCLINE_DOWN)):
        if up in found and down in found:
            del found[down]
    if Limit.INCLINE_UP in found or Limit.INCLINE_DOWN in found:
        found.pop(Limit.STEEP_LENGTH, None)
    return [(limit, *figures) for limit, figures in sorted(found.items())]


def _further(one: int | None, other: int | None, *, least: bool) -> int | None:
    values = [value for value in (one, other) if value is not None]
    return (min(values) if least else max(values)) if values else None


def _tenth(value: int) -> str:
    """Millimetres as centimetres, per mille as per cent."""
    return str(number_format(value / 10, decimal_pos=0 if value % 10 == 0 else 1))


def measure(barriers: Sequence[Met], words: Table) -> str:
    """What would mend it, as one sentence; several limits are joined."""
    return " ".join(_measure(limit, value, asked, words) for limit, value, asked in barriers)


def _measure(limit: Limit, value: int | None, asked: int | None, words: Table) -> str:
    if limit in _FIGURES:
        return _FIGURES[limit](value, asked)
    if limit is Limit.SURFACE:
        if not value:
            return _("Find out what the ground is.")
        return _("Lay an even, firm surface (now: %(now)s).") % {"now": words.get(SURFACE_KEYS[value], "?")}
    plain = {
        Limit.SMOOTHNESS: _("Even out the ground."), Limit.TRACKTYPE: _("Make the track firm and even."),
        Limit.HANDRAIL: _("Put up a handrail."), Limit.LIFT: _("Make a way without the lift."),
        Limit.ESCALATOR: _("Build a lift beside the escalator."), Limit.CROSSING: _("Make the crossing safe."),
        Limit.SOUND: _("Give the lights a sound."), Limit.TACTILE: _("Lay tactile paving at the crossing."),
        Limit.TURNING: _("Make room to turn: 1.5 m long and wide."),
        Limit.ISLAND: _("Build an island in the middle of the street."), Limit.LIGHT: _("Light the way."),
        Limit.WHEELCHAIR_NO: _("Find out why the way is said to be impassable for wheelchairs."),
    }  # fmt: skip
    return plain.get(limit, _("Look at the place."))


def _kerb(value: int | None, asked: int | None) -> str:
    if value is None:
        return _("Measure the kerb.")
    return _("Lower the kerb from %(now)s cm to %(then)s cm.") % {"now": _tenth(value), "then": _tenth(asked or 0)}


def _slope(value: int | None, asked: int | None) -> str:
    if value is None:
        return _("Measure the slope.")
    text = _("Ease the slope from %(now)s %% to %(then)s %%, or lay a gentler way beside it.")
    return text % {"now": _tenth(value), "then": _tenth(asked or 0)}


def _steep_stretch(value: int | None, asked: int | None) -> str:
    text = _("Break the steep stretch of %(now)d m with level places at most %(then)d m apart.")
    return text % {"now": value or 0, "then": asked or 0}


def _width(value: int | None, asked: int | None) -> str:
    if value is None:
        return _("Measure the width.")
    return _("Widen the way from %(now)d cm to %(then)d cm.") % {"now": value, "then": asked or 0}


def _gap(value: int | None, asked: int | None) -> str:
    if value:
        return _("Widen the gap from %(now)d cm to %(then)d cm.") % {"now": value, "then": asked or 90}
    return _("Make a passage of %(then)d cm beside the barrier.") % {"then": asked or 90}


def _stairs(value: int | None, asked: int | None) -> str:
    if value is None:
        text = _("Build a ramp or a lift beside the stairs (number of steps not known).")
    else:
        text = ngettext(
            "Build a ramp or a lift beside the step.", "Build a ramp or a lift beside the stairs of %(n)d steps.", value
        ) % {"n": value}
    return text + " " + _("More than %(n)d steps are too many for some.") % {"n": asked} if asked else text


_FIGURES: Final[dict[Limit, Callable[[int | None, int | None], str]]] = {
    Limit.KERB_UP: _kerb, Limit.KERB_DOWN: _kerb, Limit.INCLINE_UP: _slope, Limit.INCLINE_DOWN: _slope,
    Limit.STEEP_LENGTH: _steep_stretch, Limit.WIDTH: _width, Limit.BARRIER: _gap, Limit.STEPS: _stairs,
}  # fmt: skip
