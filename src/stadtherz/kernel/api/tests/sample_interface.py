# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""An interface that exists for the tests only: one operation of each kind, behind the real door."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import include, path, re_path
from ninja import NinjaAPI, Query, Router, Schema

from stadtherz.kernel.api import errors
from stadtherz.kernel.api.door import door, nothing_here
from stadtherz.kernel.api.keys import key_scope, permission
from stadtherz.kernel.api.models import ApiKey
from stadtherz.kernel.api.paging import Page, Paging, page
from stadtherz.kernel.people.web.guards import public

router = Router()


class KeyOut(Schema):
    id: int
    label: str


class Wish(Schema):
    title: str
    amount: int


@router.get("/keys", response=Page[KeyOut])
@public
def keys(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Keys, newest first."""
    return page(request, ApiKey.objects.all(), paging, by=("-issued_at", "-id"))


@router.get("/keys/{number}", response=KeyOut)
@public
def key(request: HttpRequest, number: int) -> ApiKey:
    found = ApiKey.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


@router.post("/wishes", auth=key_scope("sample.write"))
def wish(request: HttpRequest, wish: Wish) -> dict[str, str]:
    return {"title": wish.title}


@router.post("/staff", auth=permission("api.keys"))
def staff(request: HttpRequest) -> dict[str, str]:
    return {}


@router.get("/broken")
@public
def broken(request: HttpRequest) -> None:
    raise RuntimeError("geheim")


api = NinjaAPI(docs_url=None, openapi_url=None, urls_namespace="sample")
errors.install(api)
api.add_router("/v1/sample", router)
patterns = [pattern for pattern in api.urls[0] if str(pattern.pattern).startswith("v1/")]
for pattern in patterns:
    pattern.callback = door(pattern.callback, "sample")
urlpatterns = [
    path("api/", include([*patterns, re_path(r"^.*$", door(nothing_here))])),
    path("", include("stadtherz.config.urls")),
]
handler404 = "stadtherz.kernel.ui.web.errors.not_found"
