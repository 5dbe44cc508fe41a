# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The addresses below ``/api/sta/v1.1``: read the request, ask ``reading`` or ``writing``, answer with the standard's status."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError

from stadtherz.kernel.api.errors import CONTENT_TYPE as PROBLEM
from stadtherz.kernel.database.away import is_away
from stadtherz.kernel.people.web.guards import public
from stadtherz.services.sensing.actions.observations import moved_to
from stadtherz.services.sensing.sta import (
    access,
    aggregates,
    batch,
    circles,
    compressed,
    data_arrays,
    reading,
    service_document,
    walking,
    writing,
)
from stadtherz.services.sensing.sta.access import reader_of
from stadtherz.services.sensing.sta.errors import StaError, bad
from stadtherz.services.sensing.sta.options import Options, read_options
from stadtherz.services.sensing.sta.path import Resource, nothing, parse_path
from stadtherz.services.sensing.sta.walking import Reader
from stadtherz.services.sensing.store.identifiers import Key

logger = logging.getLogger(__name__)
LONGEST_MILLISECONDS = 15_000
IN_CIRCLES_MILLISECONDS = 8_000
TOO_LONG = "57014"  # query_canceled
JSON = "application/json; charset=utf-8"
MOST_QUERY = 100_000
ATTEMPTS = 3
QUERY_TYPES = frozenset({"", "text/plain", "application/x-www-form-urlencoded"})


def in_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What the door says (an unknown key, too many questions) in the form of this interface's errors, since its clients read no other."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = view(request, *args, **kwargs)
        if found.headers.get("Content-Type") == PROBLEM:
            error = StaError(found.status_code, json.loads(found.content)["detail"])
            found.content, found.headers["Content-Type"] = _text(error), JSON
        return found

    return entered


@public
def service(request: HttpRequest, path: str = "") -> HttpResponse:
    """Every request to the interface."""
    query = request.META.get("QUERY_STRING", "")
    try:
        if request.method in {"GET", "HEAD"}:
            return answer(request, path, query)
        compressed.unpack(request)
        return _changed(request, path, query)
    except StaError as error:
        return failed(error)
    except DatabaseError as error:
        transaction.set_rollback(True)
        return failed(from_database(error))


def _changed(request: HttpRequest, path: str, query: str) -> HttpResponse:
    """The answer to a change. Who is the one to give way in a ring of those who wait for each other begins anew."""
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                made = preferred(request, answer(request, path, query))
                connection.check_constraints()  # not at the end of the request, where nobody could answer any more
                return made
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "40P01" or attempt + 1 == ATTEMPTS:
                raise
    raise AssertionError("not reached")


def preferred(request: HttpRequest, made: HttpResponse) -> HttpResponse:
    """The answer without the entity, if its sender wants none (Prefer: return=minimal, RFC 7240)."""
    if "return=minimal" not in request.headers.get("Prefer", ""):
        return made
    if request.method in {"PATCH", "PUT"} and made.status_code == 200:
        made = HttpResponse(status=204)
    elif made.status_code == 201 and "Location" in made.headers:
        made.content = b""
    else:
        return made
    made.headers["Preference-Applied"] = "return=minimal"
    return made


def answer(request: HttpRequest, path: str, query: str) -> HttpResponse:
    """The answer to one request, also inside a batch. Raises ``StaError``."""
    method = request.method or "GET"
    path = path.strip("/")
    special = {"CreateObservations": create_observations, "$batch": run_batch}.get(path)
    if special is not None:
        _allow(method, "POST")
        return special(request)
    if path.endswith("/$query"):
        return asked_in_body(request, path.removesuffix("/$query"))
    if path == "":
        _allow(method, "GET", "HEAD")
        return HttpResponse(service_document.document(access.root_of(request)), content_type=JSON)
    if aggregates.PATH.fullmatch(path):
        _allow(method, "GET", "HEAD")
        _limit_time()
        return aggregates.answer(reader_of(request), path, _pairs(query))
    resource = parse_path(path)
    if method in {"GET", "HEAD"}:
        _limit_time()
    try:
        return _answer(request, resource, method, query)
    except StaError as error:
        moved = moved_resource(resource) if error.status == 404 else None
        if moved is None:
            raise
    return _answer(request, moved, method, query)


def asked_in_body(request: HttpRequest, path: str) -> HttpResponse:
    """POST …/$query: a GET whose options stand in the body, because an address has bounds (OData 4.01 URL conventions, section 4.17)."""
    _allow(request.method or "", "POST")
    kind = (request.content_type or "").lower()
    if kind not in QUERY_TYPES:
        raise StaError(415, _("Send text/plain, not %(kind)s.") % {"kind": kind[:80]})
    _limit_time()
    return read(reader_of(request), parse_path(path), _pairs(request.body.decode("utf-8", "replace").strip()))


def _answer(request: HttpRequest, resource: Resource, method: str, query: str) -> HttpResponse:
    if method in {"GET", "HEAD"}:
        return read(reader_of(request), resource, _pairs(query))
    try:
        return write(request, resource, method)
    except ObjectDoesNotExist:  # somebody else removed it while this was on its way
        raise nothing(resource.text) from None


def moved_resource(resource: Resource) -> Resource | None:
    """The resource, if an observation in its path has another identifier by now."""
    if not any(isinstance(step.id, Key) for step in resource.steps):
        return None
    places = [moved_to(step.id) if isinstance(step.id, Key) else None for step in resource.steps]
    if not any(places):
        return None
    steps = (replace(step, id=place or step.id) for step, place in zip(resource.steps, places, strict=True))
    return replace(resource, steps=tuple(steps))


def _allow(method: str, *methods: str) -> None:
    if method not in methods:
        raise StaError(
            405, _("This address takes %(methods)s.") % {"methods": ", ".join(methods)}, Allow=", ".join(methods)
        )


def _pairs(query: str) -> list[tuple[str, str]]:
    if len(query) > MOST_QUERY:
        raise bad(f"The query of the address is longer than {MOST_QUERY} characters.", MOST_QUERY)
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=40, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise bad(_("The query of the address cannot be read as UTF-8, or has too many options.")) from None


def _limit_time(milliseconds: int | None = None) -> None:
    """A question that takes too long is given up, so that it does not hold up others."""
    with connection.cursor() as cursor:
        # compiling a statement costs more than the short ones that are asked here
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), set_config('jit', 'off', true)",
            [str(milliseconds or LONGEST_MILLISECONDS)],
        )


def read(reader: Reader, resource: Resource, pairs: list[tuple[str, str]]) -> HttpResponse:
    """GET on a resource."""
    if resource.found is not None or resource.is_id:
        return _property(reader, resource)
    options = read_options(resource.entity, pairs)
    if not circles.leads_back(resource.entity, options):
        return _asked(reader, resource, options)
    _limit_time(IN_CIRCLES_MILLISECONDS)
    try:
        return _asked(reader, resource, options)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != TOO_LONG:
            raise
        transaction.set_rollback(True)
        raise bad(
            _("This leads from observations to observations again and takes too long. Ask in two steps, or narrow it.")
        ) from None


def _asked(reader: Reader, resource: Resource, options: Options) -> HttpResponse:
    place = walking.find(reader, resource)
    if resource.reference:
        return _references(reader, resource, place, options)
    if resource.one:
        found = reading.read_one(reader, resource, place, options)
        if found is None:
            raise nothing(resource.text)
        return HttpResponse(found, content_type=JSON)
    if options.data_array:
        return HttpResponse(data_arrays.page(reader, resource, place, options), content_type=JSON)
    return HttpResponse(
        collection(reader, resource, options, reading.read_page(reader, resource, place, options)), content_type=JSON
    )


def collection(reader: Reader, resource: Resource, options: Options, page: reading.Page) -> str:
    """A page as JSON."""
    parts = []
    if page.count is not None:
        parts.append(f'"@iot.count":{page.count}')
    if page.token is not None:
        parts.append(f'"@iot.nextLink":{json.dumps(reading.next_link(reader.base, resource, options, page))}')
    parts.append(f'"value":[{page.body}]')
    return f"{{{','.join(parts)}}}"


def _references(reader: Reader, resource: Resource, place: walking.Place, options: Options) -> HttpResponse:
    options.expand, options.select = {}, None
    if resource.one:
        options.select = frozenset({"@iot.selfLink"})
        found = reading.read_one(reader, resource, place, options)
        if found is None:
            raise nothing(resource.text)
        return HttpResponse(found, content_type=JSON)
    options.select = frozenset({"@iot.selfLink"})
    page = reading.read_page(reader, resource, place, options)
    return HttpResponse(collection(reader, resource, options, page), content_type=JSON)


def _property(reader: Reader, resource: Resource) -> HttpResponse:
    there, value = reading.read_property(reader, resource, walking.find(reader, resource))
    if not there:
        raise nothing(resource.text)
    if value is None:
        return HttpResponse(status=204)
    if not resource.raw:
        return HttpResponse(f"{{{json.dumps(resource.last)}:{value}}}", content_type=JSON)
    loaded = json.loads(value)
    if isinstance(loaded, str):
        return HttpResponse(loaded, content_type="text/plain; charset=utf-8")
    plain = not isinstance(loaded, dict | list)
    return HttpResponse(value, content_type="text/plain; charset=utf-8" if plain else JSON)


def write(request: HttpRequest, resource: Resource, method: str) -> HttpResponse:
    """POST, PATCH, PUT and DELETE on a resource."""
    if resource.found is not None or resource.is_id:
        _allow(method, "GET", "HEAD")
    if resource.reference:
        return _write_reference(request, resource, method)
    if resource.one:
        _allow(method, "GET", "HEAD", "PATCH", "PUT", "DELETE")
    else:
        _allow(method, "GET", "HEAD", "POST")
    writer = writer_of(request)
    described = resource.entity.name != "Observation"
    if method == "POST":
        body = writing.read_body(request.body, request.content_type or "", described=described)
        entity, identifier, repeated = writing.create(writer, resource, body)
        made = writing.shown(writer, entity, identifier)
        return _created(made, writer.reader.base, entity, identifier, repeated=repeated)
    if method == "DELETE":
        writing.remove(writer, resource)
        return HttpResponse(status=200)
    body = writing.read_body(request.body, request.content_type or "", patch=method == "PATCH", described=described)
    entity, identifier = writing.change(writer, resource, body, whole=method == "PUT")
    return HttpResponse(writing.shown(writer, entity, identifier), content_type=JSON)


def writer_of(request: HttpRequest) -> writing.Writer:
    """Who writes. Raises 401 or 403."""
    by = access.need_writer(request)
    return writing.Writer(reader_of(request), by, access.own_datastreams(request))


def _created(body: str, base: str, entity: Any, identifier: int | str, *, repeated: bool) -> HttpResponse:
    made = HttpResponse(body, status=201, content_type=JSON)
    made.headers["Location"] = writing.self_link(base, entity, identifier)
    if repeated:
        made.headers["Stadtherz-Repeated"] = "true"
    return made


def _write_reference(request: HttpRequest, resource: Resource, method: str) -> HttpResponse:
    _allow(method, "GET", "HEAD", *(["PUT", "DELETE"] if resource.one else ["POST", "DELETE"]))
    writer = writer_of(request)
    if method == "DELETE":
        writing.unlink(writer, resource, _pairs(request.META.get("QUERY_STRING", "")))
    else:
        writing.link(writer, resource, writing.read_body(request.body, request.content_type or ""))
    return HttpResponse(status=204)


def create_observations(request: HttpRequest) -> HttpResponse:
    """POST CreateObservations (section 13.2)."""
    writer = writer_of(request)
    body = writing.read_body(request.body, request.content_type or "")
    return HttpResponse(json.dumps(data_arrays.create(writer, body)), status=201, content_type=JSON)


def run_batch(request: HttpRequest) -> HttpResponse:
    """POST $batch."""
    return batch.run(request, answer_part)


def answer_part(request: HttpRequest, path: str, query: str) -> HttpResponse:
    """One request of a batch; what it did is undone when it fails."""
    try:
        with transaction.atomic():
            made = answer(request, path, query)
            if request.method not in {"GET", "HEAD"}:
                connection.check_constraints()
            return made
    except StaError as error:
        return failed(error)
    except DatabaseError as error:
        return failed(from_database(error))
    except HttpError as error:
        return failed(StaError(error.status_code, str(error)))


def from_database(error: Exception) -> StaError:
    """What the database refused, in words."""
    state = getattr(error.__cause__, "sqlstate", "") or ""
    if state == TOO_LONG:
        return StaError(
            503,
            _("This question takes too long. Narrow it by time or datastream, or ask for fewer at once."),
            Retry_After="5",
        )
    if is_away(error) and not state.startswith("40"):
        raise error
    if state.startswith("22"):
        return bad(_("The database cannot work this out: %(why)s") % {"why": str(error).splitlines()[0]})
    if state in {"40001", "40P01"}:
        again = _("Somebody else is changing the same at this moment. Please send it again.")
        return StaError(503, again, Retry_After="1")
    if state.startswith("23") or not state:  # what it belongs to, or it itself, was removed meanwhile
        return StaError(
            409, _("Somebody else has changed or removed what this belongs to. Please look and send it again.")
        )
    if state == "XX000" or state.startswith("54"):
        return bad(_("A geometry or expression in the filter is too difficult."))
    raise error


def _text(error: StaError) -> bytes:
    """As UTF-8, which half a surrogate pair, quoted from a request, has none of."""
    return json.dumps(error.document(), ensure_ascii=False).encode("utf-8", "replace")


def failed(error: StaError) -> HttpResponse:
    """An error as the interface says it."""
    made = HttpResponse(_text(error), status=error.status, content_type=JSON)
    for name, value in error.headers.items():
        made.headers[name.replace("_", "-")] = value
    return made
