# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waits for clerks of wayfinding, for the desk of the staff: reported obstacles, answers from the spot, and a map whose
ways could not be prepared."""

from __future__ import annotations

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.registry.declaration import DeskLine
from stadtherz.services.wayfinding.models import SurveyAnswer
from stadtherz.services.wayfinding.obstacles.queries import to_look_at
from stadtherz.services.wayfinding.preparation import is_prepared, preparation
from stadtherz.services.wayfinding.surveys.vocabulary import AnswerState


def obstacles() -> list[DeskLine]:
    """Reports that nobody has confirmed, and confirmed obstacles that are said to be gone; one query."""
    found = to_look_at().order_by().aggregate(n=Count("pk"), oldest=Min("created_at"))
    title = ngettext("%(n)d obstacle to look at", "%(n)d obstacles to look at", found["n"])
    url = reverse("wayfinding:obstacles_staff")
    return [DeskLine(found["n"], title % {"n": found["n"]}, _("Obstacles to look at"), url, found["oldest"])]


def answers() -> list[DeskLine]:
    """Answers from the spot that nobody has accepted or refused; one query."""
    waiting = SurveyAnswer.objects.filter(state=AnswerState.WAITING)
    found = waiting.aggregate(n=Count("pk"), oldest=Min("created_at"))
    title = ngettext("%(n)d answer from the spot", "%(n)d answers from the spot", found["n"])
    url = reverse("wayfinding:survey_review")
    return [DeskLine(found["n"], title % {"n": found["n"]}, _("Answers from the spot"), url, found["oldest"])]


def maps() -> list[DeskLine]:
    """A new map whose ways could not be prepared; nothing else, for a map that serves is nobody's work. One query."""
    extract = current_extract()
    if extract is None or is_prepared(extract.slug) or not preparation(extract.slug).failed:
        return []
    title = _("The ways of the new map could not be prepared")
    return [DeskLine(1, title, title, reverse("wayfinding:prepared"), preparation(extract.slug).ended_at)]
