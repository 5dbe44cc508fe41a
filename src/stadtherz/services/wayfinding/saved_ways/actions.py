# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keep a way, let it go, and look at the kept ways after obstacles have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.contrib.gis.geos import LineString, Point
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from stadtherz.kernel.messages.actions import send
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.engine.answering.answers import Town
from stadtherz.services.wayfinding.engine.engine import NoRouteError, PointNotFoundError
from stadtherz.services.wayfinding.engine.geodesy import METRES_PER_DEGREE
from stadtherz.services.wayfinding.engine.obstacles import Effect
from stadtherz.services.wayfinding.engine.obstacles import Obstacle as Hindrance
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.profiles import ProfileError, as_mapping, from_mapping
from stadtherz.services.wayfinding.engine.telling import today
from stadtherz.services.wayfinding.engine.telling.phrases import table
from stadtherz.services.wayfinding.engine.telling.route import Route
from stadtherz.services.wayfinding.models import Obstacle, SavedWay
from stadtherz.services.wayfinding.obstacles.errors import AccountNeeded, Refused, TooManyWays
from stadtherz.services.wayfinding.obstacles.rules import may_speak
from stadtherz.services.wayfinding.planning import Question
from stadtherz.services.wayfinding.planning.over_the_border import Border, beyond_the_border
from stadtherz.services.wayfinding.saved_ways.vocabulary import MOST_A_PERSON, MUCH_LONGER, Standing

#: kept ways that one job looks at; the rest is for the next
AT_ONCE: Final = 300
#: a way that ends so many metres farther from the place than usual does not lead there
APART: Final = 40.0
#: an obstacle this near to the usual way may lie on it
NEAR_DEGREES: Final = 60 / METRES_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Today:
    """How a way is at this moment."""

    standing: Standing
    metres: float | None
    usual_metres: float
    line: LineString | None
    #: the obstacles to blame, as ``spread.about`` says them, with a sentence
    because: list[dict[str, Any]]


NEVER: Final = Today(Standing.FREE, None, 0.0, None, [])


@transaction.atomic
def keep_way(*, person: Person, name: str, link: str, question: Question, aid: str) -> SavedWay:
    """Keep a way in order to be told of obstacles on it; the same link again is the same way.

    Raises ``AccountNeeded``, ``TooManyWays``, ``graphs.NoGraph``.
    """
    if not may_speak(person):
        raise AccountNeeded
    Person.objects.select_for_update().get(pk=person.pk)
    mine = SavedWay.objects.filter(person=person)
    known = mine.filter(question__link=link).first()
    if known is not None:
        return known
    if mine.count() >= MOST_A_PERSON:
        raise TooManyWays
    router = graphs.town()
    said = {
        "link": link, "aid": aid, "profile": as_mapping(question.profile), "both_ways": question.both_ways,
        "beyond": beyond_the_border(router, question.start, question.goal) is not None,
    }  # fmt: skip
    way = SavedWay(
        person=person, name=name[:120], question=said, start=Point(*question.start, srid=4326),
        goal=Point(*question.goal, srid=4326),
    )  # fmt: skip
    _take(way, how_it_is(router, way, person.language))
    way.save()
    return way


@transaction.atomic
def let_go(*, way: SavedWay, person: Person) -> None:
    """Forget a kept way. Raises ``Refused`` for somebody else's."""
    if way.person_id != person.pk:
        raise Refused
    way.delete()


def look_at_ways(*, since: datetime | None = None) -> int:
    """Look at the kept ways that obstacles may concern, those looked at longest ago first, and tell their owners where
    the standing has changed. Returns how many were looked at; at most ``AT_ONCE``.

    ``since``: only what was looked at before this moment. Side effects: messages. Raises ``graphs.NoGraph``.
    """
    router = graphs.town()
    found = list(concerned().filter(checked_at__lt=since or timezone.now()).order_by("checked_at", "id")[:AT_ONCE])
    now = timezone.now()
    for way in found:
        before = way.standing
        _take(way, how_it_is(router, way, way.person.language))
        way.checked_at = now
        if way.standing != before:
            way.since = now
            _tell(way)
    SavedWay.objects.bulk_update(
        found, ["standing", "since", "metres", "usual_metres", "line", "because", "checked_at"], batch_size=100
    )
    return len(found)


def concerned() -> QuerySet[SavedWay]:
    """Ways with an open obstacle near them, those that were not free when they were looked at last, and those that lead
    beyond the border, whose obstacles the neighbour knows: they are looked at every five minutes."""
    near = Obstacle.objects.open().filter(geometry__dwithin=(OuterRef("line"), NEAR_DEGREES))
    return (
        SavedWay.objects.filter(~Q(standing=Standing.FREE) | Exists(near) | Q(question__beyond=True))
        .select_related("person")
        .select_for_update(of=("self",), skip_locked=True)
    )


def how_it_is(router: Town, way: SavedWay, language: str) -> Today:
    """The way with and without the obstacles of this moment, also over the border and beyond it."""
    question = Question(
        (way.start.x, way.start.y), (way.goal.x, way.goal.y), _profile(way.question), language,
        both_ways=bool(way.question.get("both_ways")),
    )  # fmt: skip
    beyond = beyond_the_border(router, question.start, question.goal)
    if isinstance(beyond, Border):
        return _across(beyond, question)
    found = _inside(beyond or router, question)
    # pages about the neighbour's obstacles are the neighbour's
    return found if beyond is None else replace(found, because=[{**one, "url": ""} for one in found.because])


def _inside(router: Town, question: Question) -> Today:
    engine, points = router.engine, [question.start, question.goal]
    metric = engine.metric(question.profile, question.options)
    usual = today.usual_way(engine, metric, points)
    if usual is None:  # there is no way on other days either: no obstacle is to blame
        return NEVER
    everyday = router.describer.route(metric, usual)
    blamed = _blamed(today.passed(engine, usual), question)
    try:
        now = router.describer.route(metric, engine.legs(metric, points))
    except (NoRouteError, PointNotFoundError):
        now = None
    return _compared(everyday, now, blamed)


def _across(border: Border, question: Question) -> Today:
    try:
        usual = border.way(question, question.profile, everyday=True)
    except (NoRouteError, PointNotFoundError):
        return NEVER
    blamed = [
        one if town == border.home else {**one, "url": ""}
        for town, found in enumerate(border.obstacles(usual)) for one in _blamed(found, question)
    ]  # fmt: skip
    try:
        now = border.route(border.way(question, question.profile))
    except (NoRouteError, PointNotFoundError):
        now = None
    return _compared(border.route(usual), now, blamed)


def _blamed(on_it: list[Hindrance], question: Question) -> list[dict[str, Any]]:
    words = table(question.language)
    return [
        {"url": o.about.get("url", ""), "text": today.in_words(o, words), "ends": o.about.get("ends", "")}
        for o in on_it if o.effect is not Effect.NOTICE
    ]  # fmt: skip


def _compared(everyday: Route, now: Route | None, blamed: list[dict[str, Any]]) -> Today:
    usual_metres, line = everyday.totals.metres, LineString(everyday.coordinates.tolist(), srid=4326)
    if now is None or _beside(now) > _beside(everyday) + APART:
        return Today(Standing.BROKEN, None, usual_metres, line, blamed)
    metres = now.totals.metres
    longer = metres > usual_metres * (1 + MUCH_LONGER)
    standing = Standing.LONGER if longer else Standing.FREE
    return Today(standing, metres, usual_metres, line, blamed if longer else [])


def _beside(route: Route) -> float:
    """Metres between the places and the ends of a way: a closed area keeps it away from the door."""
    return max(route.legs[0].start.metres, route.legs[-1].end.metres)


def _profile(question: Mapping[str, Any]) -> Any:
    base = PRESETS.get(str(question.get("aid")), PRESETS["foot"]).profile
    try:
        return from_mapping(question["profile"], base, just_said=False)
    except (ProfileError, KeyError):  # a limit that this version does not know any more
        return base


def _take(way: SavedWay, today_: Today) -> None:
    way.standing, way.metres, way.usual_metres = today_.standing, today_.metres, today_.usual_metres
    way.line, way.because = today_.line, today_.because


def because_of(way: SavedWay) -> list[dict[str, Any]]:
    """The obstacles to blame: text, page, and when each is over (None where nobody knows)."""
    return [{**one, "ends": parse_datetime(one.get("ends") or "")} for one in way.because]


def metres_more(way: SavedWay) -> int:
    """How much longer the way is than usual, to ten metres."""
    return int(round((way.metres or 0) - way.usual_metres, -1))


def _tell(way: SavedWay) -> None:
    """Mail to the owner, in their language. The page shows the same."""
    more = metres_more(way)
    send(
        to=way.person, template="wayfinding/kept_way", notice="follow", about=f"wayfinding.kept_way:{way.pk}",
        context={
            "name": way.name, "standing": str(way.standing), "more": more, "because": because_of(way),
            "link": absolute(way.question["link"]),
        },
    )  # fmt: skip
