# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Several requests in one: ``$batch`` as JSON and as multipart/mixed (18-088, section 11; OData 4.01 JSON format, section 19).

Requests run in their order. Those of one atomicity group (a change set) are all kept or all undone. What an earlier request
made is named by ``$`` and its id: ``$sensor1/Datastreams`` in an address, ``{"@iot.id": "$sensor1"}`` in a body.

Each request has its answer, whatever became of those before it (section 11.3); ``Prefer: continue-on-error=false`` ends the
batch behind the first that fails, as OData does by itself.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from stadtherz.services.sensing.sta import body as bodies
from stadtherz.services.sensing.sta import multipart
from stadtherz.services.sensing.sta.errors import StaError, bad

Answer = Callable[[HttpRequest, str, str], HttpResponse]
MOST_REQUESTS = 1000
#: answers that a batch gathers in memory, and the time that its questions may take; those that come after wait for another batch
MOST_BYTES = 50_000_000
MOST_SECONDS = 30.0
METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
ROOT = "/v1.1/"
JSON = "application/json; charset=utf-8"
ON_ERROR = re.compile(
    r"(?:^|[,;\s])((?:odata\.)?continue-on-error(?:\s*=\s*\"?(true|false)\"?)?)\s*(?=[,;]|$)", re.IGNORECASE
)


@dataclass(slots=True)
class Part:
    """One request of a batch."""

    id: str
    method: str
    url: str
    body: Any = None  # a JSON value, or bytes as they came
    content_type: str = "application/json"
    group: str = ""
    depends: tuple[str, ...] = ()  # on requests and groups before it


@dataclass(slots=True)
class Made:
    """What earlier requests made: path and identifier by id. ``failed``: requests and groups that made nothing. ``bytes`` and
    ``seconds``: what their answers take."""

    paths: dict[str, str] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    bytes: int = 0
    seconds: float = 0.0


def run(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Run all requests of a batch. Raises 400 if the batch itself is wrong."""
    if (request.content_type or "") == "multipart/mixed":
        boundary = multipart.boundary_of(request.headers.get("Content-Type", ""))
        parts = [Part(**each) for each in multipart.parts(request.body, boundary)]
        _check(parts)
        return _applied(request, multipart.response(list(_answers(request, parts, answer))))
    given = bodies.as_object(bodies.read_body(request.body, request.content_type or "")).get("requests")
    if not isinstance(given, list):
        raise bad(_("A batch has a list of requests."), field="requests")
    parts = [_part(each, place) for place, each in enumerate(given)]
    _check(parts)
    responses = [_described(part, made) for part, made in _answers(request, parts, answer)]
    return _applied(request, HttpResponse(f'{{"responses":[{",".join(responses)}]}}', content_type=JSON))


def _stops(request: HttpRequest) -> bool:
    """Whether the first request that fails ends the batch."""
    preference = ON_ERROR.search(request.headers.get("Prefer", ""))
    return preference is not None and (preference[2] or "").lower() == "false"


def _applied(request: HttpRequest, made: HttpResponse) -> HttpResponse:
    if preference := ON_ERROR.search(request.headers.get("Prefer", "")):
        made.headers["Preference-Applied"] = preference[1]
    return made


def _part(given: Any, place: int) -> Part:
    where = f"/requests/{place}"
    if not isinstance(given, dict) or not isinstance(given.get("url"), str) or not isinstance(given.get("method"), str):
        raise bad(_("A request of a batch has an id, a method and a url."), field=where)
    if not isinstance(given.get("id"), str | int) or isinstance(given["id"], bool):
        raise bad(_("A request of a batch has an id, a method and a url."), field=where)
    headers = given.get("headers") or {}
    kind = (
        next((str(value) for name, value in headers.items() if name.lower() == "content-type"), "application/json")
        if isinstance(headers, dict)
        else ""
    )
    depends = given.get("dependsOn") or []
    if not isinstance(depends, list) or not all(isinstance(each, str | int) for each in depends):
        raise bad(_("dependsOn is a list of ids."), field=where)
    return Part(
        str(given["id"]), given["method"].upper(), given["url"], given.get("body"), kind,
        str(given.get("atomicityGroup") or ""), tuple(map(str, depends)),
    )  # fmt: skip


def _check(parts: list[Part]) -> None:
    if len(parts) > MOST_REQUESTS:
        raise StaError(413, _("These are more than %(n)s requests in one batch.") % {"n": MOST_REQUESTS})
    if len({part.id for part in parts}) < len(parts):
        raise bad(_("Each request of a batch has an id of its own."))
    for part in parts:
        if part.method not in METHODS:
            raise bad(_("The method %(method)s is not known here.") % {"method": part.method[:20]})
    groups = [group for group, _members in groupby(parts, key=lambda part: part.group) if group]
    if len(set(groups)) < len(groups):
        raise bad(_("The requests of an atomicity group stand side by side."))
    before: set[str] = set()
    for part in parts:
        if not before.issuperset(part.depends):
            raise bad(_("A request depends on requests and groups that stand before it."))
        before |= {part.id, part.group}


def _answers(request: HttpRequest, parts: list[Part], answer: Answer) -> Iterator[tuple[Part, HttpResponse]]:
    made, stops = Made(), _stops(request)
    for group, members in groupby(parts, key=lambda part: part.group):
        listed = list(members)
        if group:
            yield from zip(listed, _together(request, listed, answer, made), strict=True)
        else:
            for part in listed:
                yield part, _one(request, part, answer, made)
                if stops and made.failed:
                    return
        if stops and made.failed:
            return


def _together(request: HttpRequest, parts: list[Part], answer: Answer, made: Made) -> list[HttpResponse]:
    """A group: the first that fails undoes all, and the others say that they depended on it."""
    paths, ids = dict(made.paths), dict(made.ids)
    found: list[HttpResponse] = []
    with transaction.atomic():
        for part in parts:
            found.append(_one(request, part, answer, made))
            if found[-1].status_code >= 400:
                transaction.set_rollback(True)
                break
        else:
            return found
    made.paths, made.ids = paths, ids
    made.failed |= {parts[0].group, *(part.id for part in parts)}
    words = _("Nothing of this group was done, because another request of it failed.")
    undone = [_failed(424, words) for _part in parts]
    undone[len(found) - 1] = found[-1]
    return undone


def _one(request: HttpRequest, part: Part, answer: Answer, made: Made) -> HttpResponse:
    if not made.failed.isdisjoint(part.depends):
        made.failed.add(part.id)
        return _failed(424, _("Another request, on which this one depends, failed."))
    try:
        path, query = _address(request, part.url, made)
        if part.method == "GET" or path.endswith("$query"):
            _check_room(made)
        inner = copy.copy(request)
        inner.method = part.method
        inner.META = {**request.META, "QUERY_STRING": query}
        inner.content_type = part.content_type.partition(";")[0].strip().lower()
        inner._body = _content(part.body, made)
        begun = monotonic()
        found = answer(inner, path, query)
        made.seconds += monotonic() - begun
        made.bytes += len(found.content)
    except StaError as error:
        made.failed.add(part.id)
        return _failed(error.status, error.message)
    if found.status_code >= 400:
        made.failed.add(part.id)
    if found.status_code == 201 and "Location" in found.headers:
        made.paths[part.id] = found.headers["Location"].partition(ROOT)[2]
        made.ids[part.id] = json.loads(found.content)["@iot.id"]
    return found


def _check_room(made: Made) -> None:
    """Raises 413 or 503 where questions of this batch were answered at length already: a thousand of them may be as many megabytes."""
    if made.bytes > MOST_BYTES:
        raise StaError(413, _("The answers of this batch are too large together; ask for the rest in another one."))
    if made.seconds > MOST_SECONDS:
        raise StaError(503, _("This batch takes too long; ask for the rest in another one."))


def _failed(status: int, message: str) -> HttpResponse:
    document = {"code": status, "type": "error", "message": message}
    return HttpResponse(json.dumps(document), status=status, content_type=JSON)


def _address(request: HttpRequest, url: str, made: Made) -> tuple[str, str]:
    """Path below the root and query: of a relative address, one from the root of the host, or one of this host."""
    parts = urlsplit(url)
    if parts.netloc and parts.netloc != request.get_host():
        raise bad(_("A batch reaches this interface alone."))
    path = unquote(parts.path)
    if ROOT in f"{path}/" and (parts.netloc or path.startswith("/")):
        path = f"{path}/".partition(ROOT)[2]
    path = path.strip("/")
    first, slash, rest = path.partition("/")
    if first.startswith("$") and first[1:] in made.paths:
        path = made.paths[first[1:]] + slash + rest
    if path == "$batch":
        raise bad(_("A batch holds no batch."))
    return path, parts.query


def _content(body: Any, made: Made) -> bytes:
    if isinstance(body, bytes):
        if not made.ids or b'"$' not in body:
            return body
        try:
            body = json.loads(body)
        except ValueError:
            return body
    return json.dumps(_with_ids(body, made)).encode() if body is not None else b""


def _with_ids(value: Any, made: Made) -> Any:
    """The body with identifiers in the place of references."""
    if isinstance(value, list):
        return [_with_ids(each, made) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: _with_ids(each, made) for name, each in value.items()}
    reference = found.get("@iot.id")
    if isinstance(reference, str) and reference[:1] == "$" and reference[1:] in made.ids:
        found["@iot.id"] = made.ids[reference[1:]]
    return found


def _described(part: Part, found: HttpResponse) -> str:
    members = [f'"id":{json.dumps(part.id)}', f'"status":{found.status_code}']
    if part.group:
        members.append(f'"atomicityGroup":{json.dumps(part.group)}')
    if (
        "Location" in found.headers
    ):  # OData names headers in an object of their own, the clients of SensorThings read it beside
        where = json.dumps(found.headers["Location"])
        members.append(f'"location":{where},"headers":{{"location":{where}}}')
    if found.content:
        text = found.content.decode()
        members.append(
            f'"body":{text if found.headers.get("Content-Type", "").startswith("application/json") else json.dumps(text)}'
        )
    return f"{{{','.join(members)}}}"
