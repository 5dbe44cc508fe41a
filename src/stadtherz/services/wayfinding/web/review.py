# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For staff: what people found out on the spot. Accept, refuse, take back, and hand the accepted facts to OpenStreetMap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.files.web.views import rendition
from stadtherz.kernel.geo.extracts import current_extract, extract_path
from stadtherz.kernel.geo.models import ExtractKind
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.actions.surveys import AnswerRefused, accept, refuse, take_back
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.surveys.changefile import NoVersions, change_file
from stadtherz.services.wayfinding.engine.surveys.questions import Question
from stadtherz.services.wayfinding.models import SurveyAnswer
from stadtherz.services.wayfinding.near_street import near_street
from stadtherz.services.wayfinding.queries.surveys import Waiting, accepted_facts, with_voices
from stadtherz.services.wayfinding.surveys.choices import ASKED, is_range, said
from stadtherz.services.wayfinding.surveys.vocabulary import AnswerState

A_PAGE = 30
#: accepted facts for which the present map has no place
LOST = "lost"
#: answers that one click decides at most
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Row:
    """An answer in words."""

    answer: SurveyAnswer
    asked: str
    said: str
    voices: Waiting
    url: str
    place: str
    #: what else was said about the same spot
    others: str


def _rows(answers: list[SurveyAnswer], *, lost: bool = False) -> list[Row]:
    """``lost``: their question has no page any more; the place where they were has."""
    found, engine = [], _engine()
    for voices in with_voices(answers):
        answer = voices.answer
        question = Question(answer.question)
        url = reverse("wayfinding:survey_question", args=[answer.token])
        if lost:
            url = f"{reverse('wayfinding:surveys')}?ort={answer.point.y:.5f},{answer.point.x:.5f}"
        others = " · ".join(said(question, value) for value in voices.others)
        place = answer.name or _nameless(answer, engine)
        found.append(Row(answer, str(ASKED[question].short), said(question, answer.value), voices, url, place, others))
    return found


def _nameless(answer: SurveyAnswer, engine: Engine | None) -> str:
    near = near_street(engine, answer.point.x, answer.point.y) if engine else ""
    return ", ".join(part for part in (_("Way without a name"), near) if part)


@require("wayfinding.survey")
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """The work list: what waits, oldest first; what was decided, newest first."""
    state = request.GET.get("stand", "")
    lost, is_lost = _lost(), state == LOST
    shown = AnswerState(state) if state in AnswerState else AnswerState.ACCEPTED if is_lost else AnswerState.WAITING
    order = "pk" if shown is AnswerState.WAITING else "-decided_at"
    queryset = (
        SurveyAnswer.objects.filter(state=shown).select_related("person", "decided_by", "picture").order_by(order, "pk")
    )
    if is_lost:
        queryset = queryset.filter(pk__in=lost)
    page = Paginator(queryset, A_PAGE).get_page(request.GET.get("page"))
    address = reverse("wayfinding:survey_review")
    rows = _rows(list(page.object_list), lost=is_lost)
    tabs: list[dict[str, Any]] = [
        {"title": one.label, "url": f"{address}?stand={one}", "current": one is shown and not is_lost, "count": None}
        for one in AnswerState
    ]
    if lost or is_lost:
        title = _("Without a place")
        tabs.append({"title": title, "url": f"{address}?stand={LOST}", "current": is_lost, "count": len(lost)})
    return render(request, "wayfinding/staff/answers.html", {
        "rows": rows, "page": page, "state": shown, "waiting": shown is AnswerState.WAITING,
        "accepted": shown is AnswerState.ACCEPTED and not is_lost,
        "suggested": [row for row in rows if row.voices.suggested and not is_lost], "lost": len(lost),
        "is_lost": is_lost, "list_label": _("Without a place") if is_lost else shown.label, "lost_url": f"{address}?stand={LOST}", "tabs": tabs,
    })  # fmt: skip


def _engine() -> Engine | None:
    try:
        return graphs.town().engine
    except graphs.NoGraph:
        return None


def _lost() -> list[int]:
    """The accepted facts that found no place on the present map."""
    try:
        return [fact.number for fact in graphs.loaded().lost]
    except graphs.NoGraph:
        return []


@require("wayfinding.survey")
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Accept or refuse the chosen answers, or take a decision back."""
    clerk, what = signed_in_person(request), request.POST.get("what", "")
    sent = request.POST.getlist("answer")[:AT_ONCE]
    numbers = [number for each in sent if (number := whole_number(each)) is not None]
    chosen: list[SurveyAnswer] = list(SurveyAnswer.objects.filter(pk__in=numbers))
    try:
        if what == "accept":
            done = accept(answers=chosen, person=clerk)
            text = ngettext("%(n)d answer counts from now on.", "%(n)d answers count from now on.", done)
        elif what == "refuse":
            done = refuse(answers=chosen, person=clerk)
            text = ngettext("%(n)d answer does not count.", "%(n)d answers do not count.", done)
        else:
            raise Http404
    except AnswerRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request, text % {"n": done} + " " + _("You can take this back in the list of decided answers.")
        )
    return redirect("wayfinding:survey_review")


@require("wayfinding.survey")
@require_POST
def undo(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Take a decision back."""
    given = get_object_or_404(SurveyAnswer, pk=answer_id)
    try:
        take_back(answer=given, person=signed_in_person(request))
    except AnswerRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The answer waits again."))
    return redirect("wayfinding:survey_review")


@require("wayfinding.survey")
@require_safe
def photo(request: HttpRequest, answer_id: int, width: int) -> Any:
    """The photo of an answer for those who decide about the answer, also before a moderator has released it."""
    given = get_object_or_404(SurveyAnswer.objects.select_related("picture"), pk=answer_id, picture__isnull=False)
    if given.picture is None or width not in given.picture.widths:
        raise Http404
    return rendition(given.picture, width)


@require("wayfinding.survey")
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """All accepted facts as a change file for OpenStreetMap (OsmChange)."""
    extract = current_extract()
    if extract is None or not extract_path(extract.slug).exists():
        raise Http404
    try:
        content, left = change_file(
            extract_path(extract.slug), accepted_facts(), is_range=lambda fact: is_range(fact.question, fact.value)
        )
    except NoVersions:
        messages.error(
            request,
            _(
                "There is no change file: the town's map was saved without the version of each object, and OpenStreetMap takes "
                "no changes without it. Ask the operator to load an extract with versions. What you have accepted stays."
            ),
        )
        return redirect("wayfinding:survey_review")
    response = HttpResponse(content, content_type="application/xml; charset=utf-8")
    name = "modellstadt" if extract.kind == ExtractKind.MODEL else "vor-ort"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.osc"'
    response.headers["X-Facts-Left-Out"] = str(len(left))
    return response
