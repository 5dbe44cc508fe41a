# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One answer is not yet a fact: others are asked the same, and whoever decides sees what each of them said."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.test import Client

from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding.actions.surveys import accept, refuse
from stadtherz.services.wayfinding.engine.surveys.questions import Question, Spot
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.models import MissingFact, Study, SurveyAnswer
from stadtherz.services.wayfinding.queries.studies import still_missing
from stadtherz.services.wayfinding.studies.vocabulary import StudyState
from stadtherz.services.wayfinding.tests.test_surveys import REVIEW, a_spot, width

pytestmark = pytest.mark.usefixtures("town", "prepared")


@pytest.fixture
def spot() -> Spot:
    return a_spot(Question.WIDTH)[0]


@pytest.fixture
def study(spot: Spot) -> Study:
    """A study to which one fact is missing: the width of the spot."""
    made = Study.objects.create(state=StudyState.DONE)
    MissingFact.objects.create(
        study=made, question="width", way=spot.way, side=spot.side, junction=spot.junction, metres=10, trips=9,
        point=Point(*at(0, 0), srid=4326), line=MultiLineString([LineString(at(0, 0), at(10, 10))], srid=4326),
    )  # fmt: skip
    return made


def is_asked(study: Study, who: Person | None) -> bool:
    return bool(still_missing(study, person=who))


def test_somebody_else_is_asked_as_well(study: Study, spot: Spot) -> None:
    one, other = person(), person()
    width(spot, 120, person=one)
    assert not is_asked(study, one)
    assert is_asked(study, other)
    assert is_asked(study, None)
    width(spot, 70)  # without an account: one voice, however many they are
    assert not is_asked(study, None)
    assert is_asked(study, other)
    width(spot, 120, person=other)
    assert not is_asked(study, person())


def test_three_who_differ_are_enough_to_send_somebody_of_the_town(study: Study, spot: Spot) -> None:
    for value in (70, 90, 120):
        width(spot, value, person=person())
    assert not is_asked(study, person())


def test_what_was_decided_is_settled_or_asked_anew(study: Study, spot: Spot) -> None:
    given, clerk = width(spot, 120, person=person()), person(Role.CLERK)
    refuse(answers=[given], person=clerk)
    assert is_asked(study, given.person)
    accept(answers=[width(spot, 130)], person=clerk)
    assert not is_asked(study, person())


def test_the_clerk_reads_what_the_others_said(spot: Spot, client: Client) -> None:
    for value in (70, 120):
        width(spot, value, person=person())
    SurveyAnswer.objects.update(name="")
    client.force_login(person(Role.CLERK))
    page = client.get(REVIEW).content.decode()
    assert "1 sagt etwas anderes</strong>: 120 cm" in page
    assert "1 sagt etwas anderes</strong>: 70 cm" in page
    assert "Weg ohne Namen, nahe " in page
