# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lanes of the standard's interface: plain observations of numbers, one by one or as a DataArray (OGC 18-088, sections 10.2, 13.2).

A lane takes what devices send a thousand times a second and answers as the ordinary view in ``sta`` would; a test sends the same
through both. Whatever is unusual in the slightest (text, details, a feature of interest, times in other words, an unknown
member, a name that stands twice, an error) is passed on to that view, which also says what is wrong. So nothing is refused here.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
import numpy as np

from stadtherz.kernel.lanes import LaneAnswer, LaneRequest
from stadtherz.services.sensing.ingest.committer import write_columns, write_number
from stadtherz.services.sensing.ingest.keys import Writer, kept_writer_of, remembered
from stadtherz.services.sensing.sta.array_columns import instant, instants, links
from stadtherz.services.sensing.sta.plain_rows import is_usual, number_shown, observation, root_of, time_shown
from stadtherz.services.sensing.store.batches import Batch, Number, Result, of_series
from stadtherz.services.sensing.store.identifiers import written

MOST_ROWS, ROWS_AT_ONCE = 200_000, 5_000
EXACT = 2.0**53
WHOLE_SECONDS = len("2026-01-01T00:00:00Z")  # a time of this length is shown in the words in which it came


class Link(msgspec.Struct, forbid_unknown_fields=True):
    """A datastream by its number."""

    id: int = msgspec.field(name="@iot.id")


class Plain(msgspec.Struct, forbid_unknown_fields=True):
    """The plain form of one observation."""

    result: int | float
    time: str = msgspec.field(name="phenomenonTime")
    datastream: Link | msgspec.UnsetType = msgspec.field(name="Datastream", default=msgspec.UNSET)  # null is an error


class Group(msgspec.Struct, forbid_unknown_fields=True):
    """Rows of one datastream."""

    datastream: Link = msgspec.field(name="Datastream")
    components: list[str]
    rows: msgspec.Raw = msgspec.field(name="dataArray")
    count: int | None = msgspec.field(name="dataArray@iot.count", default=None)


_one = msgspec.json.Decoder(Plain)
_groups = msgspec.json.Decoder(list[Group])
ROWS: dict[tuple[str, ...], tuple[msgspec.json.Decoder[Any], int, int]] = {
    ("phenomenonTime", "result"): (msgspec.json.Decoder(list[tuple[str, float]]), 0, 1),
    ("result", "phenomenonTime"): (msgspec.json.Decoder(list[tuple[float, str]]), 1, 0),
}


async def one(request: LaneRequest) -> LaneAnswer | None:
    """POST Observations, POST Datastreams(n)/Observations."""
    given = _plain(request)
    if given is None:
        return None
    number, time_, result = given
    writer = await _writer(request)
    if writer is None or not writer.may_write(number.datastream) or not _within_limit(writer, 1):
        return None
    landed = await write_number(request.municipality, number)
    if landed.refused:
        return None
    identifier = written(number.datastream, number.micros, landed.sequence)
    here = f"{root_of(request)}/Observations('{identifier}')"
    headers = {"Location": here}
    if landed.repeated:
        headers["Stadtherz-Repeated"] = "true"
    if "return=minimal" in request.headers.get("prefer", ""):
        return LaneAnswer(201, b"", headers=headers | {"Preference-Applied": "return=minimal"})
    return LaneAnswer(201, observation(here, identifier, time_, result).encode(), headers=headers)


async def many(request: LaneRequest) -> LaneAnswer | None:
    """POST CreateObservations."""
    batches = _series(request)
    if batches is None:
        return None
    writer = await _writer(request)
    rows = sum(len(batch) for batch in batches)
    if (
        writer is None
        or not all(writer.may_write(int(batch.ids[0])) for batch in batches if len(batch))
        or not _within_limit(writer, rows)
    ):
        return None
    start = f"{root_of(request)}/Observations('"
    said: list[bytes] = []
    for batch in batches:
        for piece in _pieces(batch):
            result = await write_columns(request.municipality, piece)
            if any(refused.field in {"FeatureOfInterest", "Datastream"} for refused in result.refused.values()):
                return None
            said.append(_said(piece, result, start))
    return LaneAnswer(201, b"[" + b",".join(filter(None, said)) + b"]")


def _plain(request: LaneRequest) -> tuple[Number, str, str] | None:
    """The number, and how the answer says its time and its result."""
    body = request.body
    once = body.count(b'"result"') == body.count(b'"phenomenonTime"') == 1
    if b"\\" in body or not once or request.query or not _is_json(request):
        return None
    try:
        plain = _one.decode(body)
        micros = instant(plain.time)
    except (msgspec.DecodeError, ValueError, OverflowError):
        return None
    named = request.groups["datastream"]
    linked = plain.datastream
    if (linked is msgspec.UNSET) == (named is None) or body.count(b'"Datastream"') > 1 or body.count(b'"@iot.id"') > 1:
        return None
    datastream = int(named) if isinstance(linked, msgspec.UnsetType) else linked.id
    if micros is None or not 0 < datastream < 2**31 or not is_usual(plain.result):
        return None
    number = float(plain.result)
    shown = plain.time if len(plain.time) == WHOLE_SECONDS else time_shown(micros)
    return Number(datastream, micros, number), shown, number_shown(number)


def _series(request: LaneRequest) -> list[Batch] | None:
    body = request.body
    if b"\\" in body or not _is_json(request) or request.query:
        return None
    try:
        groups = _groups.decode(body)
        names = (b'"Datastream"', b'"@iot.id"', b'"components"', b'"dataArray"')
        if any(body.count(name) != len(groups) for name in names):
            return None
        found = [_numbers(group) for group in groups]
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, OverflowError):
        return None
    batches = [batch for batch in found if batch is not None]
    whole = len(batches) == len(groups) and sum(map(len, batches)) <= MOST_ROWS
    return batches if whole else None


def _numbers(group: Group) -> Batch | None:
    known = ROWS.get(tuple(group.components))
    if known is None or not 0 < group.datastream.id < 2**31:
        return None
    decoder, at, of = known
    rows = decoder.decode(group.rows)
    numbers = np.array([row[of] for row in rows], np.float64)
    micros = instants([row[at] for row in rows])
    if micros is None or not (np.abs(numbers) <= EXACT).all():
        return None
    batch = of_series(group.datastream.id, micros, numbers)
    batch.at_place = True
    return batch


def _pieces(batch: Batch) -> list[Batch]:
    """At most some thousand rows each, so that others are not kept waiting."""
    if len(batch) <= ROWS_AT_ONCE:
        return [batch]
    cuts = range(0, len(batch), ROWS_AT_ONCE)
    parts = [slice(cut, cut + ROWS_AT_ONCE) for cut in cuts]
    return [Batch(batch.ids[p], batch.micros[p], batch.numbers[p], at_place=batch.at_place) for p in parts]


def _said(batch: Batch, result: Result, start: str) -> bytes:
    """What became of each row, as members of a JSON array."""
    if not len(batch):
        return b""
    datastream = int(batch.ids[0])
    if not result.refused:
        return links(start, datastream, batch.micros, result.sequences)
    rows = zip(batch.micros.tolist(), result.sequences.tolist(), strict=True)
    said = [f"{start}{written(datastream, micros, sequence)}')" for micros, sequence in rows]
    for row, refused in result.refused.items():
        said[row] = f"error: {refused.reason}"
    return msgspec.json.encode(said)[1:-1]


async def _writer(request: LaneRequest) -> Writer | None:
    if (
        "authorization" not in request.headers or "origin" in request.headers
    ):  # what other sites may read, the view says
        return None
    known = remembered(request.headers, request.municipality)
    if known is not None:
        return known[0]
    return await asyncio.to_thread(kept_writer_of, request.headers, request.municipality)


_counted: dict[int, tuple[int, int]] = {}  # key: minute, rows in it; of this process


def _within_limit(writer: Writer, rows: int) -> bool:
    """Sources have a limit; the town's own keys are held back by a full queue only."""
    if writer.source is None:
        return True
    minute = int(time.monotonic() // 60)
    then, count = _counted.get(writer.key, (minute, 0))
    count = rows + (count if then == minute else 0)
    if len(_counted) > 10_000:
        _counted.clear()
    _counted[writer.key] = (minute, count)
    return count <= writer.per_minute


def _is_json(request: LaneRequest) -> bool:
    kind = request.headers.get("content-type", "")
    if "content-encoding" in request.headers:
        return False
    return kind == "application/json" or kind.partition(";")[0].strip().lower() in {"", "application/json"}
