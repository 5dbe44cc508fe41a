# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Photos that come with answers: what they show, in words, for people who cannot see them and for moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stadtherz.kernel.moderation.content import Content, Field, Place
from stadtherz.services.wayfinding.engine.surveys.questions import Question
from stadtherz.services.wayfinding.surveys.choices import ASKED, said

if TYPE_CHECKING:
    from stadtherz.services.wayfinding.models import SurveyAnswer

KIND: Final = "wayfinding.answer_photo"


def title_of(answer: SurveyAnswer) -> str:
    """What was asked and what the answer is: "Height of the kerb: 3 cm"."""
    question = Question(answer.question)
    return f"{ASKED[question].short}: {said(question, answer.value)}"


def alternative_text(answer: SurveyAnswer) -> str:
    """What the photo shows, as far as it can be told without looking."""
    where = answer.name or _("Way without a name")
    return _("Photo of the spot. %(answer)s, %(where)s") % {"answer": title_of(answer), "where": where}


def content_of(answer: SurveyAnswer, picture: int) -> Content:
    """Answer, place and picture as moderators read them."""
    spot = Place(answer.point.x, answer.point.y, answer.name)
    return Content((Field("answer", gettext_lazy("Answer"), title_of(answer)),), spot, (picture,))
