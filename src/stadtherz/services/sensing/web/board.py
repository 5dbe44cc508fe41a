# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town right now, for residents: air, noise, parking, water, bicycles and weather, each as a word with its figure, what it
is held against, when it was measured, and what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from stadtherz.kernel.people.web.guards import public
from stadtherz.services.sensing import limits
from stadtherz.services.sensing.limits import Level
from stadtherz.services.sensing.quantities import QUANTITIES, Quantity
from stadtherz.services.sensing.queries.now import Reported, reported
from stadtherz.services.sensing.web.words import clock, figure, guideline_words, with_unit

AIR = ("pm10", "pm25", "nitrogen_dioxide", "ozone", "sulphur_dioxide", "carbon_monoxide")
ALL = (*AIR, "noise", "parking_free", "water_level", "bicycles", "air_temperature")
USUAL = (*AIR, "parking_free", "water_level", "bicycles")
ROOMY, TIGHT = 0.25, 0.08
"""From which share of free parking spaces on there are many, and below which hardly any."""
AS_USUAL_CM, AS_USUAL_SHARE, AS_USUAL_AIR = 10.0, 0.15, 0.3

AIR_WORDS: dict[Level, str | Promise] = {
    Level.LOW: pgettext_lazy("air", "good"), Level.MIDDLE: pgettext_lazy("air", "middling"),
    Level.HIGH: pgettext_lazy("air", "bad"),
}  # fmt: skip
NOISE_WORDS: dict[Level, str | Promise] = {
    Level.LOW: pgettext_lazy("noise", "quiet"), Level.MIDDLE: pgettext_lazy("noise", "middling"),
    Level.HIGH: pgettext_lazy("noise", "loud"),
}  # fmt: skip
PARKING_WORDS: dict[Level, str | Promise] = {
    Level.LOW: gettext_lazy("many free"), Level.MIDDLE: gettext_lazy("few free"), Level.HIGH: gettext_lazy("nearly full"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that people ask about, as a tile says it."""

    title: str
    word: str
    level: Level
    figure: str
    notes: tuple[str, ...]
    measured: str
    url: str


def topics(now: datetime) -> list[Topic]:
    """What the town measures of that, in the order in which people ask. One query."""
    found = reported(ALL, usual=USUAL, now=now)
    of = {key: [each for each in found if each.quantity == key] for key in ALL}
    made = (
        _judged(_("Air"), [each for key in AIR for each in of[key]], AIR_WORDS, now),
        _judged(_("Noise"), of["noise"], NOISE_WORDS, now),
        _parking(of["parking_free"], now),
        _single(_("Water"), of["water_level"], now),
        _bicycles(of["bicycles"], now),
        _single(_("Weather"), of["air_temperature"], now),
    )
    return [each for each in made if each is not None]


@public
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The tiles alone, for a page that is open to bring them up to date."""
    return render(request, "sensing/board.html", {"topics": topics(timezone.now())})


def _silent(title: str, of: Sequence[Reported], now: datetime) -> Topic | None:
    """The tile where nothing of it reports any more."""
    if not of:
        return None
    last = max(of, key=lambda each: each.time)
    told = _("Last value: %(when)s. Until the next one nobody knows.") % {"when": clock(last.time, now)}
    return Topic(
        title, _("no values"), Level.SILENT, "", (told,), last.station,
        reverse("sensing:sensor", args=[last.datastream]),
    )  # fmt: skip


def _judged(title: str, of: Sequence[Reported], words: dict[Level, str | Promise], now: datetime) -> Topic | None:
    """What has a guideline: the value that is nearest to its own, or furthest above."""
    speaking = [each for each in of if not each.is_silent(now)]
    if not speaking:
        return _silent(title, of, now)
    worst = max(speaking, key=lambda each: each.share)
    known = QUANTITIES[worst.quantity]
    usual = _usual_note(worst.number, worst.usual, AS_USUAL_AIR * (worst.usual or 0.0), _higher_or_lower(), known=known)
    notes = guideline_words(worst.quantity, limits.is_night(worst.time)), *usual
    shown = with_unit(worst.number, known.decimals, known.symbol)
    return Topic(
        title, str(words[worst.level]), worst.level,
        shown if worst.quantity == "noise" else f"{known.title} {shown}", notes + _missing(of, speaking),
        _where([worst], now), reverse("sensing:sensor", args=[worst.datastream]),
    )  # fmt: skip


def _parking(of: Sequence[Reported], now: datetime) -> Topic | None:
    speaking = [each for each in of if not each.is_silent(now)]
    if not speaking:
        return _silent(_("Parking"), of, now)
    free = sum(each.number for each in speaking)
    usual = _sum([each.usual for each in speaking])
    there = _sum([each.capacity for each in speaking])
    if there:
        level = Level.LOW if free >= ROOMY * there else Level.MIDDLE if free >= TIGHT * there else Level.HIGH
        word = str(PARKING_WORDS[level])
        told = _("%(free)s of %(all)s spaces are free") % {"free": figure(free, 0), "all": figure(there, 0)}
    else:
        level, word, told = Level.PLAIN, _("%(free)s free") % {"free": figure(free, 0)}, ""
    notes = _usual_note(free, usual, AS_USUAL_SHARE * (usual or 0.0), _more_or_less(), known=QUANTITIES["parking_free"])
    places = ngettext("%(n)d car park", "%(n)d car parks", len(speaking)) % {"n": len(speaking)}
    return Topic(
        _("Parking"), word, level, told, notes + _missing(of, speaking), _where(speaking, now, places),
        f"{reverse('sensing:overview')}?quantity=parking_free",
    )  # fmt: skip


def _single(title: str, of: Sequence[Reported], now: datetime) -> Topic | None:
    """What has no guideline and cannot be added: the first that reports, held against what is usual."""
    speaking = [each for each in of if not each.is_silent(now)]
    if not speaking:
        return _silent(title, of, now)
    first = speaking[0]
    known = QUANTITIES[first.quantity]
    notes = _usual_note(first.number, first.usual, AS_USUAL_CM, _higher_or_lower(), known=known)
    return Topic(
        title, with_unit(first.number, known.decimals, known.symbol), Level.PLAIN, str(known.title), notes,
        _where([first], now), reverse("sensing:sensor", args=[first.datastream]),
    )  # fmt: skip


def _bicycles(of: Sequence[Reported], now: datetime) -> Topic | None:
    title = _("Bicycles")
    speaking = [each for each in of if not each.is_silent(now)]
    if not speaking:
        return _silent(title, of, now)
    every = {each.expected_seconds for each in speaking}
    seconds = next(iter(every)) if len(every) == 1 else None
    if not seconds:
        return None  # counts of different times cannot be added
    passed = sum(each.number for each in speaking)
    usual = _sum([each.usual for each in speaking])
    usual = None if usual is None else usual * seconds / 3600
    notes = _usual_note(passed, usual, 2 * max(usual or 0.0, 1.0) ** 0.5, _more_or_less(), known=QUANTITIES["bicycles"])
    places = ngettext("%(n)d counter", "%(n)d counters", len(speaking)) % {"n": len(speaking)}
    return Topic(
        title, figure(passed, 0), Level.PLAIN, _("passed in %(n)s minutes") % {"n": f"{seconds / 60:g}"},
        notes + _missing(of, speaking), _where(speaking, now, places), f"{reverse('sensing:overview')}?quantity=bicycles",
    )  # fmt: skip


def _sum(values: Sequence[float | None]) -> float | None:
    """The sum, where every part is known."""
    return None if any(value is None for value in values) else sum(value or 0.0 for value in values)


def _more_or_less() -> tuple[str, str]:
    return _("more than usual at this time (%(value)s)"), _("less than usual at this time (%(value)s)")


def _higher_or_lower() -> tuple[str, str]:
    return _("higher than usual at this time (%(value)s)"), _("lower than usual at this time (%(value)s)")


def _usual_note(
    number: float, usual: float | None, slack: float, words: tuple[str, str], *, known: Quantity
) -> tuple[str, ...]:
    """How the value stands to what is usual at this hour of the week; ``words`` for above and below."""
    if usual is None:
        return ()
    if abs(number - usual) <= slack:
        return (_("as usual at this time"),)
    told = words[0] if number > usual else words[1]
    return (told % {"value": with_unit(usual, known.decimals, known.symbol)},)


def _missing(of: Sequence[Reported], speaking: Sequence[Reported]) -> tuple[str, ...]:
    """That some are silent and are not in the figure."""
    silent = len({each.station for each in of} - {each.station for each in speaking})
    if not silent:
        return ()
    return (ngettext("%(n)d station is silent and left out", "%(n)d stations are silent and left out", silent) % {"n": silent},)  # fmt: skip


def _where(of: Sequence[Reported], now: datetime, places: str = "") -> str:
    """When and where that was measured."""
    return _("measured %(when)s, %(where)s") % {
        "when": clock(min(each.time for each in of), now), "where": places or of[0].station,
    }  # fmt: skip
