# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The interface described for people, and as OpenAPI for programs. No script, nothing from elsewhere."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from stadtherz.kernel.api.door import READING, WITH_KEY, WITHOUT_KEY
from stadtherz.kernel.api.errors import problem
from stadtherz.kernel.api.root import document
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import public


@cache
def written() -> str:
    """The OpenAPI document as text, the same as in docs/openapi.json."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


@public
@csrf_exempt  # changes nothing; without a token another method is told to be the wrong one, as by every operation
def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1, readable from anywhere."""
    if request.method not in READING:
        return problem(405, Allow="GET, HEAD")
    answer = HttpResponse(written(), content_type="application/json")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@public
@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """Operations, parameters and errors as a page."""
    described = document()
    operations = [
        {
            "method": method.upper(), "address": address, "summary": found.get("summary", ""),
            "description": found.get("description", ""), "access": found["x-access"], "tag": found.get("tags", [""])[0],
            "parameters": [_parameter(each) for each in found.get("parameters", [])],
        }
        for address, methods in described["paths"].items()
        for method, found in methods.items()
    ]  # fmt: skip
    offered = [each for each in operations if _is_offered(str(each["tag"]))]
    context = {"operations": offered, "with_key": WITH_KEY, "without_key": WITHOUT_KEY}
    return render(request, "api/description.html", context)


def _parameter(described: dict[str, Any]) -> dict[str, str]:
    schema = described.get("schema", {})
    meanings = [described, schema, *schema.get("anyOf", ())]
    meaning = next((each["description"] for each in meanings if each.get("description")), "")
    return {"name": described["name"], "place": described["in"], "meaning": meaning}


def _is_offered(key: str) -> bool:
    from django.conf import settings

    return key not in settings.SERVICE_KEYS or active().offers(key)
