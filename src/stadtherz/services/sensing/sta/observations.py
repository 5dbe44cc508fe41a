# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Observations as rows of a statement, hot and packed, and their identifiers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from stadtherz.services.sensing.sta.errors import bad
from stadtherz.services.sensing.store.cold import Place, places
from stadtherz.services.sensing.store.identifiers import written
from stadtherz.services.sensing.store.moments import following
from stadtherz.services.sensing.store.relations import JUDGED, MOST_DAYS, relation

MARK = "\x01"
ABOUT = (
    "o.feature_id = {f}",
    "o.feature_id IS NULL AND o.datastream_id IN (SELECT s.id FROM sensing_datastream s WHERE s.feature_id = {f})",
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is known of the wanted observations before the database is asked: whose, since when, until when."""

    datastreams: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    hot: bool = False  # packed days need not be looked at
    places: tuple[Place, ...] | None = None  # the packed days that hold them, if they are known
    beside: bool = False  # asked for one datastream at a time, beside rows of the same statement
    packed_of: tuple[int, ...] | None = None  # only these datastreams have packed days that matter; of others rows may


def rows(bind: Callable[[Any], str], alias: str, bounds: Bounds, about: str = "") -> str:
    """What stands in FROM for observations. Raises 400 if too many packed days would have to be looked at.

    ``bind`` gives a placeholder for a value. ``about`` is the identifier of a feature, as SQL: rows that are not packed are found by one index or the other, since the
    database finds none for "either". Whoever asks names the whole condition once more, for those that are packed.
    """
    also = [each.replace("{f}", about) for each in ABOUT] if about else ["TRUE"]
    if bounds.hot:
        arms = " UNION ALL ".join(f"{JUDGED}sensing_observation AS o WHERE {each}" for each in also)
        return f"({arms}) AS {alias}"
    until = bounds.until and following(bounds.until)
    found = relation(
        datastreams=bounds.datastreams, since=bounds.since, until=until, also=also, places=_packed(bounds, until),
        beside=bounds.beside,
    )  # fmt: skip
    if not found.is_whole:
        raise bad(
            _("Too many of these observations are packed. Narrow the question by phenomenonTime or by one datastream."),
            option="$filter",
        )
    sql = found.sql
    for value in found.params:
        sql = sql.replace("%s", bind(value), 1)
    return f"{sql} AS {alias}"


def _packed(bounds: Bounds, until: datetime | None) -> Sequence[Place] | None:
    """The packed days that are wanted; None for all within the bounds."""
    if bounds.places is not None or bounds.packed_of is None:
        return bounds.places
    streams = bounds.packed_of
    if bounds.datastreams is not None:
        streams = tuple(sorted(set(streams) & set(bounds.datastreams)))
    return places(streams, bounds.since, until, most=MOST_DAYS + 1)


def identifier(alias: str) -> str:
    """What an identifier is made of, between marks, as SQL: ``named`` writes it. The database would take longer for base 36."""
    # Whole seconds and their fraction apart: both are exact in a double, and no numeric is reckoned with.
    micros = (
        f"(date_part('epoch', date_trunc('second', {alias}.phenomenon_time))::bigint * 1000000"
        f" + date_part('microseconds', {alias}.phenomenon_time)::bigint %% 1000000)"
    )
    return f"(chr(1) || {alias}.datastream_id || ' ' || {micros} || ' ' || {alias}.sequence || chr(1))"


def named(text: str) -> str:
    """JSON text with the identifiers in the place of their marks, which JSON itself never holds (RFC 8259, section 7)."""
    parts = text.split(MARK)
    known = {each: written(*map(int, each.split())) for each in set(parts[1::2])}
    parts[1::2] = [known[each] for each in parts[1::2]]
    return "".join(parts)
