# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Verbs of studies: order one, carry it out. A study reads the map and the accepted facts, and nothing about people."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.jobs.queue import enqueue, job
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding import graph_files, graphs
from stadtherz.services.wayfinding.engine.engine import Engine
from stadtherz.services.wayfinding.engine.graph import Ints
from stadtherz.services.wayfinding.engine.presets import PRESETS
from stadtherz.services.wayfinding.engine.profiles import Profile, as_mapping
from stadtherz.services.wayfinding.engine.studies.barriers import Opened, Ranking, rank
from stadtherz.services.wayfinding.engine.studies.ground import Barrier, Town
from stadtherz.services.wayfinding.engine.studies.missing import missing_facts
from stadtherz.services.wayfinding.engine.studies.trips import AT_MOST, Goal, everyday_trips
from stadtherz.services.wayfinding.engine.vocabulary import Kind, Place, Side
from stadtherz.services.wayfinding.models import MissingFact, RankedBarrier, StudiedProfile, Study
from stadtherz.services.wayfinding.queries.studies import addresses, public_places
from stadtherz.services.wayfinding.studies.vocabulary import METHOD, POINT_EVERY_M, Destination, StudyState
from stadtherz.services.wayfinding.town_area import in_town, town_area

logger = logging.getLogger(__name__)

SEED = 20240501
#: a study that is still waiting after so long has lost its worker, for example to a server that ran out of memory twice
LONGEST = timedelta(hours=2)
#: the profiles that are studied: all that have a limit
STUDIED = tuple(key for key in PRESETS if key != "foot")
_STREETS = (
    Kind.QUIET_STREET, Kind.LIVING_STREET, Kind.PEDESTRIAN, Kind.BUSY_STREET, Kind.MAIN_STREET, Kind.PAVEMENT,
)  # fmt: skip


class StudyRefused(ValueError):
    """A study cannot be made; the message says why and what to do."""


class AlreadyOrdered(StudyRefused):
    """One is waiting or running already."""


@transaction.atomic
def order_study(*, person: Person | None, seed: int = SEED) -> Study:
    """Have the trips of the town counted anew, in the background. Raises ``AlreadyOrdered`` or ``StudyRefused``.

    Side effects: a job, an entry in the record.
    """
    extract = current_extract()
    if extract is None or not graph_files.graph_path(extract.slug).exists():
        raise StudyRefused(_("There is no map of the town yet. Load an extract first; the handbook says how."))
    waiting = Study.objects.filter(state=StudyState.WAITING)
    if waiting.filter(ordered_at__gt=timezone.now() - LONGEST).exists():
        raise AlreadyOrdered(_("A study is already being made. Wait for it to end."))
    waiting.update(state=StudyState.FAILED, problem=_("The counting did not come to its end."))
    ordered = Study.objects.create(ordered_by=person, seed=seed)
    enqueue(count_trips, study=ordered.pk)
    record(
        action="wayfinding.order_study", actor=person, subject=f"wayfinding.study:{ordered.pk}", detail={"seed": seed}
    )
    return ordered


@job("wayfinding.study", attempts=2)
def count_trips(*, study: int) -> None:
    """Carry out a study that was ordered."""
    found = Study.objects.filter(pk=study, state=StudyState.WAITING).first()
    if found is None:
        return
    try:
        carry_out(study=found)
    except Exception:
        # noted instead of raised: a study that waits for ever would let nobody order another one
        logger.exception("study %s failed", study)
        Study.objects.filter(pk=study).update(
            state=StudyState.FAILED,
            ended_at=timezone.now(),
            problem=_("The counting failed; the log of the worker says where."),
        )


@transaction.atomic
def carry_out(*, study: Study, at_most: int = AT_MOST) -> Study:
    """Count, for more than ``at_most`` addresses with a sample, and keep the result. What goes wrong is kept with the study. Side effect: older results keep their list
    of barriers, but not their missing facts."""
    study.began_at, begin = timezone.now(), time.monotonic()
    extract = current_extract()
    try:
        if extract is None:
            raise StudyRefused(_("There is no map of the town yet. Load an extract first; the handbook says how."))
        _count(study, extract, at_most)
        study.state = StudyState.DONE
    except graphs.NoGraph:
        study.state, study.problem = StudyState.FAILED, _("The walking graph of this town is not prepared yet.")
    except StudyRefused as refusal:
        study.state, study.problem = StudyState.FAILED, str(refusal)
    study.seconds, study.ended_at = round(time.monotonic() - begin, 1), timezone.now()
    study.save()
    if study.state == StudyState.DONE:
        MissingFact.objects.exclude(study=study).delete()
    return study


def _count(study: Study, extract: Extract, at_most: int) -> None:
    loaded = graphs.loaded()
    engine = loaded.town.engine
    homes, by_street = addresses(extract)
    points = street_points(engine, by_street, in_town(engine.graph, town_area()))
    goals = [Goal(lon, lat, kind) for lon, lat, kind in public_places(extract)] + _toilets(engine)
    if not homes and not points:
        raise StudyRefused(_("The map has no addresses and no streets with a name in the municipality's area."))
    if not goals:
        raise StudyRefused(_("The map has no public places, such as stops, schools or pharmacies."))
    trips = everyday_trips([*homes, *points], goals, seed=study.seed, at_most=at_most)
    town = Town(engine, trips)
    study.extract, study.facts_version, study.method = extract.slug, loaded.facts, METHOD
    study.map_day = str(engine.graph.about.get("map_timestamp", ""))[:40]
    study.addresses, study.street_points, study.places = len(set(homes)), len(points), len(set(goals))
    study.sampled = len(trips.origins)
    answers: list[tuple[Profile, Ranking]] = []
    for key in STUDIED:
        profile = PRESETS[key].profile
        ranking = rank(town, profile, seed=study.seed)
        _keep(study, engine, profile, ranking)
        answers.append((profile, ranking))
    _keep_missing(study, engine, answers)


def fingerprint(profile: Profile) -> str:
    """A short name of a profile's figures: another one, other figures."""
    return hashlib.sha256(json.dumps(as_mapping(profile), sort_keys=True).encode()).hexdigest()[:16]


def street_points(engine: Engine, by_street: dict[str, int], here: Ints) -> list[tuple[float, float]]:
    """Points along the streets of the town (``here``, by edge) of which the map has no or hardly any house numbers, so that
    their people count, too."""
    graph = engine.graph
    edge = graph.edges
    named = here & (edge["name"] > 0) & np.isin(edge["kind"], _STREETS) & (edge["side"] != Side.RIGHT)
    metres = np.bincount(edge["name"][named], weights=engine.model.metres[named], minlength=len(graph.names))
    bare = np.array([by_street.get(name, 0) * 100 < metres[number] for number, name in enumerate(graph.names)])
    edges = np.flatnonzero(named & bare[edge["name"]])
    edges = edges[np.lexsort((edges, edge["name"][edges]))]
    end = np.cumsum(engine.model.metres[edges])
    before = end - engine.model.metres[edges]
    points = []
    for index in np.flatnonzero(end // POINT_EVERY_M > before // POINT_EVERY_M).tolist():
        line = LineString(graph.line(int(edges[index])).tolist())
        for number in range(int(before[index] // POINT_EVERY_M) + 1, int(end[index] // POINT_EVERY_M) + 1):
            share = (number * POINT_EVERY_M - before[index]) / max(0.1, end[index] - before[index])
            at = line.interpolate_normalized(min(1.0, max(0.0, float(share))))
            points.append((round(at.x, 7), round(at.y, 7)))
    return points


def _toilets(engine: Engine) -> list[Goal]:
    """Public toilets have seldom a name; the graph knows them all."""
    places = engine.graph.places
    if not places:
        return []
    here = places["kind"] == Place.TOILET
    return [
        Goal(float(x), float(y), str(Destination.TOILET))
        for x, y in zip(places["x"][here], places["y"][here], strict=True)
    ]


def _course(engine: Engine, edges: Sequence[int]) -> MultiLineString:
    return MultiLineString([LineString(engine.graph.line(edge).tolist()) for edge in edges[:200]], srid=4326)


def _spot(barrier: Barrier) -> str:
    """Where a barrier is, without which limits it breaks."""
    return barrier.key.rpartition(".")[0]


def _keep(study: Study, engine: Engine, profile: Profile, ranking: Ranking) -> None:
    StudiedProfile.objects.create(
        study=study, profile=profile.key, figures=fingerprint(profile), trips=ranking.trips, joined=ranking.joined,
        severed=ranking.severed, astray=ranking.astray,
    )  # fmt: skip
    RankedBarrier.objects.bulk_create(_row(study, engine, profile.key, opened) for opened in ranking.found)


def _row(study: Study, engine: Engine, profile: str, opened: Opened) -> RankedBarrier:
    barrier = opened.barrier
    return RankedBarrier(
        study=study, profile=profile, key=barrier.key, spot=_spot(barrier), name=barrier.name[:200],
        facts=[[fact.limit.name, fact.value, fact.asked] for fact in barrier.facts], only_unknown=barrier.only_unknown,
        metres=round(barrier.metres, 1), trips=opened.trips, addresses=opened.addresses, shortened=opened.shortened,
        stands_in=opened.stands_in, together=[other.key for other in opened.together],
        trips_together=opened.trips_together, instead=[other.key for other in opened.instead], point=Point(barrier.lon, barrier.lat, srid=4326),
        line=_course(engine, barrier.edges),
    )  # fmt: skip


def _keep_missing(study: Study, engine: Engine, answers: Sequence[tuple[Profile, Ranking]]) -> None:
    def rows() -> Iterator[MissingFact]:
        for missing in missing_facts(engine, answers):
            yield MissingFact(
                study=study, question=missing.question.value, way=missing.spot.way, side=missing.spot.side,
                junction=missing.spot.junction, kind=int(missing.kind), name=missing.name[:200],
                metres=round(missing.metres, 1), trips=missing.trips, profiles=list(missing.profiles),
                point=Point(missing.lon, missing.lat, srid=4326), line=_course(engine, missing.edges),
            )  # fmt: skip

    MissingFact.objects.bulk_create(rows(), batch_size=200)
