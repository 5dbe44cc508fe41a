# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of surveys: what was accepted, for the graph; what waits, with how many agree, for staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from stadtherz.services.wayfinding.engine.surveys.photos import Taken
from stadtherz.services.wayfinding.engine.surveys.questions import Question, Spot
from stadtherz.services.wayfinding.engine.surveys.surveyed import Surveyed
from stadtherz.services.wayfinding.engine.vocabulary import Provenance
from stadtherz.services.wayfinding.models import FactsVersion, SurveyAnswer
from stadtherz.services.wayfinding.surveys.vocabulary import AGREEING, AnswerState


def facts_version() -> int:
    """The number of the last change to the accepted answers; 0 before the first."""
    return FactsVersion.objects.values_list("number", flat=True).first() or 0


def as_fact(answer: SurveyAnswer) -> Surveyed:
    """An answer as the walking graph takes it."""
    return Surveyed(
        question=Question(answer.question), spot=Spot(answer.way, answer.side, answer.junction), value=answer.value,
        provenance=Provenance.SURVEY if answer.by_staff else Provenance.RESIDENT, on=answer.found_on,
        lon=answer.point.x, lat=answer.point.y, name=answer.name, heading=answer.heading, number=answer.pk,
    )  # fmt: skip


def accepted_facts() -> list[Surveyed]:
    """Everything that was accepted, in the order in which it was found out: what is newer wins."""
    answers = SurveyAnswer.objects.filter(state=AnswerState.ACCEPTED).order_by("found_on", "pk")
    return [as_fact(answer) for answer in answers]


def with_public_photo() -> QuerySet[SurveyAnswer]:
    """Answers whose photo everybody may see, the newest first."""
    found = SurveyAnswer.objects.filter(picture__is_public=True).exclude(state=AnswerState.REFUSED)
    return found.select_related("picture").order_by("-found_on", "-pk")


def photos_taken() -> list[Taken]:
    """The photos that everybody may see, for the graph; the newest of a spot comes last."""
    return [
        Taken(
            Question(answer.question), Spot(answer.way, answer.side, answer.junction),
            reverse("wayfinding:survey_question", args=[answer.token]) + "#fotos", answer.point.x, answer.point.y,
            answer.name,
        )
        for answer in reversed(list(with_public_photo()))
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits. ``agree``: so many people said the same; ``differ``: so many something else, namely ``others``."""

    answer: SurveyAnswer
    agree: int
    differ: int
    others: tuple[int, ...] = ()

    @property
    def suggested(self) -> bool:
        """Whether enough agree and nobody contradicts."""
        return self.agree >= AGREEING and not self.differ


def with_voices(answers: Sequence[SurveyAnswer]) -> list[Waiting]:
    """The answers with how many people agree and differ; people without an account count as one together,
    unless they contradict each other."""
    ways = {answer.way for answer in answers}
    said: dict[tuple[str, int, int, int], dict[int, set[int | None]]] = defaultdict(lambda: defaultdict(set))
    others = SurveyAnswer.objects.filter(way__in=ways).exclude(state=AnswerState.REFUSED)
    rows = others.values_list("question", "way", "side", "junction", "value", "person_id")
    for question, way, side, junction, value, person in rows:
        said[question, way, side, junction][value].add(person)
    found = []
    for answer in answers:
        voices = said[answer.question, answer.way, answer.side, answer.junction]
        differ = {person for value, people in voices.items() if value != answer.value for person in people}
        else_said = tuple(sorted(value for value in voices if value != answer.value))
        found.append(Waiting(answer, len(voices[answer.value]), max(len(differ), len(else_said)), else_said))
    return found
