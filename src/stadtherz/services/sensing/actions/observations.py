# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changing and removing single observations. The result that was delivered is never overwritten: a correction stands beside it.

The identifier of an observation is made of its datastream and time. When one of these is changed, the earlier identifier
goes on leading to it (``MovedObservation``).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.people.models import Person
from stadtherz.services.sensing.actions import areas
from stadtherz.services.sensing.actions.geometries import EntityRefused
from stadtherz.services.sensing.models import Datastream, FeatureOfInterest, MovedObservation
from stadtherz.services.sensing.store import changing, contents, newest, removing
from stadtherz.services.sensing.store.identifiers import Key, understood, written
from stadtherz.services.sensing.store.moments import microseconds
from stadtherz.services.sensing.store.readings import Refused


@transaction.atomic
def remove_observation(*, key: Key, by: Person | None = None) -> bool:
    """Remove an observation; False if it was not there."""
    gone = changing.remove(key)
    if gone is not None:
        areas.settle(key.datastream, gone.feature)
        record(action="sensing.remove_observation", actor=by, subject=f"sensing.observation:{_name(key)}")
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
    row = changing.row_at(key)
    if row is None:
        raise EntityRefused("", _("This observation is not there any more."))
    kept = dict(row.details)
    for name, each in (details or {}).items():
        kept.pop(name, None)
        if each is not None:
            kept[name] = _as_kept(name, each)
    stream = datastream or Datastream.objects.get(pk=key.datastream)
    if "result" in correction:
        kept["correction"] = _correction(
            stream, kept.get("correction"), correction["result"], by, delivered=(row.number, row.value)
        )
        if kept["correction"] is None:
            del kept["correction"]
    elif stream.pk != key.datastream:
        _refuse_unfit(stream, kept.get("correction"), delivered=(row.number, row.value))
    start, end = time if time is not None else (key.time, None)
    if time is not None:
        kept.pop("end", None)
        if end is not None:
            kept["end"] = contents.as_text(end)
    about = feature.pk if feature is not None else row.feature
    place = Key(stream.pk, start, key.sequence)
    if (place.datastream, place.time) == (key.datastream, key.time):
        changing.change(key, details=_json(kept), feature=about)
    else:
        if about is None and stream.pk != key.datastream:  # what was the default there is not the default here
            about = Datastream.objects.values_list("feature_id", flat=True).get(pk=key.datastream)
        place = changing.move(key, place, row._replace(feature=about), details=_json(kept))
        _lead_to(place, before=key)
    record(action="sensing.change_observation", actor=by, subject=f"sensing.observation:{_name(key)}")
    if (place.datastream, about) != (key.datastream, row.feature):
        areas.settle(key.datastream, row.feature)
        areas.grow([(place.datastream, about)] if about is not None else [])
    return place


def moved_to(key: Key) -> Key | None:
    """Where the observation of an earlier identifier stands now."""
    found = MovedObservation.objects.filter(original=_name(key)).values_list("current", flat=True).first()
    return understood(found) if found else None


def _name(key: Key) -> str:
    return written(key.datastream, microseconds(key.time), key.sequence)


def _as_kept(name: str, value: Any) -> Any:
    if name == "valid_time":
        return [contents.as_text(each) for each in value]
    return contents.as_text(value) if name == "result_time" else value


def _correction(
    stream: Datastream, before: dict[str, Any] | None, result: Any, by: Person | None, *, delivered: tuple[Any, Any]
) -> dict[str, Any] | None:
    """What stands beside the delivered result; nothing if the result is what was delivered."""
    number, value = _fitting(stream, result)
    kept = dict(before or {}) if "flag" in (before or {}) else {}
    kept.pop("result", None)
    if (number, value) != delivered:
        kept |= {"result": result, "by": by.pk if by else None, "at": contents.as_text(timezone.now())}
    return kept or None


def _refuse_unfit(stream: Datastream, correction: dict[str, Any] | None, *, delivered: tuple[Any, Any]) -> None:
    """Raises ``EntityRefused`` if the result, as it counts, is none for this datastream."""
    if correction is not None and "result" in correction:
        _fitting(stream, correction["result"])
    elif (unfit := contents.fits(contents.form_of(stream), *delivered)) is not None:
        raise EntityRefused("result", unfit.reason)


def _fitting(stream: Datastream, result: Any) -> tuple[Any, Any]:
    """The result as number and value. Raises ``EntityRefused`` if it is none for this datastream."""
    try:
        number, value = contents._result(result)
    except Refused as refused:
        raise EntityRefused("result", refused.reason) from None
    unfit = contents.fits(contents.form_of(stream), number, value)
    if unfit is not None:
        raise EntityRefused("result", unfit.reason)
    return number, value


def _json(kept: dict[str, Any]) -> str | None:
    try:
        return contents.as_json(kept, "details") if kept else None
    except Refused as refused:
        raise EntityRefused(refused.field, refused.reason) from None


def _lead_to(now: Key, *, before: Key) -> None:
    """The earlier identifier, and those that led to it, lead to where the observation stands now."""
    MovedObservation.objects.filter(current=_name(before)).update(current=_name(now))
    MovedObservation.objects.filter(original=_name(now)).delete()
    MovedObservation.objects.update_or_create(
        original=_name(before), defaults={"current": _name(now), "datastream_id": now.datastream}
    )


__all__ = ["change_observation", "moved_to", "remove_observation", "remove_observations_about"]
