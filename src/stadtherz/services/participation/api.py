# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Participation for programs: processes, released ideas with their places, answers and comments. Reading only.

What waits for a moderator is not here, and of people only the pseudonym is.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import Field

from stadtherz.kernel.api.paging import Page, Paging, page
from stadtherz.kernel.people.web.guards import public
from stadtherz.services.participation.models import Comment, Idea, Merge, Process, StatusChange
from stadtherz.services.participation.phases import Action
from stadtherz.services.participation.queries.finding import Wanted, matching
from stadtherz.services.participation.rules import phase_allows, running_phase
from stadtherz.services.participation.states import Status

router = Router()
StatusKey = Literal["received", "in_review", "planned", "done", "declined"]
ORDERS = {
    "newest": ("-released_at", "-id"),
    "oldest": ("released_at", "id"),
    "supported": ("-support_count", "-id"),
}
LARGEST_NUMBER = 2**63 - 1


class Place(Schema):
    """A GeoJSON point (RFC 7946, section 3.1.2): longitude and latitude in degrees, WGS 84."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class PhaseOut(Schema):
    """A stretch of time of a process."""

    kind: str
    title: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None


class ProcessOut(Schema):
    """A process with its phases and categories. Texts come in the languages that the town wrote: de, en, de-easy."""

    key: str
    title: dict[str, str]
    summary: dict[str, str]
    phases: list[PhaseOut]
    running_phase: str | None = Field(description="Kind of the phase that runs now.")
    open_for: list[str] = Field(description="What residents can do now: submit, support, comment.")
    categories: list[dict[str, Any]]


class AnswerOut(Schema):
    """An official answer: a dated step of what the town makes of an idea."""

    status: StatusKey
    at: datetime
    answer: dict[str, str] = Field(description="By language: de, en, de-easy.")
    office: str
    corrected_at: datetime | None = Field(description="When the words were corrected; the status was not.")


class IdeaOut(Schema):
    """A released idea. ``author`` is the pseudonym, null where the account was deleted or is not known."""

    id: int
    url: str
    process: str
    category: str | None
    district: str | None
    title: str
    text: str
    status: StatusKey
    author: str | None
    origin: str = Field(description="web, paper or import")
    place: Place | None
    place_label: str
    released_at: datetime
    support_count: int
    comment_count: int
    source_url: str = Field(description="Where an idea of an earlier platform stood.")


class IdeaWithAnswers(IdeaOut):
    """An idea with the town's answers, oldest first."""

    answers: list[AnswerOut]
    doubles: list[int] = Field(description="Numbers of ideas that were merged into this one.")


class CommentOut(Schema):
    """A released comment; ``parent`` is the comment that it answers."""

    id: int
    parent: int | None
    author: str | None
    text: str
    origin: str
    released_at: datetime


class IdeaFilter(Schema):
    """What narrows the list of ideas."""

    q: str = Field("", max_length=200, description="Words to look for, in German word forms.")
    process: str = Field("", max_length=60, description="Key of a process.")
    category: str = Field("", max_length=60, description="Key of a category.")
    district: int = Field(0, ge=0, le=LARGEST_NUMBER, description="Number of a district.")
    status: StatusKey | None = None
    order: Literal["newest", "oldest", "supported"] = "newest"


@router.get("/processes", response=list[ProcessOut])
@public
def processes(request: HttpRequest) -> list[dict[str, Any]]:
    """All public processes of the municipality."""
    found = Process.objects.filter(is_public=True).prefetch_related("phases", "categories")
    return [_process(process) for process in found]


@router.get("/ideas", response=Page[IdeaOut])
@public
def ideas(request: HttpRequest, wanted: Query[IdeaFilter], paging: Query[Paging]) -> dict[str, Any]:
    """Released ideas, newest first. Follow ``next`` to the end to read them all."""
    found: QuerySet[Idea] = matching(
        Wanted(text=_plain(wanted.q), district=wanted.district or None, status=wanted.status or "")
    )
    if wanted.process:
        found = found.filter(process__key=_plain(wanted.process))
    if wanted.category:
        found = found.filter(category__key=_plain(wanted.category))
    return page(request, _shown(found), paging, by=ORDERS[wanted.order], each=_idea)


@router.get("/ideas/{int:number}", response=IdeaWithAnswers)
@public
def idea(request: HttpRequest, number: int) -> dict[str, Any]:
    """One released idea with the town's answers."""
    answers = Prefetch("answers", queryset=StatusChange.objects.order_by("at", "id"))
    found = _shown(Idea.objects.released().filter(pk=_possible(number))).prefetch_related(answers).first()
    if found is None:
        raise Http404
    doubles = Merge.objects.standing().filter(kept=found).values_list("double", flat=True)
    return _idea(found) | {
        "doubles": list(doubles),
        "answers": [
            {
                "status": each.status,
                "at": each.at,
                "answer": each.answer,
                "office": each.office,
                "corrected_at": each.corrected_at,
            }
            for each in found.answers.all()
        ],
    }


@router.get("/ideas/{int:number}/comments", response=Page[CommentOut])
@public
def comments(request: HttpRequest, number: int, paging: Query[Paging]) -> dict[str, Any]:
    """Released comments on an idea, oldest first."""
    if not Idea.objects.released().filter(pk=_possible(number)).exists():
        raise Http404
    found = Comment.objects.released().filter(idea_id=number).select_related("author")
    return page(request, found, paging, by=("released_at", "id"), each=_comment)


def _plain(text: str) -> str:
    """PostgreSQL's texts have no null character."""
    return text.replace("\x00", "")


def _possible(number: int) -> int:
    if number > LARGEST_NUMBER:
        raise Http404
    return number


def _shown(found: QuerySet[Idea]) -> QuerySet[Idea]:
    """What the API shows of an idea, in one query; the database writes the geometry."""
    place = AsGeoJSON("place", precision=6)
    return (
        found.annotate(geojson=place)
        .select_related("process", "category", "author", "district")
        .defer("search", "place", "district__geometry")
    )


def _author(person: Any) -> str | None:
    return person.pseudonym if person and person.erased_at is None else None


def _idea(found: Any) -> dict[str, Any]:
    return {
        "id": found.pk,
        "url": reverse("participation:idea", args=[found.pk]),
        "process": found.process.key,
        "category": found.category.key if found.category else None,
        "district": found.district.name if found.district else None,
        "title": found.title,
        "text": found.text,
        "status": Status(found.status).value,
        "author": _author(found.author),
        "origin": found.origin,
        "place": json.loads(found.geojson) if found.geojson else None,
        "place_label": found.place_label,
        "released_at": found.released_at,
        "support_count": found.support_count,
        "comment_count": found.comment_count,
        "source_url": found.source_url,
    }


def _comment(found: Comment) -> dict[str, Any]:
    return {
        "id": found.pk,
        "parent": found.parent_id,
        "author": _author(found.author),
        "text": found.text,
        "origin": found.origin,
        "released_at": found.released_at,
    }


def _process(process: Process) -> dict[str, Any]:
    phase = running_phase(process)
    return {
        "key": process.key,
        "title": process.title,
        "summary": process.summary,
        "phases": list(process.phases.all()),
        "running_phase": phase.kind if phase else None,
        "open_for": [action.value for action in Action if phase_allows(process, action)],
        "categories": [{"key": c.key, "title": c.title, "icon": c.icon} for c in process.categories.all()],
    }
