# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The root of the interface: its entity sets, what it conforms to, and its limits (18-088, section 9.2.1)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from stadtherz.kernel.municipalities.active import active
from stadtherz.services.sensing.models import Source, SourceKind
from stadtherz.services.sensing.sta.lexer import LONGEST
from stadtherz.services.sensing.sta.options import DEEPEST_EXPAND, DEFAULT_TOP, MOST_SKIP, MOST_TOP
from stadtherz.services.sensing.sta.reading import COUNT_EXACTLY
from stadtherz.services.sensing.sta.schema import ENTITIES

SPEC = "http://www.opengis.net/spec/iot_sensing/1.1/req"
OURS = "https://github.com/stadtherz/stadtherz/blob/main/docs/sensorthings.md"
CONFORMANCE = (
    f"{SPEC}/datamodel",
    f"{SPEC}/datamodel/entity-control-information/common-control-information",
    *(f"{SPEC}/datamodel/{entity}/{part}" for entity in (
        "thing", "location", "historical-location", "datastream", "sensor", "observed-property", "observation",
        "feature-of-interest",
    ) for part in ("properties", "relations")),
    f"{SPEC}/resource-path", f"{SPEC}/resource-path/resource-path-to-entities",
    f"{SPEC}/request-data",
    *(f"{SPEC}/request-data/{part}" for part in (
        "order", "expand", "select", "status-code", "query-status-code", "orderby", "top", "skip", "count", "filter",
        "built-in-filter-operations", "built-in-query-functions", "pagination",
    )),
    f"{SPEC}/create-update-delete",
    *(f"{SPEC}/create-update-delete/{part}" for part in (
        "create-entity", "link-to-existing-entities", "deep-insert", "deep-insert-status-code", "update-entity",
        "update-entity-put", "update-entity-jsonpatch", "delete-entity", "historical-location-auto-creation",
        "historical-location-manual-creation",
    )),
    f"{SPEC}/batch-request", f"{SPEC}/batch-request/batch-request",
    f"{SPEC}/create-observations-dataarray/create-observations-dataarray",
    f"{SPEC}/data-array", f"{SPEC}/data-array/data-array",
    f"{OURS}#json-batch", f"{OURS}#json-patch", f"{OURS}#aggregate",
)  # fmt: skip


MQTT = (
    f"{SPEC}/create-observations-via-mqtt/observations-creation",
    f"{SPEC}/receive-updates-via-mqtt/receive-updates",
)


def document(base: str) -> str:
    """The document as JSON."""
    mqtt = mqtt_endpoints(base)
    return json.dumps(
        {
            "value": [{"name": entity.plural, "url": f"{base}/{entity.plural}"} for entity in ENTITIES],
            "serverSettings": {
                "conformance": [*CONFORMANCE, *mqtt],
                "defaultTop": DEFAULT_TOP, "maxTop": MOST_TOP, "maxSkip": MOST_SKIP, "maxExpandDepth": DEEPEST_EXPAND,
                "maxFilterLength": LONGEST, "countExactUpTo": COUNT_EXACTLY,
                f"{SPEC}/create-observations-dataarray/create-observations-dataarray": {"endpoints": [f"{base}/CreateObservations"]},
                f"{SPEC}/batch-request/batch-request": {"endpoints": [f"{base}/$batch"]},
                **mqtt,
            },
        }
    )  # fmt: skip


def mqtt_endpoints(base: str) -> dict[str, Any]:
    """Where observations are taken and news told over MQTT (section 14): each class with its addresses, left out without any.

    Our own listener is told to who can reach it: programs of this machine. The town's broker has the address that the operator
    named, and what a source does with it: one that takes observations by the standard, one that tells what is measured.
    """
    host = urlsplit(base).hostname or ""
    is_here = host in {"127.0.0.1", "::1"} or f".{host}".endswith(".localhost")
    own = [f"mqtt://localhost:{settings.MQTT_PORT}"] if settings.MQTT_PORT and is_here else []
    endpoints = {each: list(own) for each in MQTT}
    broker = _broker() if settings.MQTT_PUBLIC else []
    if broker:
        sources = list(Source.objects.filter(kind=SourceKind.MQTT, is_paused=False).values_list("settings", flat=True))
        does = (any(each.get("format") == "sta" for each in sources), any(each.get("publish") for each in sources))
        for name, is_done in zip(MQTT, does, strict=True):
            endpoints[name] += broker if is_done else []
    return {name: {"endpoints": found} for name, found in endpoints.items() if found}


def _broker() -> list[str]:
    """The addresses that the operator named, for this town."""
    addresses = settings.MQTT_PUBLIC.replace("{municipality}", active().key).split(",")
    return [each.strip() for each in addresses if each.strip()]
