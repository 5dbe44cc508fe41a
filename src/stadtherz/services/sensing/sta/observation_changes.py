# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""PATCH, PUT and DELETE of observations: members of the body become the arguments of the verbs."""

from __future__ import annotations

from typing import Any

from stadtherz.kernel.people.models import Person
from stadtherz.services.sensing.actions.observations import (
    change_observation,
    remove_observation,
    remove_observations_about,
)
from stadtherz.services.sensing.models import FeatureOfInterest
from stadtherz.services.sensing.sta.syntax import Span
from stadtherz.services.sensing.store.identifiers import Key, written
from stadtherz.services.sensing.store.moments import microseconds

DETAILS = frozenset({"result_time", "valid_time", "quality", "parameters"})


def change(key: Key, values: dict[str, Any], links: dict[str, Any], by: Person | None) -> str:
    """Change an observation; its identifier now."""
    given: dict[str, Any] = {"result": values["result"]} if "result" in values else {}
    time = values.get("time")
    if time is not None:
        given["time"] = (time.start, time.end) if isinstance(time, Span) else (time, None)
    place = change_observation(
        key=key, by=by, details={name: value for name, value in values.items() if name in DETAILS},
        feature=links.get("FeatureOfInterest"), datastream=links.get("Datastream"), **given,
    )  # fmt: skip
    return written(place.datastream, microseconds(place.time), place.sequence)


def remove(key: Key, by: Person | None) -> None:
    """Remove an observation."""
    remove_observation(key=key, by=by)


def remove_about(feature: FeatureOfInterest) -> None:
    """Remove what was observed about a feature."""
    remove_observations_about(feature=feature)
