# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The questions of a survey as people read them: what is asked, the answers with their pictures, and what they mean.

An answer stands for the worse end of what it covers: "up to 3 cm" is written as 3 cm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stadtherz.services.wayfinding.engine.surveys.questions import Question
from stadtherz.services.wayfinding.engine.vocabulary import Crossing, Ramp, Smoothness, Surface, Tri

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its value in the unit of the graph, its words, and its picture in ``survey.svg``."""

    value: int
    label: Text
    picture: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A field for whoever measured: its label, and by what the figure is multiplied for the graph."""

    label: Text
    factor: int
    least: int
    greatest: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answers. ``ask``: the sentence; ``short``: its name in lists; ``how``: how to find out."""

    short: Text
    ask: Text
    how: Text
    choices: tuple[Choice, ...]
    figure: Figure | None = None


_YES_NO: Final = (Choice(Tri.YES, _("Yes"), "yes"), Choice(Tri.NO, _("No"), "no"))

ASKED: Final[dict[Question, Asked]] = {
    Question.KERB: Asked(
        _("Height of the kerb"), _("How high is the kerb here?"),
        _("If the two sides differ, take the higher one. A phone lying flat is about 1 cm high."),
        (
            Choice(0, _("Level: one does not feel it"), "kerb-0"), Choice(30, _("Low: up to 3 cm"), "kerb-3"),
            Choice(60, _("Half: up to 6 cm"), "kerb-6"), Choice(120, _("High: more than 6 cm"), "kerb-12"),
        ),
        Figure(_("Measured, in cm"), 10, 0, 50),
    ),
    Question.WIDTH: Asked(
        _("Width"), _("How wide is the narrowest place?"),
        _("What counts is the gap beside posts, bins and parked cars. A large step is about 80 cm."),
        (
            Choice(70, _("Narrower than 90 cm: no wheelchair fits"), "width-1"),
            Choice(90, _("90 to 120 cm: a wheelchair fits"), "width-2"),
            Choice(120, _("120 to 180 cm: a wheelchair and a person"), "width-3"),
            Choice(180, _("Wider: two wheelchairs can pass each other"), "width-4"),
        ),
        Figure(_("Measured, in cm"), 1, 20, 2000),
    ),
    Question.INCLINE: Asked(
        _("Slope"), _("How steep is the steepest part?"),
        _("Many phones have a spirit level in their compass: 3 degrees are about 5 %."),
        (
            Choice(0, _("Level"), "slope-0"), Choice(30, _("Slight: up to 3 %"), "slope-3"),
            Choice(60, _("Noticeable: up to 6 %, like a ramp"), "slope-6"), Choice(100, _("Steep: up to 10 %"), "slope-10"),
            Choice(160, _("Very steep: more than 10 %"), "slope-16"),
        ),
        Figure(_("Measured, in %"), 10, 0, 45),
    ),
    Question.SURFACE: Asked(
        _("Ground"), _("What does one walk on?"), _("If it changes, take the roughest part."),
        (
            Choice(Surface.ASPHALT, _("Asphalt or concrete"), "ground-asphalt"),
            Choice(Surface.PAVING_STONES, _("Paving stones or slabs, even"), "ground-paving"),
            Choice(Surface.SETT, _("Small cut stones"), "ground-sett"),
            Choice(Surface.COBBLES, _("Cobbles, round and bumpy"), "ground-cobbles"),
            Choice(Surface.COMPACTED, _("Gravel or sand, firm"), "ground-compacted"),
            Choice(Surface.GROUND, _("Earth, loose gravel or grass"), "ground-earth"),
        ),
    ),
    Question.SMOOTHNESS: Asked(
        _("Evenness"), _("How even is the ground?"), _("Think of small wheels: a pram, a walker, a suitcase."),
        (
            Choice(Smoothness.GOOD, _("Even: small wheels roll by themselves"), "even-1"),
            Choice(Smoothness.INTERMEDIATE, _("Small joints and cracks"), "even-2"),
            Choice(Smoothness.BAD, _("Bumpy: small wheels get stuck"), "even-3"),
            Choice(Smoothness.VERY_BAD, _("Holes and roots: only large wheels get through"), "even-4"),
        ),
    ),
    Question.STEPS: Asked(
        _("Number of steps"), _("How many steps does the stair have?"), _("Count each step up, the last one as well."),
        (), Figure(_("Number of steps"), 1, 1, 1000),
    ),
    Question.HANDRAIL: Asked(
        _("Handrail"), _("Does the stair have a handrail?"), _("On one side is enough."), _YES_NO
    ),
    Question.RAMP: Asked(
        _("Ramp at the stair"), _("Is there a ramp at the stair?"), _("It must lead as far as the stair does."),
        (
            Choice(Ramp.WHEELCHAIR, _("Yes, for wheelchairs"), "ramp-wheelchair"),
            Choice(Ramp.PRAM, _("Only two rails or a strip for prams"), "ramp-pram"), Choice(Ramp.NO, _("No"), "no"),
        ),
    ),
    Question.TACTILE: Asked(
        _("Tactile paving"), _("Are there grooves or studs in the ground at the crossing?"),
        _("White or grey slabs that one feels with a cane or a foot."), _YES_NO,
    ),
    Question.CROSSING: Asked(
        _("Kind of crossing"), _("How does one cross the street here?"), _("Islands do not matter for this question."),
        (
            Choice(Crossing.SIGNALS, _("At traffic lights"), "cross-lights"),
            Choice(Crossing.MARKED, _("On a zebra crossing or a marked strip"), "cross-zebra"),
            Choice(Crossing.UNMARKED, _("Nothing helps: one waits for a gap"), "cross-none"),
        ),
    ),
    Question.TURNING: Asked(
        _("Room to turn"), _("Is there room to turn round with a wheelchair?"),
        _("In the lift, or between the bars of the barrier. What counts is the free square on the ground."),
        (
            Choice(150, _("Yes: 1.5 m long and wide, or more"), "yes"),
            Choice(110, _("Tight: about 1.1 m; one leaves backwards"), "width-2"),
            Choice(80, _("No: hardly any room beside the wheelchair"), "no"),
        ),
        Figure(_("Measured, in cm (the shorter side)"), 1, 40, 1000),
    ),
}  # fmt: skip


def said(question: Question, value: int) -> str:
    """A stored answer in words, with its figure where it has one."""
    asked = ASKED[question]
    units = {
        Question.KERB: (10, "cm"),
        Question.WIDTH: (1, "cm"),
        Question.INCLINE: (10, "%"),
        Question.STEPS: (1, ""),
        Question.TURNING: (1, "cm"),
    }
    if question in units:
        factor, unit = units[question]
        figure = f"{abs(value) / factor:g}".replace(".", ",")
        return f"{figure} {unit}".strip()
    return next((str(choice.label) for choice in asked.choices if choice.value == value), str(value))


def is_range(question: Question, value: int) -> bool:
    """Whether an answer is one of those with a picture, which stand for more than their figure."""
    asked = ASKED[question]
    return asked.figure is not None and abs(value) in {choice.value for choice in asked.choices}
