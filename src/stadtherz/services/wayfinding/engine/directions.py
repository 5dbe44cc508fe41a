# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts steps into words with a table of phrases. Says only what is known, and says so where it is not."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from .phrases import BARRIER_KEYS, CROSSING_KEYS, SURFACE_KEYS, TURN_KEYS, WAY_KEYS, Table
from .route import Route, Step, Totals, Turn
from .told import Manner
from .vocabulary import Barrier, Crossing, Kind, Side, Surface, Tri

#: slopes below this are not worth a word (per mille); DIN 18040-3 counts up to 3 % as level enough
_SLIGHT: Final = 30
# members are looked up by name on each use, which Python 3.11 does slowly
_CROSSING, _STEPS, _DEPART, _STRAIGHT = Manner.CROSSING, Manner.STEPS, Turn.DEPART, Turn.STRAIGHT
_RIDES: Final = frozenset({Manner.LIFT, Manner.FERRY, Manner.ESCALATOR})
_ROUGH, _BOLLARD = int(Surface.SETT), int(Barrier.BOLLARD)


def distance(metres: float, words: Table) -> str:
    """ "35 m", "240 m", "1,3 km": rounded as a person would say it."""
    return _distance(_said_metres(metres), words)


def _said_metres(metres: float) -> int:
    step = 1 if metres < 20 else 5 if metres < 100 else 10 if metres < 995 else 100
    return round(metres / step) * step or 1


@lru_cache(4096)
def _distance(metres: int, words: Table) -> str:
    return f"{metres} m" if metres < 1000 else f"{metres / 1000:.1f} km".replace(".", words["decimal"])


def percent(permille: float, words: Table) -> str:
    value = permille / 10
    return f"{value:.0f}" if value == int(value) or value >= 10 else f"{value:.1f}".replace(".", words["decimal"])


def centimetres(millimetres: float, words: Table) -> str:
    value = millimetres / 10
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}".replace(".", words["decimal"])


def instructions(route: Route, words: Table) -> list[list[str]]:
    """One text a step, one list a leg; the last of each leg is the arrival. Where most of the way is not verified,
    the summary says so once instead of every step."""
    doubts = route.totals.verified_share >= 0.5
    told: list[list[str]] = []
    for number, steps in enumerate(route.steps):
        last_surface = Surface.UNKNOWN
        texts = []
        for step in steps:
            texts.append(sentence(step, words, last_surface, doubts=doubts))
            last_surface = step.surface or last_surface
        texts.append(words["goal" if number == len(route.steps) - 1 else "goal.leg"])
        told.append(texts)
    return told


def sentence(step: Step, words: Table, surface_before: Surface = Surface.UNKNOWN, *, doubts: bool = True) -> str:
    """The instruction of one step with the facts that matter before one starts on it."""
    manner = step.manner
    if manner is _CROSSING:
        text = _cross(step, words)
    elif manner is _STEPS:
        text = _steps(step, words)
    elif manner in _RIDES:
        name = words["cross.name"].format(name=step.name) if step.name else ""
        text = words[manner.name.lower()].format(name=name)
    else:
        octant = round(step.heading / 45) % 8 if step.turn is _DEPART else None
        text = _walk(step.turn, octant, _way(step.kind, manner, step.name, step.side, words), words)
        text += _for(_said_metres(step.metres), words)
        if step.landmark and step.turn is not _STRAIGHT:
            text += words["landmark"].format(name=step.landmark)
    return text + _facts(step, words, surface_before, doubts)


# The same few thousand phrases make up all sentences of a town: each is put together once.


@lru_cache(16384)
def _walk(turn: Turn, octant: int | None, way: str, words: Table) -> str:
    key = "depart" if octant is not None else TURN_KEYS[turn]
    heading = words[f"heading.{octant}"] if octant is not None else ""
    return words[key].format(heading=heading, way=way)


@lru_cache(4096)
def _for(metres: int, words: Table) -> str:
    return words["for"].format(distance=_distance(metres, words))


@lru_cache(4096)
def _fact(key: str, name: str, write: Callable[[float, Table], str], value: float, words: Table) -> str:
    return words[key].format(**{name: write(value, words)})


@lru_cache(16384)
def _way(kind: Kind, manner: Manner, name: str, side: int, words: Table) -> str:
    if kind is Kind.TRACK and not name:
        return words["track"]
    key = WAY_KEYS[manner]
    if not name:
        return words[key]
    if kind in (Kind.LIVING_STREET, Kind.PEDESTRIAN):
        return words["living_street.named"].format(name=name)
    if manner is Manner.PAVEMENT and side:
        return words["pavement.side"].format(name=name, side=words["left" if side == Side.LEFT else "right"])
    return words[key + ".named"].format(name=name)


def _cross(step: Step, words: Table) -> str:
    # whoever mapped a sound has seen lights
    crossing = Crossing.SIGNALS if step.sound else step.crossing
    how = words[CROSSING_KEYS[crossing]] if crossing else ""
    if step.sound:
        how += words["sound" if step.sound is Tri.YES else "no_sound"]
    if step.tactile is Tri.YES:
        how += words["tactile"]
    if step.island is Tri.YES:
        how += words["island"]
    name = words["cross.name"].format(name=step.name) if step.name else ""
    return words["cross"].format(name=name, how=how)


def _steps(step: Step, words: Table) -> str:
    text = words["steps.up" if step.steps_up > 0 else "steps.down" if step.steps_up < 0 else "steps"]
    text += words["steps.count"].format(count=step.step_count) if step.step_count else words["steps.unknown"]
    if step.handrail:
        text += words["handrail" if step.handrail is Tri.YES else "no_handrail"]
    return text + "."


def _facts(step: Step, words: Table, surface_before: Surface, doubts: bool) -> str:
    facts = []
    if step.kerb_down > 10:
        facts.append(_fact("kerb_down", "cm", centimetres, step.kerb_down, words))
    if step.kerb_up > 10:
        facts.append(_fact("kerb_up", "cm", centimetres, step.kerb_up, words))
    if step.kerbs_unknown:
        facts.append(words["kerb_unknown_too" if step.kerb_down > 10 or step.kerb_up > 10 else "kerb_unknown"])
    if step.up > _SLIGHT:
        facts.append(_fact("up", "percent", percent, step.up, words))
    if step.down > _SLIGHT:
        facts.append(_fact("down", "percent", percent, step.down, words))
    surface = step.surface
    if surface and surface is not surface_before and (surface >= _ROUGH or surface_before >= _ROUGH):
        facts.append(words["surface"].format(surface=words[SURFACE_KEYS[surface]]))
    if step.barrier > _BOLLARD:
        facts.append(words["barrier"].format(barrier=words[BARRIER_KEYS[step.barrier]]))
    if doubts and step.unverified > 20:
        facts.append(_fact("unverified", "distance", distance, _said_metres(step.unverified), words))
    if step.bench:
        facts.append(words["bench"])
    return " " + " ".join(facts) if facts else ""


def summary(totals: Totals, words: Table) -> str:
    """ "640 m, 12 Minuten, steilste Stelle 4 % bergauf, 2 Bordsteine bis 3 cm, 60 m Kopfsteinpflaster." """
    minutes = max(1, round(totals.seconds / 60))
    parts = [
        distance(totals.metres, words),
        words["sum.minute"] if minutes == 1 else words["sum.minutes"].format(minutes=minutes),
    ]
    if totals.steepest_up > _SLIGHT:
        parts.append(words["sum.up"].format(percent=percent(totals.steepest_up, words)))
    if totals.steepest_down > _SLIGHT:
        parts.append(words["sum.down"].format(percent=percent(totals.steepest_down, words)))
    if totals.kerbs:
        key = "sum.kerb" if len(totals.kerbs) == 1 else "sum.kerbs"
        parts.append(words[key].format(count=len(totals.kerbs), cm=centimetres(totals.kerbs[-1], words)))
    if totals.kerbs_unknown:
        key = "sum.kerb_unknown" if totals.kerbs_unknown == 1 else "sum.kerbs_unknown"
        parts.append(words[key].format(count=totals.kerbs_unknown))
    if totals.steps:
        parts.append(words["sum.steps_about" if totals.steps_guessed else "sum.steps"].format(count=totals.steps))
    parts += [
        words["sum.rough"].format(distance=distance(metres, words), surface=words[SURFACE_KEYS[surface]])
        for surface, metres in totals.rough.items()
    ]
    if totals.unverified > 10:
        parts.append(words["sum.unverified"].format(distance=distance(totals.unverified, words)))
    return ", ".join(parts) + "."


def listing(parts: Sequence[str], words: Table) -> str:
    """ "a, b und c"."""
    unique = list(dict.fromkeys(parts))
    return ", ".join(unique[:-1]) + words["and"] + unique[-1] if len(unique) > 1 else "".join(unique)
