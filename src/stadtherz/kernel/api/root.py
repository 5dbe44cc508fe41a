# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts the interface together: the operations of kernel rooms and services, each below /api/v1/<key>/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from ninja import NinjaAPI
from ninja.operation import Operation

import stadtherz
from stadtherz.kernel.api.errors import ProblemDocument, install
from stadtherz.kernel.registry.declaration import Text, resolve
from stadtherz.kernel.registry.services import services

KERNEL_ROUTERS = ("municipalities", "geo")
DESCRIPTION = """Data of the municipality whose host name you ask. Reading what is public needs no key; a key raises the limit.

Lists come in pages: follow `next` until it is null. Errors are problem documents (RFC 9457)."""


@cache
def interface() -> NinjaAPI:
    """All operations. Raises ``ImproperlyConfigured`` if one does not say who may call it."""
    api = NinjaAPI(
        title="Stadtherz", version=stadtherz.__version__, description=DESCRIPTION, docs_url=None, openapi_url=None,
        urls_namespace="api",
    )  # fmt: skip
    install(api)
    for key, path in routers():
        api.add_router(f"/v1/{key}", resolve(path), tags=[key])
    for address, operation in operations(api):
        if access(operation) is None:
            raise ImproperlyConfigured(
                f"{address} does not say who may call it: @public, auth=key_scope(…) or permission(…)."
            )
    return api


def routers() -> list[tuple[str, str]]:
    """Key and dotted path of every router."""
    found = [
        (room, f"stadtherz.kernel.{room}.api:router")
        for room in KERNEL_ROUTERS
        if find_spec(f"stadtherz.kernel.{room}") and find_spec(f"stadtherz.kernel.{room}.api")
    ]
    return found + [(service.key, service.api) for service in services() if service.api]


def operations(api: NinjaAPI) -> Iterator[tuple[str, Operation]]:
    """All operations with their addresses."""
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                yield f"/api/{bound.prefix}/{path}".replace("//", "/").replace("//", "/"), operation


def access(operation: Operation) -> str | None:
    """Who may call it: "public", "signed_in", a permission, "key:scope"; None if it does not say."""
    said = [getattr(callback, "access", None) for callback in operation.auth_callbacks]
    if said:
        return "|".join(str(each) for each in said) if all(said) else None
    if operation.auth_param is None:  # auth=None is written out: open to everybody
        return "public"
    return getattr(operation.view_func, "access", None)


def scopes() -> list[str]:
    """All scopes that some operation asks for, or a service declares."""
    return sorted(scope_titles())


def scope_titles() -> dict[str, Text]:
    """The scopes in words; a scope that nobody declared is its own word."""
    asked = {each for _address, operation in operations(interface()) for each in (access(operation) or "").split("|")}
    names = {each.removeprefix("key:") for each in asked if each.startswith("key:")}
    return {name: name for name in names} | {scope.key: scope.title for each in services() for scope in each.scopes}


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 description, with the answers that every operation can give."""
    api = interface()
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="api/"))
    schemas = made["components"].setdefault("schemas", {})
    problem_schema = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem_schema.pop("$defs", {}))
    schemas["ProblemDocument"] = problem_schema
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    said = {(address, method.lower()): access(op) for address, op in operations(api) for method in op.methods}
    for address, methods in made["paths"].items():
        for method, described in methods.items():
            statuses = {"429": "Too many requests", "default": "An error"}
            if described.get("parameters") or described.get("requestBody"):
                statuses["422"] = "Some values are not right"
            if "{" in address:
                statuses["404"] = "Nothing here"
            for status, words in statuses.items():
                described["responses"].setdefault(status, {"description": words, "content": content})
            described["responses"] = {str(key): value for key, value in described["responses"].items()}
            described["x-access"] = next(
                (who for (path, verb), who in said.items() if verb == method and _same(path, address)), None
            )
    return made


def _same(path: str, address: str) -> bool:
    return re.sub(r"{[^}:]+:", "{", path).rstrip("/") == address.rstrip("/")
