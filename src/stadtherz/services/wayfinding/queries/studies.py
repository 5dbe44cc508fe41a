# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of studies: whose addresses and which public places count, the last study, its barriers over all profiles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import cos, hypot, radians
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Exists, FloatField, Func, OuterRef

from stadtherz.kernel.geo.models import Address, District, Extract, Place
from stadtherz.kernel.municipalities.active import active
from stadtherz.services.wayfinding.engine.geodesy import METRES_PER_DEGREE
from stadtherz.services.wayfinding.engine.studies.missing import ASKABLE_M
from stadtherz.services.wayfinding.models import MissingFact, RankedBarrier, Study, SurveyAnswer
from stadtherz.services.wayfinding.studies.vocabulary import DESTINATIONS, StudyState
from stadtherz.services.wayfinding.surveys.vocabulary import AnswerState

LonLat = tuple[float, float]
#: metres within which usefulness falls by half, and how much less the next question of the same kind is wanted
NEAR_M, AGAIN = 200.0, 0.8


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


def still_missing(study: Study, *, near: Point | None = None, limit: int = 30) -> list[MissingFact]:
    """Missing facts that nobody has answered since, the most useful first, or those near a place.

    Near means: usefulness falls by half with every 200 metres. The more there is of one question, the later its next
    one comes, so that a round is not ten times the same.
    """
    answered = set(
        SurveyAnswer.objects.exclude(state=AnswerState.REFUSED).values_list("question", "way", "side", "junction")
    )
    rows = [
        row for row in MissingFact.objects.filter(study=study).defer("line").order_by("pk")
        if (row.question, row.way, row.side, row.junction) not in answered
    ]  # fmt: skip
    useful = {row.pk: row.trips * min(1.0, ASKABLE_M / max(1.0, row.metres)) for row in rows}
    if near is not None:
        for row in rows:
            useful[row.pk] *= 0.5 ** (_metres(near, row.point) / NEAR_M)
    rows.sort(key=lambda row: (-useful[row.pk], row.pk))
    before: Counter[str] = Counter()
    for row in rows:
        useful[row.pk] *= AGAIN ** before[row.question]
        before[row.question] += 1
    return sorted(rows, key=lambda row: (-useful[row.pk], row.pk))[:limit]


def _metres(one: Point, other: Point) -> float:
    return hypot((one.x - other.x) * cos(radians(one.y)), one.y - other.y) * METRES_PER_DEGREE
