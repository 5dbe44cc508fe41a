# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lanes of the standard's interface: plain observations of numbers, one by one or as a DataArray (OGC 18-088, sections 10.2, 13.2).

A lane takes what devices send a thousand times a second and answers as the ordinary view in ``sta`` would; a test sends the same
through both. Whatever is unusual in the slightest (text, details, a feature of interest, times in other words, an unknown
member, a name that stands twice, an error) is passed on to that view, which also says what is wrong. So nothing is refused here.
"""

from __future__ import annotations

import asyncio
import re
import time
from datetime import datetime
from typing import Annotated, Any

import msgspec
import numpy as np
from django.conf import settings

from stadtherz.kernel.lanes import LaneAnswer, LaneRequest
from stadtherz.services.sensing.ingest.committer import write_columns, write_number
from stadtherz.services.sensing.ingest.keys import Writer, kept_writer_of, remembered
from stadtherz.services.sensing.store.batches import Batch, Number, Result, of_series
from stadtherz.services.sensing.store.identifiers import microseconds, moment, written

ROOT = "/api/sta/v1.1"
MOST_ROWS, ROWS_AT_ONCE = 200_000, 5_000
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-7]):\d\d)")
FINE_TIME = re.compile(rb"T\d\d:\d\d:\d\d\.\d{7}")
FAR_ZONE = re.compile(rb':\d\d(?:\.\d+)?[+-](?:1[89]|2\d):\d\d"')
ROUND_TRIP = (1e-4, 1e15)  # between these PostgreSQL and Python write a double in the same words
FAR = 4e9  # seconds from 1970 within which a double holds microseconds
EXACT = 2.0**53


class Link(msgspec.Struct, forbid_unknown_fields=True):
    """A datastream by its number."""

    id: int = msgspec.field(name="@iot.id")


class Plain(msgspec.Struct, forbid_unknown_fields=True):
    """The plain form of one observation."""

    result: int | float
    time: str = msgspec.field(name="phenomenonTime")
    datastream: Link | None = msgspec.field(name="Datastream", default=None)


class Group(msgspec.Struct, forbid_unknown_fields=True):
    """Rows of one datastream."""

    datastream: Link = msgspec.field(name="Datastream")
    components: list[str]
    rows: msgspec.Raw = msgspec.field(name="dataArray")
    count: int | None = msgspec.field(name="dataArray@iot.count", default=None)


_one = msgspec.json.Decoder(Plain)
_groups = msgspec.json.Decoder(list[Group])
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
ROWS: dict[tuple[str, ...], tuple[msgspec.json.Decoder[Any], int, int]] = {
    ("phenomenonTime", "result"): (msgspec.json.Decoder(list[tuple[Moment, float]]), 0, 1),
    ("result", "phenomenonTime"): (msgspec.json.Decoder(list[tuple[float, Moment]]), 1, 0),
}


async def one(request: LaneRequest) -> LaneAnswer | None:
    """POST Observations, POST Datastreams(n)/Observations."""
    given = _plain(request)
    if given is None:
        return None
    datastream, micros, number = given
    writer = await _writer(request)
    if writer is None or not writer.may_write(datastream) or not _within_limit(writer, 1):
        return None
    result = await write_number(request.municipality, Number(datastream, micros, number))
    if result.refused:
        return None
    identifier = written(datastream, micros, int(result.sequences[0]))
    here = f"{_base(request)}/Observations('{identifier}')"
    body = (
        f'{{"@iot.id":"{identifier}","@iot.selfLink":"{here}","phenomenonTime":"{_shown(micros)}","result":{_number(number)},'
        f'"resultTime":null,"Datastream@iot.navigationLink":"{here}/Datastream",'
        f'"FeatureOfInterest@iot.navigationLink":"{here}/FeatureOfInterest"}}'
    )
    headers = {"Location": here}
    if result.repeated[0]:
        headers["Stadtherz-Repeated"] = "true"
    return LaneAnswer(201, body.encode(), headers=headers)


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
    start = f"{_base(request)}/Observations('"
    said: list[str] = []
    for batch in batches:
        for piece in _pieces(batch):
            result = await write_columns(request.municipality, piece)
            if any(refused.field in {"FeatureOfInterest", "Datastream"} for refused in result.refused.values()):
                return None
            said += _said(piece, result, start)
    return LaneAnswer(201, msgspec.json.encode(said))


def _plain(request: LaneRequest) -> tuple[int, int, float] | None:
    """Datastream, microseconds, number."""
    body = request.body
    once = body.count(b'"result"') == body.count(b'"phenomenonTime"') == 1
    if b"\\" in body or not once or request.query or not _is_json(request):
        return None
    try:
        plain = _one.decode(body)
        if not INSTANT.fullmatch(plain.time):
            return None
        micros = microseconds(datetime.fromisoformat(plain.time))
    except (msgspec.DecodeError, ValueError, OverflowError):
        return None
    named = request.groups["datastream"]
    if (plain.datastream is None) == (named is None) or body.count(b'"Datastream"') > 1 or body.count(b'"@iot.id"') > 1:
        return None
    datastream = plain.datastream.id if plain.datastream else int(named)
    size = abs(plain.result)
    usual = 0 < datastream < 2**31 and (size == 0 or ROUND_TRIP[0] <= size < ROUND_TRIP[1])
    return (datastream, micros, float(plain.result)) if usual else None


def _series(request: LaneRequest) -> list[Batch] | None:
    body = request.body
    if b"\\" in body or not _is_json(request) or request.query or FINE_TIME.search(body):
        return None
    try:
        groups = _groups.decode(body)
        names = (b'"Datastream"', b'"@iot.id"', b'"components"', b'"dataArray"')
        if any(body.count(name) != len(groups) for name in names):
            return None
        found = [_numbers(group) for group in groups]
        if body.count(b'Z"') != sum(len(batch) for batch in found if batch) and FAR_ZONE.search(body):
            return None
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
    seconds = np.array([row[at].timestamp() for row in rows], np.float64)
    if not (np.abs(seconds) < FAR).all() or not (np.abs(numbers) <= EXACT).all():
        return None
    batch = of_series(group.datastream.id, np.rint(seconds * 1e6).astype(np.int64), numbers)
    batch.at_place = True
    return batch


def _pieces(batch: Batch) -> list[Batch]:
    """At most some thousand rows each, so that others are not kept waiting."""
    if len(batch) <= ROWS_AT_ONCE:
        return [batch]
    cuts = range(0, len(batch), ROWS_AT_ONCE)
    parts = [slice(cut, cut + ROWS_AT_ONCE) for cut in cuts]
    return [Batch(batch.ids[p], batch.micros[p], batch.numbers[p], at_place=batch.at_place) for p in parts]


def _said(batch: Batch, result: Result, start: str) -> list[str]:
    datastreams, sequences = batch.ids.tolist(), result.sequences.tolist()
    said = [
        f"{start}{written(datastream, micros, sequence)}')"
        for datastream, micros, sequence in zip(datastreams, batch.micros.tolist(), sequences, strict=True)
    ]
    for row, refused in result.refused.items():
        said[row] = f"error: {refused.reason}"
    return said


async def _writer(request: LaneRequest) -> Writer | None:
    if "authorization" not in request.headers:
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
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() in {"", "application/json"}


def _base(request: LaneRequest) -> str:
    return f"{_scheme(request)}://{request.headers['host']}{ROOT}"


def _scheme(request: LaneRequest) -> str:
    """As Django finds it: behind a trusted proxy what its header says."""
    trusted = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    if not trusted:
        return request.scheme
    said = request.headers.get(trusted[0].removeprefix("HTTP_").replace("_", "-").lower(), "")
    return "https" if said.partition(",")[0].strip() == trusted[1] else "http"


def _number(number: float) -> str:
    return repr(number).removesuffix(".0")


def _shown(micros: int) -> str:
    text = moment(micros).isoformat()[:-6]
    return (text.rstrip("0") if "." in text else text) + "Z"
