# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Long lists in pages that stay whole while rows are added: the cursor names the last row that was seen, not a number.

::

    @router.get("/ideas", response=Page[IdeaOut])
    @public
    def ideas(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
        return page(request, queryset, paging, by=("-released_at", "-id"))
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from stadtherz.kernel.api.errors import Problem

T = TypeVar("T")
M = TypeVar("M", bound=Model)
MOST = 200


class Paging(Schema):
    """The parameters of every list."""

    limit: int = Field(50, ge=1, le=MOST, description="How many entries a page has at most.")
    cursor: str = Field("", max_length=500, description="From “next” of the page before; empty for the first page.")


class Page(Schema, Generic[T]):
    """One page: ``next`` is the address of the following one, null at the end."""

    items: list[T]
    next: str | None


class Cursor:
    """The values of the last row's ordering fields, as URL-safe Base64 of JSON. Not secret, checked when it returns."""

    @staticmethod
    def write(values: Sequence[Any]) -> str:
        plain = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
        return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")

    @staticmethod
    def read(text: str, model: type[Model], fields: Sequence[str]) -> list[Any]:
        """The values, each of its field's type. Raises ``Problem`` 422."""
        try:
            plain = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
            if not isinstance(plain, list) or len(plain) != len(fields):
                raise ValueError
            values = [_field(model, name).clean(value, None) for name, value in zip(fields, plain, strict=True)]
        except (ValueError, TypeError, ValidationError, RecursionError):
            wrong = {"parameter": "cursor", "detail": _("This cursor was not issued by this list.")}
            raise Problem(422, errors=[wrong]) from None
        return values


def _field(model: type[Model], name: str) -> Any:
    field: Any = model._meta
    for part in name.split("__"):
        field = (field if hasattr(field, "get_field") else field.related_model._meta).get_field(part)
    return field


def page(
    request: HttpRequest,
    rows: QuerySet[M],
    paging: Paging,
    *,
    by: Sequence[str],
    each: Callable[[M], Any] | None = None,
) -> dict[str, Any]:
    """One page of ``rows``, ordered ``by`` fields of which the last is unique ("-released_at", "-id").

    No field in ``by`` may be null. ``each`` turns a row into what is shown.
    """
    fields = [name.lstrip("-") for name in by]
    if paging.cursor:
        rows = rows.filter(_after(by, Cursor.read(paging.cursor, rows.model, fields)))
    found = list(rows.order_by(*by)[: paging.limit + 1])
    shown = found[: paging.limit]
    following = None
    if len(found) > paging.limit:
        parameters = request.GET.copy()
        parameters["cursor"] = Cursor.write([_value(shown[-1], name) for name in fields])
        following = request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
    return {"items": [each(row) for row in shown] if each else shown, "next": following}


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    if isinstance(row, Model):
        raise FieldError(f"{name} is not a value.")
    return row


def _after(by: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows behind the one with ``values``: (a, b) > (x, y) written out, because directions may differ."""
    condition, equal = Q(), Q()
    for name, value in zip(by, values, strict=True):
        plain = name.lstrip("-")
        compare = "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{plain}__{compare}": value})
        equal &= Q(**{plain: value})
    return condition
