# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Verbs of surveys: answer on the spot, accept, refuse, take back. An accepted answer counts on every way in every
process as soon as it is committed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding.actions.facts_version import new_version
from stadtherz.services.wayfinding.actions.survey_photos import add_photo
from stadtherz.services.wayfinding.engine.answering.answers import Town
from stadtherz.services.wayfinding.engine.surveys.questions import RANGE, Question, Spot, askable, edges_at
from stadtherz.services.wayfinding.engine.surveys.surveyed import direction_at
from stadtherz.services.wayfinding.models import SurveyAnswer
from stadtherz.services.wayfinding.surveys.vocabulary import OLDEST, AnswerState


class AnswerRefused(ValueError):
    """The answer cannot be taken; the message says why."""


class NoSuchSpot(AnswerRefused):
    """The map has nothing there about which this can be asked."""


class ImpossibleValue(AnswerRefused):
    """No kerb is that high, no way that wide."""


class NotOfThisTime(AnswerRefused):
    """The day lies ahead, or too far back."""


class DecidedMeanwhile(AnswerRefused):
    """Somebody else has decided about the answer before."""


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found out: the answer in the unit of the walking graph, the day, a remark for the town."""

    question: Question
    spot: Spot
    value: int
    on: date
    note: str = ""


@transaction.atomic
def answer(
    *, town: Town, found: Found, person: Person | None, by_staff: bool, key: UUID, photo: UploadedFile | None = None
) -> tuple[SurveyAnswer, bool]:
    """Take an answer; returns it, and whether it is new. The same ``key`` again is the same answer.

    What staff measured counts at once; the others wait. A photo waits for a moderator in any case. Raises an
    ``AnswerRefused`` or, for a photo that is none, a ``PictureRefused``. Side effects: for staff an entry in the record and
    a new version of the facts; for a photo a moderation case.
    """
    known = SurveyAnswer.objects.filter(submission_key=key).first()
    if known is not None:
        return known, False
    place = _check(town, found)
    given, is_new = SurveyAnswer.objects.get_or_create(submission_key=key, defaults={
        "question": found.question.value, "value": found.value, "way": found.spot.way, "side": found.spot.side,
        "junction": found.spot.junction, "name": place.name, "point": place.point, "heading": place.heading, "found_on": found.on, "person": person,
        "by_staff": by_staff, "note": found.note.replace("\x00", "").strip()[:300],
    })  # fmt: skip
    if is_new and photo is not None:
        add_photo(answer=given, upload=photo)
    if is_new and by_staff and person is not None:
        accept(answers=[given], person=person)
    return given, is_new


@dataclass(frozen=True, slots=True)
class _Place:
    """By what a spot is found again on a new map: the place, the street, and the direction in which it is drawn there."""

    point: Point
    name: str
    heading: int


def _check(town: Town, found: Found) -> _Place:
    """Raises an ``AnswerRefused``."""
    engine = town.engine
    edges = edges_at(engine.graph, found.spot)
    edges = edges[askable(engine.model)[found.question][edges]]
    if not len(edges):
        raise NoSuchSpot(
            _("The map has changed: there is nothing any more to answer at this place. Thank you all the same.")
        )
    least, greatest = RANGE[found.question]
    if not least <= found.value <= greatest:
        raise ImpossibleValue(_("This figure cannot be right. Please look at the number and its unit again."))
    today = timezone.localdate()
    if not today - OLDEST <= found.on <= today:
        raise NotOfThisTime(_("Please give a day within the last 60 days."))
    middle = int(edges[len(edges) // 2])
    line = engine.graph.line(middle)
    lon, lat = line[len(line) // 2] if len(line) > 2 else line.mean(axis=0)
    heading = round(direction_at(engine.graph, edges[[len(edges) // 2]], float(lon), float(lat))[1]) % 360
    name = engine.graph.names[engine.graph.edges["name"][middle]][:200]
    return _Place(Point(float(lon), float(lat), srid=4326), name, heading)


@transaction.atomic
def accept(*, answers: Iterable[SurveyAnswer], person: Person) -> int:
    """From now on the answers count. Those that are decided already stay as they are. Raises ``DecidedMeanwhile`` if
    none was waiting. Side effects: entries in the record, a new version of the facts."""
    return _decide(
        answers, person, before=AnswerState.WAITING, then=AnswerState.ACCEPTED, action="wayfinding.accept_answer"
    )


@transaction.atomic
def refuse(*, answers: Iterable[SurveyAnswer], person: Person) -> int:
    """The answers do not count. Raises ``DecidedMeanwhile``. Side effect: entries in the record."""
    return _decide(
        answers, person, before=AnswerState.WAITING, then=AnswerState.REFUSED, action="wayfinding.refuse_answer"
    )


@transaction.atomic
def take_back(*, answer: SurveyAnswer, person: Person) -> int:
    """Undo a decision: the answer waits again, and what the map said before counts again. Raises ``DecidedMeanwhile``.
    Side effects: an entry in the record, a new version of the facts."""
    before = AnswerState(answer.state)
    if before is AnswerState.WAITING:
        raise DecidedMeanwhile(_("Somebody else has taken this decision back already."))
    return _decide([answer], person, before=before, then=AnswerState.WAITING, action="wayfinding.take_back_answer")


def _decide(
    answers: Iterable[SurveyAnswer], person: Person, *, before: AnswerState, then: AnswerState, action: str
) -> int:
    done, answers = 0, list(answers)
    for given in answers:
        waits = then is AnswerState.WAITING
        changed = SurveyAnswer.objects.filter(pk=given.pk, state=before).update(
            state=then, decided_by=None if waits else person, decided_at=None if waits else timezone.now()
        )
        if changed:
            done += 1
            subject = f"wayfinding.answer:{given.pk}"
            record(
                action=action, actor=person, subject=subject, detail={"question": given.question, "value": given.value}
            )
    if not done:
        raise DecidedMeanwhile(_("Somebody else has decided about this answer already."))
    if AnswerState.ACCEPTED in {before, then} or any(given.picture_id for given in answers):
        new_version()
    return done
