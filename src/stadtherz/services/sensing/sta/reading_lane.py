# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The lane for what is read most: a datastream's observations in the order of time, by dashboards that ask every few seconds.

Questions that arrive together are answered in one transaction, each by one statement that gives columns instead of text. It answers
as the ordinary view does; a test compares the two. Whatever is not the plain case (another option, a page that packed days
have part in, a row with details, somebody signed in, a limit that is reached, an error) is passed on to that view.
"""

from __future__ import annotations

import json
import struct
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
from django.conf import settings
from psycopg.types.numeric import Int4

from stadtherz.kernel.api.door import PER_SECONDS
from stadtherz.kernel.api.kept_keys import KeptKeys
from stadtherz.kernel.api.keys import DEMO_KEY, hashed, secret_of
from stadtherz.kernel.api.limits import take_together, visitor
from stadtherz.kernel.group_commit import GroupCommitter
from stadtherz.kernel.lanes import LaneAnswer, LaneRequest
from stadtherz.kernel.language.middleware import choose, offered_by
from stadtherz.kernel.municipalities.active import activate_in_transaction, active_id
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.ui.security_headers import headers_of_a_part
from stadtherz.services.sensing.sta import plain_rows
from stadtherz.services.sensing.sta.access import READ_SCOPES
from stadtherz.services.sensing.sta.errors import StaError
from stadtherz.services.sensing.sta.options import Options, query_text, read_options
from stadtherz.services.sensing.sta.reading import PAGED
from stadtherz.services.sensing.sta.schema import OBSERVATION
from stadtherz.services.sensing.sta.syntax import Path
from stadtherz.services.sensing.sta.urls import A_MINUTE
from stadtherz.services.sensing.sta.views import JSON
from stadtherz.services.sensing.store import wire
from stadtherz.services.sensing.store.execution import execute, raw
from stadtherz.services.sensing.store.moments import DAY

Array = np.ndarray[Any, Any]
DAY_NUMBER = struct.Struct(">i")
NONE = np.empty(0, np.int64)
KEY = """
SELECT id, scopes FROM api_apikey
WHERE secret_hash = %s AND revoked_at IS NULL AND last_used_at > now() - interval '1 minute'
"""
ROWS = """
SELECT s.is_open, x.times, x.numbers, x.sequences, coalesce(x.plain, TRUE),
       (SELECT {edge}(p.day) - date '1970-01-01' FROM sensing_packed_day p WHERE p.datastream_id = s.id)
FROM sensing_datastream s, LATERAL (
    SELECT array_agg(phenomenon_time) AS times, array_agg(number) AS numbers, array_agg(sequence) AS sequences,
           bool_and(number IS NOT NULL AND value IS NULL AND details IS NULL) AS plain
    FROM (SELECT phenomenon_time, number, sequence, value, details FROM sensing_observation
          WHERE datastream_id = %(datastream)s ORDER BY phenomenon_time {order}, sequence {order} LIMIT {rows}) AS o
) AS x
WHERE s.id = %(datastream)s
"""
SIZES = (11, 101, 1001)  # in the statement's own text, since a plan for any number of rows would be a plan for many
NEWEST, OLDEST = (
    {rows: ROWS.format(edge=edge, order=order, rows=rows) for rows in SIZES}
    for edge, order in (("max", "DESC"), ("min", "ASC"))
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the options of an address come to: how many rows, in which order, and the options as they go on in the next link."""

    top: int
    newest_first: bool
    by_datastream: bool  # no order was asked for: then the datastream is the first key
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for which rows; ``root`` is the address for links."""

    municipality: Municipality
    visitor: str
    authorization: str
    datastream: int
    wish: Wish
    root: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer, and how many questions are left to this visitor."""

    body: str
    left: int


@dataclass(frozen=True, slots=True)
class _Reader:
    limited_as: str
    limit: int
    sees_all: bool


@cache
def gate() -> GroupCommitter[Question, Found | None]:
    """The one of this process."""
    return GroupCommitter(answer, name="observations", most_waiting=2_000, most_at_once=64, gather_seconds=0.0005)


async def page(request: LaneRequest) -> LaneAnswer | None:
    """GET Datastreams(n)/Observations."""
    wish = wished(request.query)
    if wish is None or not {"origin", "cookie"}.isdisjoint(request.headers):
        return None
    if settings.SECURE_SSL_REDIRECT and plain_rows.scheme_of(request) != "https":
        return None
    asked, authorization = request.as_django(), request.headers.get("authorization", "")
    datastream = int(request.groups["datastream"])
    root = plain_rows.root_of(request)
    found = await gate().submit(Question(request.municipality, visitor(asked), authorization, datastream, wish, root))
    if found is None:
        return None
    wishes = request.headers.get("accept-language", "")
    language = choose(cookie="", wishes=wishes, offered=offered_by(request.municipality))
    headers = headers_of_a_part(language) | {
        "Cache-Control": "no-store" if authorization else "no-cache", "RateLimit-Remaining": str(found.left),
        "Vary": "Authorization, Accept-Language",
    }  # fmt: skip
    return LaneAnswer(200, found.body.encode(), JSON, headers)


@lru_cache(maxsize=1000)
def wished(query: str) -> Wish | None:
    """None if the options ask for more than some rows in the order of time."""
    try:
        options = read_options(
            OBSERVATION, parse_qsl(query, keep_blank_values=True, max_num_fields=40, errors="strict")
        )
    except (StaError, ValueError):
        return None
    if not _is_plain(options):
        return None
    newest_first = bool(options.orderby) and options.orderby[0].descending
    return Wish(options.top, newest_first, not options.orderby, query_text(options, without=PAGED))


def _is_plain(options: Options) -> bool:
    if not set(options.text) <= {"$top", "$orderby"} or not options.top or len(options.orderby) > 1:
        return False
    keys = [order.key for order in options.orderby]
    return all(isinstance(key, Path) and [part.name for part in key.segments] == ["phenomenonTime"] for key in keys)


def answer(questions: list[Question]) -> Sequence[Found | None]:
    """In the gate's thread and transaction."""
    found: list[Found | None] = [None] * len(questions)
    towns: dict[int, list[int]] = defaultdict(list)
    for place, question in enumerate(questions):
        towns[question.municipality.pk].append(place)
    for number in sorted(towns):
        with activate_in_transaction(questions[towns[number][0]].municipality):
            _answer_town(questions, towns[number], found)
    return found


def _answer_town(questions: list[Question], places: list[int], found: list[Found | None]) -> None:
    readers = {place: _reader(questions[place]) for place in places}
    bodies: dict[int, str] = {}
    for place, reader in readers.items():
        body = _page(questions[place], sees_all=reader.sees_all) if reader else None
        if body is not None:
            bodies[place] = body
    for limit in A_MINUTE:  # last, because the rows of the limits stay locked until the commit
        counted = [(place, reader.limited_as) for place, reader in readers.items()
                   if place in bodies and reader is not None and reader.limit == limit]  # fmt: skip
        if counted:
            left = take_together([name for _place, name in counted], limit=limit, per_seconds=PER_SECONDS)
            for (place, _name), remaining in zip(counted, left, strict=True):
                found[place] = None if remaining is None else Found(bodies[place], remaining)


def _page(question: Question, *, sees_all: bool) -> str | None:
    """The answer's JSON; None if the view must say it."""
    wish = question.wish
    size = next(size for size in SIZES if size > wish.top)
    statement = (NEWEST if wish.newest_first else OLDEST)[size]
    columns = raw(statement, {"datastream": Int4(question.datastream)}, prepare=True)
    if not columns or columns[4] != b"\1" or (columns[0] != b"\1" and not sees_all):
        return None
    micros = NONE if columns[1] is None else wire.read(columns[1])[: wish.top + 1]
    if columns[5] is not None and not _is_clear(micros, DAY * DAY_NUMBER.unpack(columns[5])[0], wish):
        return None
    numbers, sequences = (NONE if column is None else wire.read(column) for column in columns[2:4])
    shown = slice(wish.top)
    rows = plain_rows.rows_shown(question.root, question.datastream, micros[shown], numbers[shown], sequences[shown])
    if rows is None:
        return None
    more = _next(question, int(micros[wish.top - 1]), int(sequences[wish.top - 1])) if len(micros) > wish.top else ""
    return f'{{{more}"value":[{rows}]}}'


def _is_clear(micros: Array, packed: int, wish: Wish) -> bool:
    """Whether no packed day reaches into a whole page; ``packed`` is the start of the newest one, or the oldest."""
    if len(micros) <= wish.top:
        return False
    return packed + DAY <= int(micros[-1]) if wish.newest_first else packed > int(micros[-1])


def _next(question: Question, micros: int, sequence: int) -> str:
    """The link to the next page."""
    wish, behind = question.wish, f"{question.wish.text}&" if question.wish.text else ""
    place = 1 if wish.by_datastream else 0
    token = plain_rows.token(micros, question.datastream, sequence, place=place)
    link = (
        f"{question.root}/Datastreams({question.datastream})/Observations?{behind}$skip={wish.top}&$skiptoken={token}"
    )
    return f'"@iot.nextLink":{json.dumps(link)},'


_kept: KeptKeys[_Reader] = KeptKeys()


def _reader(question: Question) -> _Reader | None:
    """Who asks; a key from memory. None for a key that is unknown, or was not used for a minute: the view notes it."""
    town = active_id()
    if not question.authorization:
        return _Reader(f"api:{town}:ip:{question.visitor}", A_MINUTE[0], sees_all=False)
    place, changes = (town, question.authorization), _kept.changes
    known = _kept.known(place)
    if known is not None:
        return known[0]
    reader = _reader_with(question.authorization)
    if reader is not None:  # a no is not kept: the view is about to note the key's use
        _kept.keep(place, reader, changes=changes)
    return reader


def _reader_with(authorization: str) -> _Reader | None:
    secret = secret_of(authorization)
    if secret == DEMO_KEY and settings.PRODUCTION:
        return None
    rows = execute(KEY, [hashed(secret)]) if secret else []
    if not rows:
        return None
    key, scopes = rows[0]
    return _Reader(f"api:{active_id()}:key:{key}", A_MINUTE[1], sees_all=not READ_SCOPES.isdisjoint(scopes))


def forget_readers() -> None:
    """Forget what is kept, for tests."""
    _kept.forget()
