# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of studies: whose addresses and which public places count, the last study, its barriers over all profiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Exists, FloatField, Func, OuterRef

from stadtherz.kernel.geo.models import Address, District, Extract, Place
from stadtherz.kernel.municipalities.active import active
from stadtherz.services.wayfinding.models import MissingFact, RankedBarrier, Study, SurveyAnswer
from stadtherz.services.wayfinding.studies.vocabulary import DESTINATIONS, StudyState
from stadtherz.services.wayfinding.surveys.vocabulary import AnswerState

LonLat = tuple[float, float]


def addresses(extract: Extract) -> tuple[list[LonLat], dict[str, int]]:
    """The addresses of the municipality on its map, and how many each street has.

    The municipality's area decides, else its districts; where it has neither, all addresses of the map count.
    """
    town = active()
    found = Address.objects.filter(extract=extract)
    if town.bounds is not None:
        found = found.filter(location__coveredby=town.bounds)
    elif District.objects.exists():
        found = found.filter(Exists(District.objects.filter(geometry__covers=OuterRef("location"))))
    x, y = (Func("location", function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    rows = list(found.values_list(x, y, "street__name"))
    count: dict[str, int] = {}
    for _, _, name in rows:
        count[name] = count.get(name, 0) + 1
    return [(x, y) for x, y, _ in rows], count


def public_places(extract: Extract) -> list[tuple[float, float, str]]:
    """Longitude, latitude and kind of the places that trips lead to."""
    rows = Place.objects.filter(extract=extract, kind__in=DESTINATIONS).values_list("location", "kind")
    return [(where.x, where.y, str(DESTINATIONS[kind])) for where, kind in rows]


def last_study(*, done: bool = True) -> Study | None:
    """The newest study; ``done``: that has a result."""
    found = Study.objects.filter(state=StudyState.DONE) if done else Study.objects.all()
    return found.order_by("-pk").first()


@dataclass(slots=True)
class AtOneSpot:
    """What is in the way at one place, for all profiles together."""

    number: int
    name: str
    point: Any
    metres: float
    trips: int = 0
    shortened: int = 0
    addresses: int = 0
    stands_in: int = 0
    trips_together: int = 0
    only_unknown: bool = True
    rows: list[RankedBarrier] = field(default_factory=list)

    @property
    def effect(self) -> int:
        """By which the list is ordered: trips opened and trips much shorter."""
        return self.trips + self.shortened


def ranked(study: Study, profile: str = "") -> list[AtOneSpot]:
    """The barriers of a study, most effect first: of one profile, or of all with their trips added up."""
    rows = RankedBarrier.objects.filter(study=study).defer("line")
    if profile:
        rows = rows.filter(profile=profile)
    found: dict[str, AtOneSpot] = {}
    for row in rows:
        spot = found.setdefault(row.spot, AtOneSpot(row.pk, row.name, row.point, row.metres))
        spot.trips += row.trips
        spot.shortened += row.shortened
        spot.addresses = max(spot.addresses, row.addresses)
        spot.stands_in += row.stands_in
        spot.trips_together += row.trips_together
        spot.metres = max(spot.metres, row.metres)
        spot.only_unknown &= row.only_unknown
        spot.rows.append(row)
    return sorted(found.values(), key=lambda s: (-s.effect, -s.trips_together, -s.stands_in, s.number))


def neighbours(rows: Iterable[RankedBarrier]) -> dict[tuple[str, str], RankedBarrier]:
    """Barriers by profile and key, for naming those that must be mended together."""
    return {(row.profile, row.key): row for row in rows}


def still_missing(study: Study, *, near: Point | None = None, limit: int = 30) -> list[MissingFact]:
    """Missing facts that nobody has answered since, the most useful first, or those near a place.

    Near means: usefulness falls by half with every 300 metres.
    """
    rows = MissingFact.objects.filter(study=study)
    answered = set(
        SurveyAnswer.objects.exclude(state=AnswerState.REFUSED).values_list("question", "way", "side", "junction")
    )
    found = [row for row in rows if (row.question, row.way, row.side, row.junction) not in answered]
    if near is not None:
        metres = {row.pk: _metres(near, row.point) for row in found}
        found.sort(key=lambda row: (-row.trips * 0.5 ** (metres[row.pk] / 300), row.pk))
    return found[:limit]


def _metres(one: Point, other: Point) -> float:
    from math import cos, hypot, radians

    return hypot((one.x - other.x) * cos(radians(one.y)), one.y - other.y) * 111_195
