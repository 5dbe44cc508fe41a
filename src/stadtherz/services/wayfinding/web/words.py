# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sentences about a way that are not directions: what is not known, what would help where a limit is broken."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext, pgettext, pgettext_lazy

from stadtherz.kernel.registry.declaration import Text
from stadtherz.services.wayfinding.engine.profiles import Limit
from stadtherz.services.wayfinding.planning import InTheWay, Way

#: percent from which one says "all along"
WHOLE: Final = 98
#: metres between a place and the way that are worth a word
APART: Final = 40
_KERB: Final = gettext_lazy("A lowered kerb would help.")
_RAMP: Final = gettext_lazy("A ramp or a lift would help.")
_GROUND: Final = gettext_lazy("An even, firm surface would help.")
_CROSSING: Final = gettext_lazy("A protected crossing would help.")
_HINTS: Final[dict[Limit, Text]] = {
    Limit.KERB_UP: _KERB,
    Limit.KERB_DOWN: _KERB,
    Limit.INCLINE_UP: gettext_lazy("A way round with less slope, or company, would help."),
    Limit.INCLINE_DOWN: gettext_lazy("A way round with less slope, or company, would help."),
    Limit.STEEP_LENGTH: gettext_lazy("A level place to rest on the slope would help."),
    Limit.WIDTH: gettext_lazy("More width would help: a post moved, a hedge cut back."),
    Limit.TURNING: gettext_lazy("More room would help: 1.5 m long and wide, or a door on the other side."),
    Limit.BARRIER: gettext_lazy("A passage beside the barrier would help."),
    Limit.SURFACE: _GROUND,
    Limit.SMOOTHNESS: _GROUND,
    Limit.TRACKTYPE: _GROUND,
    Limit.STEPS: _RAMP,
    Limit.HANDRAIL: gettext_lazy("A handrail would help."),
    Limit.ESCALATOR: _RAMP,
    Limit.CROSSING: _CROSSING,
    Limit.SOUND: gettext_lazy("Lights with sound would help."),
    Limit.TACTILE: gettext_lazy("Tactile paving would help."),
    Limit.ISLAND: _CROSSING,
    Limit.LIGHT: gettext_lazy("A lamp would help."),
    Limit.CLOSED: gettext_lazy("Once it is open again, this way can be used."),
}
_UNKNOWN: Final = gettext_lazy("Somebody would have to look and measure; perhaps the way is fine.")
#: easy language has no "would"
_EASY_SLOPE: Final = pgettext_lazy("easy language", "A flat way helps. Or a person helps you.")
_EASY_RAMP: Final = pgettext_lazy("easy language", "A ramp or a lift helps.")
_EASY_GROUND: Final = pgettext_lazy("easy language", "Firm and even ground helps.")
_EASY_CROSSING: Final = pgettext_lazy("easy language", "Traffic lights or a zebra crossing help.")
_EASY_KERB: Final = pgettext_lazy("easy language", "A flat kerb helps.")
_EASY_ROOM: Final = pgettext_lazy("easy language", "More room helps.")
_EASY_HINTS: Final[dict[Limit, Text]] = {
    Limit.KERB_UP: _EASY_KERB, Limit.KERB_DOWN: _EASY_KERB, Limit.INCLINE_UP: _EASY_SLOPE,
    Limit.INCLINE_DOWN: _EASY_SLOPE, Limit.STEEP_LENGTH: pgettext_lazy("easy language", "A place to rest helps."),
    Limit.WIDTH: _EASY_ROOM, Limit.TURNING: _EASY_ROOM, Limit.BARRIER: _EASY_ROOM, Limit.SURFACE: _EASY_GROUND,
    Limit.SMOOTHNESS: _EASY_GROUND, Limit.TRACKTYPE: _EASY_GROUND, Limit.STEPS: _EASY_RAMP,
    Limit.HANDRAIL: pgettext_lazy("easy language", "A handrail helps."), Limit.ESCALATOR: _EASY_RAMP,
    Limit.CROSSING: _EASY_CROSSING, Limit.SOUND: pgettext_lazy("easy language", "Traffic lights with sounds help."),
    Limit.TACTILE: pgettext_lazy("easy language", "Stripes on the ground that you can feel help."),
    Limit.ISLAND: _EASY_CROSSING, Limit.LIGHT: pgettext_lazy("easy language", "A lamp helps."),
    Limit.CLOSED: pgettext_lazy("easy language", "Later this way is open again."),
}  # fmt: skip
_EASY_UNKNOWN: Final = pgettext_lazy("easy language", "Somebody must look there. Perhaps the way is good.")

KIND_WORDS: Final[dict[str, Text]] = {
    "best": gettext_lazy("The way that fits you best"),
    "less_steep": gettext_lazy("Less steep"),
    "better_known": gettext_lazy("Better known"),
    "shorter": gettext_lazy("Shorter"),
}


def hint(broken: InTheWay, *, easy: bool = False) -> str:
    """What would help at this place; empty where we cannot say."""
    unknown, hints = (_EASY_UNKNOWN, _EASY_HINTS) if easy else (_UNKNOWN, _HINTS)
    return str(unknown if broken.unknown else hints.get(broken.limit, ""))


def unknown(way: Way, *, easy: bool = False) -> list[str]:
    """What is not known about a way, in sentences; never silent."""
    if easy:
        return _unknown_in_easy_language(way)
    told = []
    if way.unverified_percent >= WHOLE:
        told.append(
            _(
                "All along this way something is not known that matters to you: the ground, the slope, the width, a "
                "kerb, a crossing or the light."
            )
        )
    elif way.unverified > 10:
        told.append(
            _(
                "Of %(percent)d %% of this way something is not known that matters to you: the ground, the slope, the "
                "width, a kerb, a crossing or the light."
            )
            % {"percent": max(1, way.unverified_percent)}
        )
    if way.kerbs_unknown:
        told.append(
            ngettext(
                "The height of %(count)d kerb is not known.", "The height of %(count)d kerbs is not known.",
                way.kerbs_unknown,
            )
            % {"count": way.kerbs_unknown}
        )  # fmt: skip
    if not (told or any(one.unknown for one in way.broken)):
        told.append(_("The map tells everything about this way that your limits ask for."))
    return [*told, _("Works, parked cars or ice may have come since the map was made.")]


def _unknown_in_easy_language(way: Way) -> list[str]:
    told = []
    if way.unverified_percent >= WHOLE or way.unverified > 10:
        told.append(
            pgettext(
                "easy language",
                "We do not know everything about the way. For example: How is the ground? How steep is it?",
            )
        )
    if way.kerbs_unknown:
        told.append(
            npgettext(
                "easy language", "We do not know: How high is %(count)d kerb?", "We do not know: How high are %(count)d kerbs?",
                way.kerbs_unknown,
            )
            % {"count": way.kerbs_unknown}
        )  # fmt: skip
    if not (told or any(one.unknown for one in way.broken)):
        told.append(pgettext("easy language", "The map tells everything about this way that matters to you."))
    today = pgettext("easy language", "Perhaps something is in the way today. For example: works, a car or ice.")
    return [*told, today]


def gaps(way: Way, *, easy: bool = False) -> list[str]:
    """Where the way does not reach the places themselves."""
    begins, ends = (
        (
            pgettext("easy language", "The way does not begin right where you are. It is about %(metres)d metres to the way."),
            pgettext("easy language", "The way ends before your destination. About %(metres)d metres are left."),
        )
        if easy else
        (
            _("The way begins about %(metres)d metres from your start: no way we can give comes closer."),
            _("The way ends about %(metres)d metres before your destination: no way we can give comes closer."),
        )
    )  # fmt: skip
    return [
        way.moved.get(index) or sentence % {"metres": round(gap, -1)}
        for index, (gap, sentence) in enumerate(((way.start_gap, begins), (way.goal_gap, ends)))
        if gap > APART or index in way.moved
    ]


def facts(way: Way, *, easy: bool = False) -> list[str]:
    """What else is worth knowing before one sets out."""
    if way.longest_without_rest >= max(300, way.metres * WHOLE / 100):
        return [
            pgettext("easy language", "We know no bench on the way.")
            if easy
            else _("No bench is known on the whole way.")
        ]
    if way.longest_without_rest >= 300:
        sentence = (
            pgettext("easy language", "For about %(metres)d metres there is no bench.") if easy
            else _("Longest stretch without a known bench: about %(metres)d metres.")
        )  # fmt: skip
        return [sentence % {"metres": round(way.longest_without_rest, -1)}]
    return []
