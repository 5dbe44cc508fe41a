# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Observations that were published at the topics of the standard (OGC 18-088, section 14.2), linked to what is there or describing it.

An observation that links its datastream and feature of interest is written with all others of its batch. One that describes either
is a deep insert (section 10.2.1): all that it describes is made, or nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stadtherz.services.sensing.actions import areas
from stadtherz.services.sensing.actions.places import NoPlace, feature_for
from stadtherz.services.sensing.ingest.messages import NotAMessage, time_quality
from stadtherz.services.sensing.ingest.strict_json import loads
from stadtherz.services.sensing.models import Datastream, FeatureOfInterest
from stadtherz.services.sensing.mqtt.deliveries import Delivery
from stadtherz.services.sensing.mqtt.topics import Described, observation, place_of
from stadtherz.services.sensing.reasons import Reason, about, reason_of
from stadtherz.services.sensing.sta.errors import StaError
from stadtherz.services.sensing.sta.inserting import Insert
from stadtherz.services.sensing.sta.linking import existing, linked_id
from stadtherz.services.sensing.sta.schema import BY_NAME, OBSERVATION
from stadtherz.services.sensing.store.readings import Reading, Refused, State
from stadtherz.services.sensing.store.writing import write_now


@dataclass(slots=True)
class Taken:
    """What became of a batch. ``made`` are datastreams that its observations described."""

    new: int = 0
    repeated: int = 0
    problems: list[Reason] = field(default_factory=list)
    made: list[int] = field(default_factory=list)
    worth_remembering: list[Delivery] = field(
        default_factory=list
    )  # what only its packet identifier tells from a repetition


def take_published(deliveries: Sequence[Delivery], *, rights: set[int] | None, may_describe: bool) -> Taken:
    """Write the observations, in the caller's transaction and municipality. ``rights`` None: every datastream."""
    taken, readings, now = Taken(), [], timezone.now()
    places: dict[int, bool] = {}
    for each in deliveries:
        try:
            found = observation(each.topic, each.payload, each.at)
            _check(found, rights, places)
        except Described as described:
            if may_describe:
                _describe(each, rights, taken)
            else:
                taken.problems.append(about(each.topic, described.reason))
            continue
        except NotAMessage as error:
            taken.problems.append(about(each.topic, error.reason))
            continue
        if found.time == each.at:
            taken.worth_remembering.append(each)
        if not (found.time == each.at and each.kept):
            said = found.quality  # the sender's own word is kept
            readings.append(replace(found, quality=time_quality(found.time, now) if said is None else said))
    for outcome in write_now(_placed(readings)) if readings else []:
        if isinstance(outcome, Refused):
            taken.problems.append(reason_of(outcome))
        elif outcome.state is State.NEW:
            taken.new += 1
        else:
            taken.repeated += 1
    return taken


def _check(found: Reading, rights: set[int] | None, places: dict[int, bool]) -> None:
    """Into a datastream that may be written, and about a place that is there. Raises ``NotAMessage``."""
    if rights is not None and found.datastream not in rights:
        raise NotAMessage(_("The source has no right to this datastream."))
    if found.feature is not None:
        if found.feature not in places:
            places[found.feature] = FeatureOfInterest.objects.filter(pk=found.feature).exists()
        if not places[found.feature]:
            words = _("There is no %(entity)s with the identifier %(id)s.")
            raise NotAMessage(words, entity="FeatureOfInterest", id=found.feature)


def _placed(readings: list[Reading]) -> list[Reading]:
    """Those without a feature of interest are about the place of the thing (section 10.2, special case 1), if anybody knows it."""
    streams = {each.datastream for each in readings if each.feature is None}
    about: dict[int, int | None] = {}
    for stream in Datastream.objects.filter(pk__in=streams).order_by("pk"):
        with suppress(NoPlace):
            about[stream.pk] = feature_for(datastream=stream)
    placed = [replace(each, feature=about.get(each.datastream)) if each.feature is None else each for each in readings]
    areas.grow((each.datastream, each.feature) for each in placed if each.feature is not None)
    return placed


def _describe(delivery: Delivery, rights: set[int] | None, taken: Taken) -> None:
    """Make what the observation describes, and the observation. A second delivery of the message makes nothing."""
    if delivery.kept:  # what a broker keeps would be made anew with each of our connections
        return
    taken.worth_remembering.append(delivery)
    if delivery.known:
        taken.repeated += 1
        return
    try:
        with transaction.atomic():
            stream, repeated, is_new = _insert(delivery, rights)
    except (StaError, NotAMessage) as error:
        taken.problems.append(about(delivery.topic, reason_of(error)))
        return
    taken.repeated, taken.new = taken.repeated + repeated, taken.new + (not repeated)
    if is_new:
        taken.made.append(stream)


def _insert(delivery: Delivery, rights: set[int] | None) -> tuple[int, bool, bool]:
    """The datastream, whether the observation was there, and whether the datastream is new. Raises ``StaError``, ``NotAMessage``."""
    document: dict[str, Any] = loads(delivery.payload)
    if document.get("phenomenonTime") is None:
        document["phenomenonTime"] = delivery.at.isoformat()
    around = {name: existing(BY_NAME[name], number, name) for name, number in place_of(delivery.topic)}
    link = document.get("Datastream")
    is_new = (
        "Datastream" not in around and link is not None and linked_id(BY_NAME["Datastream"], link, "Datastream") is None
    )
    insert = Insert()
    insert.create(OBSERVATION, document, around)
    stream = insert.readings[0].datastream
    if not is_new and rights is not None and stream not in rights:
        raise NotAMessage(_("The source has no right to this datastream."))
    return stream, insert.finish()[0][1], is_new
