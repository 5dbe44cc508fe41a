# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which ideas, in which order: search, filters, pages, similar titles, and all places as GeoJSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Count, F, Func, Q, QuerySet, TextField, Value, Window
from django.db.models.functions import Left

from stadtherz.kernel.municipalities.statements import Statement
from stadtherz.services.participation.models import Idea
from stadtherz.services.participation.models.idea import IdeaQuerySet

PAGE = 20
EXCERPT = 280
LONGEST_QUESTION = 200
SIMILAR_WORD = 0.45
SIMILAR_TITLE = 0.28
MAP_LIMIT = 5000
LONE_HYPHEN = re.compile(r'-(?![\w"])')


class Order(StrEnum):
    """How a list is ordered. ``FAIR``: an order of the visitor's own, so that nobody is on top for being first."""

    FAIR = "fair"
    NEWEST = "newest"
    SUPPORTED = "supported"


class UnreadableCursor(ValueError):
    """The mark of a page is not one of ours."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shall show. Empty fields do not narrow it."""

    text: str = ""
    process: int | None = None
    category: int | None = None
    district: int | None = None
    status: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for."""
        return self != Wanted()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of ideas, the mark where the next one begins ("" at the end), how many there are in all.

    ``similar``: nothing matched the words, so these have titles that look like them.
    """

    ideas: list[Idea]
    next_mark: str
    total: int
    similar: bool = False


class _Matches(Func):
    """``search`` @@ the question, both brought to their stems (``search_functions``)."""

    template = (
        "(participation_idea.search @@ websearch_to_tsquery('german', public.participation_words(%(expressions)s)))"
    )
    output_field = BooleanField()


def _says_the_same(text: str) -> _Matches:
    """``_Matches`` for words as people write them. PostgreSQL nests a "not" for each hyphen in a row and ends at 32 of them
    ("tsquery stack too small"), so only a hyphen before a word, or before words in quotation marks, stays one."""
    return _Matches(Value(LONE_HYPHEN.sub(" ", text), output_field=TextField()))


class _FairPlace(Func):
    """A place that depends on the visitor's seed and the idea's number alone, so that it stays while paging."""

    function = "hashint8extended"
    output_field = BigIntegerField()


def matching(wanted: Wanted) -> IdeaQuerySet:
    """All released ideas that match."""
    ideas: IdeaQuerySet = Idea.objects.released()
    narrowing = {
        "process": wanted.process,
        "category": wanted.category,
        "district": wanted.district,
        "status": wanted.status,
    }
    ideas = ideas.filter(**{name: value for name, value in narrowing.items() if value})
    text = wanted.text.strip()[:LONGEST_QUESTION]
    return ideas.filter(_says(text)) if text else ideas


def _says(text: str) -> Q:
    """By stems in title and text, or because each longer word stands inside the title ("weg" in "Radweg").

    Words inside the text are not looked for: the row lock forbids an index (docs/adr/0043), and reading every text takes
    a quarter of a second for 2,000 ideas.
    """
    says = Q(_says_the_same(text))
    parts = [word for word in text.replace('"', " ").split() if len(word) > 2 and not word.startswith("-")]
    if parts and '"' not in text and " -" not in f" {text}":
        inside = Q()
        for word in parts[:8]:
            inside &= Q(title__icontains=word)
        says |= inside
    return says


STATUSES = Statement[Idea](
    lambda: Idea.objects.released().order_by("status").values_list("status").annotate(Count("id"))
)


def counts_by_status() -> list[tuple[str, int]]:
    """How many released ideas have each status."""
    return [(status, count) for status, count in STATUSES.values()]


def similar_titles(text: str, *, process: int | None = None, limit: int = 5) -> list[Idea]:
    """Released ideas whose title resembles ``text`` or says the same: "is there already such an idea?"."""
    text = text.strip()[:LONGEST_QUESTION]
    if len(text) < 5:
        return []
    ideas = Idea.objects.released().annotate(likeness=TrigramSimilarity("title", text), same_words=_says_the_same(text))
    if process:
        ideas = ideas.filter(process=process)
    close = ideas.filter(Q(likeness__gte=SIMILAR_TITLE) | Q(same_words=True))
    return list(close.order_by("-same_words", "-likeness", "-id").only("title", "status", "support_count")[:limit])


def find(wanted: Wanted, *, order: Order, seed: int, after: str = "", limit: int = PAGE) -> Found:
    """One page. ``seed`` is the visitor's, ``after`` the mark of the page before. Raises ``UnreadableCursor``."""
    if not after and not wanted.text.strip():
        return _first_page(wanted, order, seed, limit)
    if not after:
        found = _counted_page(matching(wanted), order, seed, limit)
        if found.total:
            return found
        resembling = _counted_page(_resembling(wanted), order, seed, limit)
        return replace(resembling, similar=resembling.total > 0)
    ideas = matching(wanted)
    total, similar = ideas.count(), False
    if total == 0 and wanted.text.strip():
        ideas = _resembling(wanted)
        total, similar = ideas.count(), True
    page = list(_paged(_for_list(ideas), order, seed, after)[: limit + 1])
    return Found(page[:limit], _next_mark(page, order, limit), total, similar and total > 0)


def _counted_page(ideas: QuerySet[Idea], order: Order, seed: int, limit: int) -> Found:
    """The first page with how many there are, reading the ideas of the town once (docs/adr/0043)."""
    counted = _for_list(ideas).annotate(in_all=Window(Count("*")))
    page: list[Any] = list(_paged(counted, order, seed, "")[: limit + 1])
    return Found(page[:limit], _next_mark(page, order, limit), page[0].in_all if page else 0)


def _matching(status: str, **narrowing: int) -> QuerySet[Idea]:
    return matching(Wanted(status=status, **narrowing))  # type: ignore[arg-type]


def _first(order: Order, limit: int, status: str, *, seed: int = 0, **narrowing: int) -> QuerySet[Idea]:
    counted = _for_list(_matching(status, **narrowing)).annotate(in_all=Window(Count("*")))
    return _paged(counted, order, seed, "")[: limit + 1]


FIRST = Statement[Idea](_first)


def _first_page(wanted: Wanted, order: Order, seed: int, limit: int) -> Found:
    """What nearly every visitor asks for: no words, from the beginning. One query brings the rows and how many there are."""
    chosen = {"process": wanted.process, "category": wanted.category, "district": wanted.district}
    narrowing = {name: number for name, number in chosen.items() if number}
    own = {"seed": seed} if order is Order.FAIR else {}
    page: list[Any] = FIRST.rows(order, limit, wanted.status, **own, **narrowing)
    total = page[0].in_all if page else 0
    return Found(page[:limit], _next_mark(page, order, limit), total)


def _resembling(wanted: Wanted) -> IdeaQuerySet:
    likeness = TrigramWordSimilarity(wanted.text.strip()[:LONGEST_QUESTION], "title")
    ideas = matching(replace(wanted, text="")).annotate(likeness=likeness)
    return ideas.filter(likeness__gte=SIMILAR_WORD)


def _for_list(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """What a list shows of an idea, in one query."""
    return (
        ideas.annotate(excerpt=Left("text", EXCERPT))
        .defer("text", "search", "place")
        .select_related("category", "author")
        .only(
            "title", "status", "origin", "place_label", "released_at", "support_count", "comment_count", "process_id",
            "category__title", "category__icon", "author__pseudonym", "author__erased_at",
        )
    )  # fmt: skip


def _paged(ideas: QuerySet[Idea], order: Order, seed: int, after: str) -> QuerySet[Idea]:
    start = _read_mark(after, order)
    if order is Order.FAIR:
        ideas = ideas.annotate(fair_place=_FairPlace(F("id"), Value(seed, output_field=BigIntegerField())))
        if start:
            ideas = ideas.filter(Q(fair_place__gt=start[0]) | Q(fair_place=start[0], id__gt=start[1]))
        return ideas.order_by("fair_place", "id")
    field = "released_at" if order is Order.NEWEST else "support_count"
    if start:
        ideas = ideas.filter(Q(**{f"{field}__lt": start[0]}) | Q(**{field: start[0], "id__lt": start[1]}))
    return ideas.order_by(f"-{field}", "-id")


def _next_mark(page: list[Idea], order: Order, limit: int) -> str:
    return _mark(page[limit - 1], order) if len(page) > limit else ""


def _mark(idea: Any, order: Order) -> str:
    if order is Order.FAIR:
        return f"{idea.fair_place}_{idea.pk}"
    if order is Order.NEWEST:
        return f"{idea.released_at.isoformat()}_{idea.pk}"
    return f"{idea.support_count}_{idea.pk}"


def _read_mark(mark: str, order: Order) -> tuple[Any, int] | None:
    if not mark:
        return None
    value, _, number = mark.rpartition("_")
    try:
        if order is Order.NEWEST:
            at = datetime.fromisoformat(value)
            if at.tzinfo is None:
                raise ValueError
            return at, _bigint(number)
        return _bigint(value), _bigint(number)
    except ValueError:
        raise UnreadableCursor from None


def _bigint(written: str) -> int:
    number = int(written)
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


PLACES = """
SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(json_build_object(
    'type', 'Feature', 'id', id, 'geometry', ST_AsGeoJSON(place, 5)::json,
    'properties', json_build_object('id', id, 'title', title, 'status', %s::json ->> status, 'url', replace(%s, '0', id::text))
)), '[]'::json))::text FROM ({ideas}) AS shown
"""


def places(wanted: Wanted, *, address: str, statuses: dict[str, str]) -> str:
    """The places of all matching ideas as GeoJSON (RFC 7946), written by the database; at most 5,000.

    ``address`` is the page of the idea with the number 0, ``statuses`` the words for each status.
    """
    ideas = matching(wanted).filter(place__isnull=False).order_by("-id")
    chosen = ideas.values("id", "place", "title", "status")[:MAP_LIMIT]
    sql, parameters = chosen.query.sql_with_params()
    # GeoDjango selects geometries as bytes for Python; here they stay geometries.
    sql = sql.replace('"participation_idea"."place"::bytea', '"participation_idea"."place"')
    with connection.cursor() as cursor:
        cursor.execute(PLACES.replace("{ideas}", sql), [json.dumps(statuses), address, *parameters])
        written: str = cursor.fetchone()[0]
    return written
