# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The platform's web server with the naive way beside it: one INSERT and one commit for each observation.

Two addresses, because one could call either of them a straw man: ``/naive/page`` is an ordinary synchronous view behind all
middleware; ``/naive/lane`` skips the pages as our lane does and differs from it in the group commit only.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

import stadtherz.config.asgi  # noqa: F401 - loads settings, apps and middleware
from stadtherz.config import urls
from stadtherz.kernel.lanes import LaneAnswer, LaneRequest, dispatch
from stadtherz.kernel.municipalities.active import activate, active_id
from stadtherz.kernel.registry.declaration import Lane
from stadtherz.ops import web
from stadtherz.services.sensing.ingest.keys import kept_writer_of

INSERT = (
    "INSERT INTO sensing_observation (phenomenon_time, number, datastream_id, municipality_id) VALUES (%s, %s, %s, %s)"
)


def _insert(body: bytes) -> None:
    given = json.loads(body)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [given["phenomenonTime"], given["result"], given["Datastream"]["@iot.id"], active_id()])


@csrf_exempt
def page(request: HttpRequest) -> HttpResponse:
    """The request's own transaction, which the middleware commits before the answer."""
    _insert(request.body)
    return HttpResponse(b"{}", content_type="application/json", status=201)


def _alone(request: LaneRequest) -> None:
    try:
        if kept_writer_of(request.headers, request.municipality) is None:
            raise PermissionError
        with activate(request.municipality):
            _insert(request.body)
    finally:
        connection.close()


async def lane(request: LaneRequest) -> LaneAnswer | None:
    """A thread, a connection of the pool and a transaction for each request."""
    await asyncio.to_thread(_alone, request)
    return LaneAnswer(201, b"{}")


def main() -> int:
    """Add the two addresses before the web processes are forked."""
    urls.urlpatterns.insert(0, path("naive/page", page))
    way = dispatch._Way(
        "sensing",
        Lane(frozenset({"POST"}), "/naive/lane", "benchmarks.sensing_naive:lane", 4096),
        re.compile("/naive/lane"),
    )
    known = dispatch._ways()
    dispatch._ways = lambda: (way, *known)  # type: ignore[assignment]
    sys.modules.setdefault("benchmarks.sensing_naive", sys.modules[__name__])
    return web.main(sys.argv[1:])


sys.exit(main())
