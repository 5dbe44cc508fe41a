# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The observed area of a datastream: the bounding box of what its observations say something about (OGC 18-088, section 8.2.4).

It grows with the first observation about a feature that lies outside, and is reckoned anew when the last one about a feature goes.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from stadtherz.services.sensing.models import Datastream

GROW = """
UPDATE sensing_datastream d SET observed_area = ST_Envelope(ST_Collect(d.observed_area, g.box))
FROM (
    SELECT p.datastream, ST_Envelope(ST_Collect(f.geometry)) AS box
    FROM unnest(%s::int[], %s::bigint[]) AS p(datastream, feature)
    JOIN sensing_featureofinterest f ON f.id = p.feature WHERE f.geometry IS NOT NULL GROUP BY p.datastream
) g
WHERE d.id = g.datastream AND (d.observed_area IS NULL OR NOT ST_Covers(ST_Envelope(d.observed_area), g.box))
"""
HOLD = """
SELECT d.id FROM sensing_datastream d JOIN (
    SELECT p.datastream, ST_Envelope(ST_Collect(f.geometry)) AS box
    FROM unnest(%s::int[], %s::bigint[]) AS p(datastream, feature)
    JOIN sensing_featureofinterest f ON f.id = p.feature WHERE f.geometry IS NOT NULL GROUP BY p.datastream
) g ON d.id = g.datastream
WHERE d.observed_area IS NULL OR NOT ST_Covers(ST_Envelope(d.observed_area), g.box)
ORDER BY d.id FOR NO KEY UPDATE OF d
"""
STILL = """
SELECT EXISTS (SELECT 1 FROM sensing_observation WHERE datastream_id = %(stream)s
               AND CASE WHEN %(feature)s::bigint IS NULL THEN feature_id IS NULL ELSE feature_id = %(feature)s END)
    OR EXISTS (SELECT 1 FROM sensing_packed_day WHERE datastream_id = %(stream)s
               AND coalesce(features, '{0}') @> ARRAY[coalesce(%(feature)s::bigint, 0)])
"""
FEATURES = """
SELECT feature_id FROM sensing_observation WHERE datastream_id = %(stream)s AND feature_id IS NOT NULL
UNION SELECT each FROM sensing_packed_day, unnest(features) AS each WHERE datastream_id = %(stream)s AND each <> 0
"""


def hold(observed: Iterable[tuple[int, int]]) -> None:
    """Before observations are written: lock the datastreams whose areas they will let grow. Latest values are locked after them."""
    pairs = sorted(set(observed))
    if pairs:
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [[stream for stream, _feature in pairs], [feature for _stream, feature in pairs]])


def grow(observed: Iterable[tuple[int, int]]) -> None:
    """Observations of a datastream about a feature were written, each as (datastream, feature)."""
    pairs = sorted(set(observed))
    if pairs:
        with connection.cursor() as cursor:
            cursor.execute(GROW, [[stream for stream, _feature in pairs], [feature for _stream, feature in pairs]])


def settle(datastream: int, feature: int | None) -> None:
    """An observation about a feature (None: the datastream's own) is gone: without another one the area is reckoned anew."""
    with connection.cursor() as cursor:
        cursor.execute(STILL, {"stream": datastream, "feature": feature})
        still = cursor.fetchone()[0]
    if not still:
        reckon(datastream)


def reckon(datastream: int) -> None:
    """Reckon the area of a datastream anew from the observations that it has."""
    stream = Datastream.objects.get(pk=datastream)
    with connection.cursor() as cursor:
        cursor.execute(STILL, {"stream": datastream, "feature": None})
        own = cursor.fetchone()[0]
        cursor.execute(FEATURES, {"stream": datastream})
        features = {row[0] for row in cursor.fetchall()}
    if not own:  # the next observation finds out again where the thing is
        stream.feature = stream.current_feature = None
    elif stream.feature_id is not None:
        features.add(stream.feature_id)
    stream.observed_area = None
    stream.save(update_fields=["feature", "current_feature", "observed_area"])
    grow((datastream, feature) for feature in features)
