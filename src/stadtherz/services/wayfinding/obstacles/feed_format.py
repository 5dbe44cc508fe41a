# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a feed of obstacles looks like: GeoJSON (RFC 7946), one feature an obstacle. Read here, documented in the handbook.

``id`` (of the feature or in its properties) names the obstacle; ``state`` may say that a lift works, in which case the
feature is no obstacle. Everything else may be missing. A feature that cannot be read is left out and counted.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from stadtherz.services.wayfinding.models import ObstacleFeed
from stadtherz.services.wayfinding.models.obstacles import TEXT_LENGTH, TITLE_LENGTH
from stadtherz.services.wayfinding.obstacles.actions.change import Drawn, plain
from stadtherz.services.wayfinding.obstacles.errors import Refused
from stadtherz.services.wayfinding.obstacles.vocabulary import ASSUMED, LONGEST, Effect, Kind

MOST_FEATURES: Final = 2_000
#: words by which operators say that a lift runs
WORKS: Final = frozenset({"ok", "active", "available", "operational", "in_service", "open", "aktiv", "in betrieb"})
#: without an end, an entry counts so long after it was told last
FRESH: Final = timedelta(hours=2)


class NotUnderstood(ValueError):
    """The answer is no GeoJSON FeatureCollection, or a larger one than is taken."""


@dataclass(frozen=True, slots=True)
class Told:
    """One obstacle of a feed."""

    key: str
    drawn: Drawn


@dataclass(frozen=True, slots=True)
class Reading:
    """What a feed told, and how many features could not be read."""

    told: list[Told]
    skipped: int


def read(body: bytes, feed: ObstacleFeed) -> Reading:
    """The obstacles that the feed tells. Raises ``NotUnderstood``."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("The answer is no JSON.") from error
    features = said.get("features") if isinstance(said, dict) else None
    if not isinstance(features, list) or said.get("type") != "FeatureCollection":
        raise NotUnderstood("The answer is no GeoJSON FeatureCollection.")
    if len(features) > MOST_FEATURES:
        raise NotUnderstood(f"The feed has more than {MOST_FEATURES} features.")
    told: dict[str, Told] = {}
    skipped = 0
    now = timezone.now()
    for feature in features:
        try:
            found = _told(feature, feed, now)
            if found is not None:
                found.drawn.fields()  # what the rules refuse (a place outside the municipality) is left out as well
        except (Refused, ValueError, TypeError, KeyError, AttributeError, GEOSException, GDALException, OverflowError):
            skipped += 1
            continue
        if found is not None:
            told[found.key] = found
    return Reading(list(told.values()), skipped)


def _told(feature: dict[str, Any], feed: ObstacleFeed, now: datetime) -> Told | None:
    said = feature.get("properties") or {}
    names = (feature.get("id"), said.get("id"), said.get("equipmentnumber"))
    key = next((str(name).strip()[:200] for name in names if name is not None), "")
    if not key:
        raise ValueError("no id")
    state = str(said.get("state", said.get("status", ""))).strip().lower()
    if state in WORKS:
        return None
    kind = Kind(said["kind"]) if said.get("kind") else Kind(feed.kind)
    effect = Effect(said["effect"]) if said.get("effect") else Effect(feed.effect)
    begins = _moment(said.get("begins")) or now
    ends = _moment(said.get("ends")) or max(begins, now) + FRESH
    geometry = GEOSGeometry(json.dumps(feature["geometry"], allow_nan=False), srid=4326)
    reach = said.get("reach_m", ASSUMED[kind].reach)
    if not isinstance(reach, int | float) or not math.isfinite(reach):
        raise ValueError("reach_m is no number")
    drawn = Drawn(
        kind=kind, effect=effect, geometry=geometry, begins=begins, ends=min(ends, begins + LONGEST),
        reach_m=int(reach), title=_text(said.get("title"), TITLE_LENGTH),
        place_label=_text(said.get("place"), 200), text=_text(said.get("text"), TEXT_LENGTH),
    )  # fmt: skip
    return Told(plain(key), drawn)


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    found = parse_datetime(str(value))
    if found is None:
        raise ValueError("no date and time (ISO 8601)")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _text(value: Any, most: int) -> str:
    return plain(str(value or ""))[:most]
