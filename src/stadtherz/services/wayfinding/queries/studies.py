# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of studies: whose addresses and which public places count, the last study, its barriers over all profiles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, hypot, radians
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Exists, FloatField, Func, OuterRef

from stadtherz.kernel.geo.models import Address, District, Extract, Place
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding.engine.geodesy import METRES_PER_DEGREE
from stadtherz.services.wayfinding.engine.studies.missing import ASKABLE_M
from stadtherz.services.wayfinding.models import MissingFact, RankedBarrier, Study, SurveyAnswer
from stadtherz.services.wayfinding.studies.vocabulary import DESTINATIONS, StudyState
from stadtherz.services.wayfinding.surveys.vocabulary import AGREEING, AnswerState

LonLat = tuple[float, float]
#: metres within which usefulness falls by half, and how much less the next question of the same kind is wanted
NEAR_M, AGAIN = 200.0, 0.8
#: with so many studies before it one can be compared
EARLIER = 20


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


def earlier_studies(study: Study) -> list[Study]:
    """Those before it that have a result, the newest first."""
    return list(Study.objects.filter(state=StudyState.DONE, pk__lt=study.pk).order_by("-pk")[:EARLIER])


@dataclass(slots=True)
class AtOneSpot:
    """What is in the way at one place, for all profiles together.

    A trip that a stair keeps six profiles from is one trip: what is said are the trips of the profile with the most of them.
    The sums over all profiles only put the list in order. ``number``: its rank; ``with_others`` and ``instead``: those of
    the places that have to be mended too, and of those that open the same trips.
    """

    spot: str
    number: int
    name: str
    point: Any
    metres: float
    trips: int = 0
    shortened: int = 0
    addresses: int = 0
    trips_together: int = 0
    sum_of_trips: int = 0
    sum_of_shortened: int = 0
    stands_in: int = 0
    only_unknown: bool = True
    rows: list[RankedBarrier] = field(default_factory=list)
    with_others: list[int] = field(default_factory=list)
    instead: list[int] = field(default_factory=list)

    @property
    def effect(self) -> int:
        """By which the list is ordered: trips opened and trips much shorter, over all profiles."""
        return self.sum_of_trips + self.sum_of_shortened


def ranked(study: Study, profile: str = "", district: District | None = None) -> list[AtOneSpot]:
    """The barriers of a study, most effect first: of one profile, or of all with their trips added up; ``district``: those
    that lie in it, with the numbers that they have in the whole town."""
    rows = RankedBarrier.objects.filter(study=study).defer("line")
    if profile:
        rows = rows.filter(profile=profile)
    found: dict[str, AtOneSpot] = {}
    for row in rows:
        spot = found.setdefault(row.spot, AtOneSpot(row.spot, row.pk, row.name, row.point, row.metres))
        spot.trips, spot.shortened = max(spot.trips, row.trips), max(spot.shortened, row.shortened)
        spot.addresses, spot.metres = max(spot.addresses, row.addresses), max(spot.metres, row.metres)
        spot.trips_together = max(spot.trips_together, row.trips_together)
        spot.only_unknown &= row.only_unknown
        spot.rows.append(row)
    for spot in found.values():
        for mine in _by_profile(spot.rows):
            # parts of one street that break other limits open the same trips
            spot.sum_of_trips += max(row.trips for row in mine)
            spot.sum_of_shortened += max(row.shortened for row in mine)
            spot.stands_in += max(row.stands_in for row in mine)
    spots = sorted(
        found.values(), key=lambda s: (-s.effect, -max(r.trips_together for r in s.rows), -s.stands_in, s.number)
    )
    for number, spot in enumerate(spots, 1):
        spot.number = number
    for spot in spots:
        most = max(spot.rows, key=lambda row: row.trips_together)
        spot.with_others = _numbers(most.together, found)
        # only where it is so for everybody whom the place keeps out
        opening = [set(_numbers(row.instead, found)) for row in spot.rows if row.trips]
        spot.instead = sorted(set.intersection(*opening)) if opening else []
    if district is not None:
        inside = district.geometry.prepared
        spots = [spot for spot in spots if inside.covers(spot.point)]
    return spots


def _by_profile(rows: Iterable[RankedBarrier]) -> Iterable[list[RankedBarrier]]:
    found: dict[str, list[RankedBarrier]] = {}
    for row in rows:
        found.setdefault(row.profile, []).append(row)
    return found.values()


def _numbers(keys: Iterable[str], found: dict[str, AtOneSpot]) -> list[int]:
    """The numbers of barriers by their keys, which name what they are after where they are."""
    spots = {key.rpartition(".")[0] for key in keys}
    return sorted(found[spot].number for spot in spots if spot in found)


def still_missing(
    study: Study, *, near: Point | None = None, limit: int = 30, person: Person | None = None
) -> list[MissingFact]:
    """Missing facts that ``person`` can still help with, the most useful first, or those near a place.

    Near means: usefulness falls by half with every 200 metres. The more there is of one question, the later its next
    one comes, so that a round is not ten times the same.
    """
    settled = _settled(person)
    rows = [
        row for row in MissingFact.objects.filter(study=study).defer("line").order_by("pk")
        if (row.question, row.way, row.side, row.junction) not in settled
    ]  # fmt: skip
    useful = {row.pk: row.trips * len(row.profiles) * min(1.0, ASKABLE_M / max(1.0, row.metres)) for row in rows}
    if near is not None:
        for row in rows:
            useful[row.pk] *= 0.5 ** (_metres(near, row.point) / NEAR_M)
    rows.sort(key=lambda row: (-useful[row.pk], row.pk))
    before: Counter[str] = Counter()
    for row in rows:
        useful[row.pk] *= AGAIN ** before[row.question]
        before[row.question] += 1
    return sorted(rows, key=lambda row: (-useful[row.pk], row.pk))[:limit]


def _settled(person: Person | None) -> set[tuple[str, int, int, int]]:
    """Questions at their spots that need not be put to somebody: what was accepted, on which enough agree or too many differ,
    and what this voice has said already. All without an account are one voice, so a second of them adds nothing."""
    said: dict[tuple[str, int, int, int], dict[int | None, int]] = {}
    settled = set()
    rows = SurveyAnswer.objects.exclude(state=AnswerState.REFUSED).values_list(
        "question", "way", "side", "junction", "person_id", "value", "state"
    )
    for question, way, side, junction, voice, value, state in rows:
        spot = (question, way, side, junction)
        said.setdefault(spot, {})[voice] = value
        if state == AnswerState.ACCEPTED:
            settled.add(spot)
    me = None if person is None else person.pk
    for spot, voices in said.items():
        agree = max(Counter(voices.values()).values())
        if me in voices or agree >= AGREEING or len(voices) > AGREEING:
            settled.add(spot)
    return settled


def _metres(one: Point, other: Point) -> float:
    return hypot((one.x - other.x) * cos(radians(one.y)), one.y - other.y) * METRES_PER_DEGREE
