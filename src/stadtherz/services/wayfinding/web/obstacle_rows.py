# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles in words: what a row, a mark on the map and a fact say, for all pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stadtherz.kernel.registry.declaration import Text
from stadtherz.kernel.ui.status import StatusWord
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles.on_the_map import unknown_lifts
from stadtherz.services.wayfinding.obstacles.vocabulary import Effect, Source, State
from stadtherz.services.wayfinding.web.obstacle_times import period

#: what an obstacle means for somebody on the way
MEANINGS: Final[dict[str, Text]] = {
    Effect.CLOSED: gettext_lazy("Ways go round it."),
    Effect.WHEELS: gettext_lazy("Ways for wheels go round it; on foot one can pass."),
    Effect.SLOW: gettext_lazy("One can pass with effort; ways go round it where that is not far."),
}
UNCONFIRMED: Final = gettext_lazy("Ways still lead past it and name it, until somebody has confirmed it.")
NO_LIFT: Final = gettext_lazy("On our map no way leads through a lift here, so no way changes.")
#: how pale the map draws an area that nobody has confirmed (kernel/ui/static/ui/map-areas.js)
PALE: Final = 3
#: a number that stands for that of any obstacle in its address
_ANY: Final = 987654321


def title_of(obstacle: Obstacle) -> str:
    """The clerk's short name, else the kind."""
    return obstacle.title or str(obstacle.get_kind_display())


def status_of(obstacle: Obstacle, at: datetime | None = None) -> StatusWord:
    """A word with its colour and sign."""
    at = at or timezone.now()
    if obstacle.state == State.DISMISSED:
        return StatusWord(str(State.DISMISSED.label), "neutral", "close")
    if obstacle.state == State.ENDED or obstacle.ends <= at:
        return StatusWord(str(State.ENDED.label), "success", "check")
    if obstacle.state == State.REPORTED:
        return StatusWord(str(State.REPORTED.label), "neutral", "question")
    if obstacle.time_at(at)[0] > at:
        return StatusWord(_("Planned"), "info", "calendar")
    return StatusWord(str(State.CONFIRMED.label), "warning", "warning")


def meaning(obstacle: Obstacle) -> str:
    """What ways do about it."""
    return _meaning(obstacle, unknown_lifts([obstacle]))


def _meaning(obstacle: Obstacle, no_lifts: frozenset[int]) -> str:
    if obstacle.pk in no_lifts:
        return str(NO_LIFT)
    return str(UNCONFIRMED if obstacle.state == State.REPORTED else MEANINGS[obstacle.effect])


def said_by(obstacle: Obstacle) -> str:
    """Who says so, without a name."""
    if obstacle.source == Source.FEED and obstacle.feed is not None:
        return obstacle.feed.name
    return str(Source(obstacle.source).label)


def rows(obstacles: Iterable[Obstacle]) -> list[dict[str, Any]]:
    """For lists."""
    found = list(obstacles)
    no_lifts = unknown_lifts(found)
    return [_row(obstacle, no_lifts) for obstacle in found]


def _row(obstacle: Obstacle, no_lifts: frozenset[int]) -> dict[str, Any]:
    return {
        "id": obstacle.pk, "it": obstacle, "title": title_of(obstacle), "kind": str(obstacle.get_kind_display()),
        "url": reverse("wayfinding:obstacle", args=[obstacle.pk]), "place": obstacle.place_label,
        "status": status_of(obstacle), "period": period(obstacle), "meaning": _meaning(obstacle, no_lifts), "text": obstacle.text,
    }  # fmt: skip


def features(obstacles: Iterable[Any], *, beside_a_way: bool = False) -> dict[str, Any]:
    """For the map: a mark for each, lines and areas drawn; what is not confirmed is dashed or
    pale and asks "?" instead of warning "!". Rows come from
    ``queries.shown``. ``beside_a_way``: as ``planning.Named`` is numbered, and no line looks like a part of the way."""
    found: list[dict[str, Any]] = []
    words = _Words()
    for obstacle in obstacles:
        said = {
            "id": f"o{obstacle.pk}" if beside_a_way else str(obstacle.pk), "title": words.title(obstacle),
            "status": words.status(obstacle), "url": words.url(obstacle),
            "meta": f"{obstacle.place_label} {words.period(obstacle)}",
        }  # fmt: skip
        unsure = obstacle.state == State.REPORTED
        look = {"id": said["id"], "dashed": unsure or beside_a_way, "rank": PALE if unsure else 0}
        if obstacle.geojson != obstacle.middle:
            found += [_feature(look, kind, at) for kind, at in shapes(msgspec.json.decode(obstacle.geojson))]
        mark = {**said, "letter": "?" if unsure else "!"}
        found.append({"type": "Feature", "properties": mark, "geometry": msgspec.json.decode(obstacle.middle)})
    return {"type": "FeatureCollection", "features": found}


class _Words:
    """What the rows of one answer say, each sentence put together once: a town may have thousands of obstacles, but few
    kinds, states and ends of the day."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self._said: dict[tuple[Any, ...], str] = {}
        self._before, self._behind = reverse("wayfinding:obstacle", args=[_ANY]).split(str(_ANY))

    def title(self, obstacle: Obstacle) -> str:
        return obstacle.title or self._once(("kind", obstacle.kind), lambda: title_of(obstacle))

    def status(self, obstacle: Obstacle) -> str:
        key = ("status", obstacle.state, obstacle.ends <= self.now, obstacle.time_at(self.now)[0] > self.now)
        return self._once(key, lambda: status_of(obstacle, self.now).word)

    def period(self, obstacle: Obstacle) -> str:
        if obstacle.weekly:
            return period(obstacle, self.now)
        begins = obstacle.begins if obstacle.begins > self.now else None
        return self._once(("period", begins, obstacle.ends), lambda: period(obstacle, self.now))

    def url(self, obstacle: Obstacle) -> str:
        return f"{self._before}{obstacle.pk}{self._behind}"

    def _once(self, key: tuple[Any, ...], say: Callable[[], str]) -> str:
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = say()
        return found


def _feature(properties: dict[str, Any], kind: str, coordinates: Any) -> dict[str, Any]:
    return {
        "type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}
    }  # fmt: skip


def shapes(geometry: dict[str, Any]) -> list[tuple[str, Any]]:
    """What of a GeoJSON geometry is drawn beside its mark: each line, and areas as they are; nothing for points."""
    kind, at = geometry["type"], geometry["coordinates"]
    if kind == "MultiLineString":
        return [("LineString", line) for line in at]
    return [(kind, at)] if kind in {"LineString", "Polygon", "MultiPolygon"} else []
