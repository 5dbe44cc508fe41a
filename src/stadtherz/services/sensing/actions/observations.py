# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changing and removing single observations. The result that was delivered is never overwritten: a correction stands beside it.

The identifier of an observation is made of its datastream and time. When one of these is changed, the earlier identifier
goes on leading to it (``MovedObservation``).
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.municipalities.active import active_id
from stadtherz.kernel.people.models import Person
from stadtherz.services.sensing.actions import areas
from stadtherz.services.sensing.actions.geometries import EntityRefused
from stadtherz.services.sensing.models import Datastream, FeatureOfInterest, MovedObservation
from stadtherz.services.sensing.store import contents, months, moving, newest, removing
from stadtherz.services.sensing.store.identifiers import Key, understood, written
from stadtherz.services.sensing.store.moments import DAY, microseconds
from stadtherz.services.sensing.store.readings import Refused

AT = "datastream_id = %s AND phenomenon_time = %s AND sequence = %s"
DETAILS = ("end", "result_time", "valid_time", "quality", "parameters")


@transaction.atomic
def remove_observation(*, key: Key, by: Person | None = None) -> bool:
    """Remove an observation; False if it was not there."""
    moving.bring_back(key.datastream, microseconds(key.time) // DAY)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM sensing_observation WHERE {AT} RETURNING feature_id",  # noqa: S608
            [key.datastream, key.time, key.sequence],
        )
        gone = cursor.fetchone()
    if gone is not None:
        areas.settle(key.datastream, gone[0])
        record(action="sensing.remove_observation", actor=by, subject=f"sensing.observation:{_name(key)}")
        _settle(key)
    return gone is not None


@transaction.atomic
def remove_observations_about(*, feature: FeatureOfInterest) -> None:
    """Remove all observations about a feature of interest (OGC 18-088, table 25)."""
    for datastream in removing.remove_about(feature.pk):
        newest.refresh(datastream)
        areas.reckon(datastream)


@transaction.atomic
def change_observation(
    *,
    key: Key,
    by: Person | None = None,
    time: Any = None,
    details: dict[str, Any] | None = None,
    feature: FeatureOfInterest | None = None,
    datastream: Datastream | None = None,
    **correction: Any,
) -> Key:
    """Change an observation; returns where it stands now.

    ``correction`` may hold ``result``; ``time`` is (start, end); ``details`` the other properties, None where one goes away.
    Raises ``EntityRefused``.
    """
    moving.bring_back(key.datastream, microseconds(key.time) // DAY)
    row = _row(key)
    if row is None:
        raise EntityRefused("", _("This observation is not there any more."))
    number, value, held, feature_id = row
    kept = dict(held or {})
    for name, each in (details or {}).items():
        kept.pop(name, None)
        if each is not None:
            kept[name] = _as_kept(name, each)
    stream = datastream or Datastream.objects.get(pk=key.datastream)
    if "result" in correction:
        kept["correction"] = _correction(
            stream, kept.get("correction"), correction["result"], by, delivered=(number, value)
        )
        if kept["correction"] is None:
            del kept["correction"]
    start, end = time if time is not None else (key.time, None)
    if time is not None:
        kept.pop("end", None)
        if end is not None:
            kept["end"] = contents.as_text(end)
    about = feature.pk if feature is not None else feature_id
    place = Key(stream.pk, start, key.sequence)
    if (place.datastream, place.time) == (key.datastream, key.time):
        _update(key, kept, about)
    else:
        if about is None and stream.pk != key.datastream:  # what was the default there is not the default here
            about = Datastream.objects.values_list("feature_id", flat=True).get(pk=key.datastream)
        place = _move(key, place, (number, value, kept, about))
    record(action="sensing.change_observation", actor=by, subject=f"sensing.observation:{_name(key)}")
    if (place.datastream, about) != (key.datastream, feature_id):
        areas.settle(key.datastream, feature_id)
        areas.grow([(place.datastream, about)] if about is not None else [])
    _settle(key)
    if place != key:
        _settle(place)
    return place


def moved_to(key: Key) -> Key | None:
    """Where the observation of an earlier identifier stands now."""
    found = MovedObservation.objects.filter(original=_name(key)).values_list("current", flat=True).first()
    return understood(found) if found else None


def _name(key: Key) -> str:
    return written(key.datastream, microseconds(key.time), key.sequence)


def _row(key: Key) -> tuple[Any, Any, dict[str, Any] | None, int | None] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT number, value::text, details::text, feature_id FROM sensing_observation WHERE {AT} FOR UPDATE",  # noqa: S608
            [key.datastream, key.time, key.sequence],
        )
        row = cursor.fetchone()
    return (row[0], row[1], json.loads(row[2]) if row[2] else None, row[3]) if row else None


def _as_kept(name: str, value: Any) -> Any:
    if name == "valid_time":
        return [contents.as_text(each) for each in value]
    return contents.as_text(value) if name == "result_time" else value


def _correction(
    stream: Datastream, before: dict[str, Any] | None, result: Any, by: Person | None, *, delivered: tuple[Any, Any]
) -> dict[str, Any] | None:
    """What stands beside the delivered result; nothing if the result is what was delivered."""
    try:
        number, value = contents._result(result)
    except Refused as refused:
        raise EntityRefused("result", refused.reason) from None
    unfit = contents.fits(contents.form_of(stream), number, value)
    if unfit is not None:
        raise EntityRefused("result", unfit.reason)
    kept = dict(before or {}) if "flag" in (before or {}) else {}
    kept.pop("result", None)
    if (number, value) != delivered:
        kept |= {"result": result, "by": by.pk if by else None, "at": contents.as_text(timezone.now())}
    return kept or None


def _update(key: Key, kept: dict[str, Any], feature: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE sensing_observation SET details = %s::jsonb, feature_id = %s WHERE {AT}",  # noqa: S608
            [_json(kept), feature, key.datastream, key.time, key.sequence],
        )


def _json(kept: dict[str, Any]) -> str | None:
    try:
        return contents.as_json(kept, "details") if kept else None
    except Refused as refused:
        raise EntityRefused(refused.field, refused.reason) from None


def _move(key: Key, place: Key, content: tuple[Any, Any, dict[str, Any], int | None]) -> Key:
    """Take the row away and write it at its new place, in the first sequence that is free."""
    number, value, kept, feature = content
    moving.bring_back(place.datastream, microseconds(place.time) // DAY)
    months.make_for(microseconds(place.time))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM sensing_observation WHERE {AT}", [key.datastream, key.time, key.sequence])  # noqa: S608
        cursor.execute(
            "INSERT INTO sensing_observation (phenomenon_time, number, datastream_id, municipality_id, sequence, feature_id, value,"
            " details) SELECT %(time)s, %(number)s, %(stream)s, %(town)s, coalesce((SELECT max(sequence) + 1 FROM sensing_observation"
            " WHERE datastream_id = %(stream)s AND phenomenon_time = %(time)s), 0), %(feature)s, %(value)s::jsonb, %(details)s::jsonb"
            " RETURNING sequence",
            {
                "time": place.time, "number": number, "stream": place.datastream, "town": active_id(), "feature": feature,
                "value": value, "details": _json(kept),
            },
        )  # fmt: skip
        now = Key(place.datastream, place.time, cursor.fetchone()[0])
    MovedObservation.objects.filter(current=_name(key)).update(current=_name(now))
    MovedObservation.objects.filter(original=_name(now)).delete()
    MovedObservation.objects.update_or_create(
        original=_name(key), defaults={"current": _name(now), "datastream_id": now.datastream}
    )
    return now


def _settle(key: Key) -> None:
    _mark(key)
    newest.refresh(key.datastream)


def _mark(key: Key) -> None:
    """The hour's figures must be made anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sensing_changed_hour (hour, datastream_id, municipality_id)"
            " VALUES (date_trunc('hour', %s::timestamptz, 'UTC'), %s, %s) ON CONFLICT DO NOTHING",
            [key.time, key.datastream, active_id()],
        )


__all__ = ["change_observation", "moved_to", "remove_observation", "remove_observations_about"]
