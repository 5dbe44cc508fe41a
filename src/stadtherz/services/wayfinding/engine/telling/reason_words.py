# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts reasons into words: what is in the way and where, what a detour spares somebody, what would help."""

from typing import Any, Final

from ..profiles import Limit
from ..reasons import Reasons, Violation, merged
from ..vocabulary import Barrier, Smoothness, Surface
from .directions import centimetres, distance, percent
from .phrases import BARRIER_KEYS, SMOOTHNESS_KEYS, SURFACE_KEYS, Table
from .placing import where

#: nobody reads more places in one sentence, and of those that one is spared even fewer
MOST_NAMED: Final = 8
MOST_SPARED: Final = 4
_YOURS: Final = {
    Limit.KERB_UP: "yours.cm", Limit.KERB_DOWN: "yours.cm", Limit.INCLINE_UP: "yours.%", Limit.INCLINE_DOWN: "yours.%",
    Limit.STEEP_LENGTH: "yours.m", Limit.WIDTH: "yours.need", Limit.BARRIER: "yours.need", Limit.TURNING: "yours.need",
}  # fmt: skip
#: German: "ein Poller ist im Weg", "du ersparst dir einen Poller"
_MASCULINE_BARRIERS: Final = frozenset({Barrier.BOLLARD, Barrier.BLOCK, Barrier.STILE})


def in_words(reasons: Reasons, words: Table) -> str:
    """The reasons as one paragraph."""
    if reasons.kind == "direct":
        return words["why.direct"]
    if reasons.kind == "nothing":
        return f"{words['why.none']} {words['why.nothing']}"
    spared = reasons.kind == "detour"
    found = merged(reasons.violations, back=len(reasons.violations))
    told = list(dict.fromkeys(violation_in_words(v, words, spared=spared) for v in found))
    most = MOST_SPARED if spared else MOST_NAMED
    named = enumeration(told if len(told) <= most else [*told[: most - 1], words["why.more"]], words)
    if spared:
        return _finished(words["why.detour"].format(distance=distance(reasons.detour_metres, words), list=named))
    closest = words["why.closest"].format(distance=distance(reasons.metres, words), list=named)
    helped = help_in_words(reasons, words)
    return " ".join(filter(None, (words["why.none"], _finished(closest), helped)))


def help_in_words(reasons: Reasons, words: Table) -> str:
    """With which limits one would arrive; empty where no figure helps."""
    if not reasons.changes or reasons.changed_metres is None:
        return ""
    listed = enumeration([_change(name, value, words) for name, value in reasons.changes.items()], words)
    # how long it is has been said of the way that is shown
    long = distance(reasons.changed_metres, words)
    told = words["why.help.here" if long == distance(reasons.metres, words) else "why.help"]
    return _finished(told.format(changes=listed, distance=long))


def enumeration(parts: list[str], words: Table) -> str:
    """ "a, b und c"; in easy language sentences one after the other."""
    if len(parts) < 2:
        return "".join(parts)
    between = words["list.between"]
    text = parts[0]
    for number, part in enumerate(parts[1:], 2):
        text += (words["list.last"] if number == len(parts) else between) + part
    return _finished(text) if between == ". " else text


def _finished(text: str) -> str:
    """Sentences that end by themselves get no second full stop."""
    return text.replace("?.", "?").replace("..", ".")


def violation_in_words(violation: Violation, words: Table, *, spared: bool = False) -> str:
    """What is in the way, where, and what the limit is. `spared`: as the object of a verb."""
    limit, value = violation.limit, violation.value
    key = f"{'unknown' if violation.unknown else 'reason'}.{limit.name}"
    if limit is Limit.STEPS and not violation.unknown:
        key += ".one" if value == 1 else ".about" if violation.guessed else ""
    elif limit is Limit.BARRIER and not value:
        key += ".unknown"
    yours = ""
    if violation.asked is not None and limit in _YOURS:
        yours = words[_YOURS[limit]].format(limit=_figure(limit, violation.asked, words))
    return words[key].format(
        value=_figure(limit, value, words), word=_word(violation, words, spared=spared), yours=yours,
        en=words["masculine.object"] if spared else "", metres=distance(violation.metres, words),
        above=percent(violation.above or 0, words), place=where(violation.name, violation.near, words),
    )  # fmt: skip


def _figure(limit: Limit, value: int | None, words: Table) -> str:
    if value is None:
        return "?"
    if limit in (Limit.KERB_UP, Limit.KERB_DOWN):
        return centimetres(value, words)
    if limit in (Limit.INCLINE_UP, Limit.INCLINE_DOWN):
        return percent(value, words)
    return str(value)


def _word(violation: Violation, words: Table, *, spared: bool) -> str:
    value = violation.value or 0
    if violation.limit is Limit.SURFACE:
        return _ground(Surface(value), words)
    if violation.limit is Limit.SMOOTHNESS:
        return words.get(SMOOTHNESS_KEYS[value], "?")
    if violation.limit is Limit.TRACKTYPE:
        return words.get(f"track.{value}", "?")
    if violation.limit is Limit.BARRIER:
        word = words[BARRIER_KEYS[violation.barrier or Barrier.OTHER]]
        masculine = spared and violation.barrier in _MASCULINE_BARRIERS
        return word.replace("ein ", f"ein{words['masculine.object']} ", 1) if masculine else word
    return ""


def _ground(surface: Surface, words: Table) -> str:
    """As it follows "auf" and "on"."""
    key = SURFACE_KEYS[surface]
    return words.get(f"ground.{surface.name.lower()}", words.get(key, "?"))


def _change(name: str, value: Any, words: Table) -> str:
    word = ""
    if isinstance(value, Surface):
        word = _ground(value, words)
    elif isinstance(value, Smoothness):
        word = words[SMOOTHNESS_KEYS[value]]
    elif name == "tracktype":
        word = words[f"track.{value}"]
    figure = value / 10 if name.endswith(("_mm", "_permille")) else value
    return words[f"change.{name}"].format(value=f"{figure:g}".replace(".", words["decimal"]), word=word)
