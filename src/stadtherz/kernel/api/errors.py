# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every error of the interface as application/problem+json (RFC 9457): what happened, in which field, what to do."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from stadtherz.kernel.api.wrong_values import in_words
from stadtherz.kernel.database.away import is_away, is_full, log_words

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
FULL = gettext_noop(
    "The disk of the database is full, so that nothing can be stored at the moment. Nothing was changed. Whoever runs this platform "
    "has to make room; please try again later."
)
FULL_SECONDS = 60  # nobody makes room within a moment


class Problem(Exception):
    """An answer with an error status. Services raise it, or one of their own kind, where no HTTP status of ours fits."""

    def __init__(
        self, status: int, detail: str = "", *, errors: Sequence[Mapping[str, str]] = (), **headers: str
    ) -> None:
        super().__init__(detail or str(status))
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers


class FieldProblem(Schema):
    """One thing that is wrong: ``pointer`` (RFC 6901) into the body, or the name of a ``parameter``."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class ProblemDocument(Schema):
    """RFC 9457, section 3."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


def problem(status: int, detail: str = "", *, errors: Sequence[Mapping[str, str]] = (), **headers: str) -> HttpResponse:
    """The answer. Header names are written with underscores: ``Retry_After="5"``."""
    phrase = HTTPStatus(status).phrase
    document: dict[str, Any] = {
        "type": f"/api/#{phrase.lower().replace(' ', '-')}",
        "title": phrase,
        "status": status,
        "detail": detail or _sentence(status),
    }
    if errors:
        document["errors"] = list(errors)
    answer = HttpResponse(json.dumps(document, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Stadtherz"'
    return answer


def _sentence(status: int) -> str:
    return {
        400: _("The request cannot be understood."),
        401: _("This needs a key, or somebody who is signed in."),
        403: _("This is not allowed."),
        404: _("There is nothing at this address."),
        405: _("This address does not take this method."),
        413: _("The request is too large."),
        422: _("Some values are not right; each is named in “errors”."),
        429: _("Too many requests. Please wait."),
        500: _("Something went wrong here. Nothing was changed. Please try again later."),
        503: _("The database does not answer at the moment. Nothing was changed. Please try again soon."),
        507: _("There is no room left here to take the request. Nothing was changed. Please try again later."),
    }.get(status, "")


def _fields(error: ValidationError) -> list[dict[str, str]]:
    """Pydantic's places as pointers: ("body", "data", "title") is /title of the body."""
    found = []
    for each in error.errors:
        where, *path = [str(part) for part in each.get("loc", ())] or [""]
        entry = {"detail": in_words(each)}
        if where == "body":
            entry["pointer"] = "#" + "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path[1:])
        else:
            entry["parameter"] = path[-1] if path else where
        found.append(entry)
    return found


def answer_to(error: Exception) -> HttpResponse:
    """The answer to an exception; what is not foreseen is logged and says nothing about itself."""
    if isinstance(error, Problem):
        return problem(error.status, error.detail, errors=error.errors, **error.headers)
    if isinstance(error, ValidationError):
        return problem(422, errors=_fields(error))
    if isinstance(error, AuthenticationError):
        return problem(401)
    if isinstance(error, HttpError):
        unreadable = error.message.startswith("Cannot parse request body")  # ninja says so in English alone
        return problem(error.status_code, _("The body is no valid JSON.") if unreadable else error.message)
    for kind, status in ((Http404, 404), (PermissionDenied, 403), (RequestDataTooBig, 413), (SuspiciousOperation, 400)):
        if isinstance(error, kind):
            return problem(status)
    passes = is_away(error)
    told = f": {log_words(error)}" if passes else ""
    logger.error("an operation of the interface failed%s", told, exc_info=None if passes else error)
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    return _later(error) if passes else problem(500)


def _later(error: Exception) -> HttpResponse:
    return problem(503, _(FULL), Retry_After=str(FULL_SECONDS)) if is_full(error) else problem(503, Retry_After="5")


def install(api: NinjaAPI) -> None:
    """Let ninja answer with problems."""

    def handle(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer_to(error)

    for kind in (Exception, Http404, HttpError, ValidationError, Problem):
        api.add_exception_handler(kind, handle)  # type: ignore[arg-type]  # ninja names the class, and passes the error
