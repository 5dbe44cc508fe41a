# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The root of the interface: its entity sets, what it conforms to, and its limits (18-088, section 9.2.1)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

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
    f"{SPEC}/resource-path/resource-path-to-entities",
    f"{SPEC}/request-data",
    *(f"{SPEC}/request-data/{part}" for part in (
        "order", "expand", "select", "status-code", "query-status-code", "orderby", "top", "skip", "count", "filter",
        "built-in-filter-operations", "built-in-query-functions", "pagination",
    )),
    *(f"{SPEC}/create-update-delete/{part}" for part in (
        "create-entity", "link-to-existing-entities", "deep-insert", "deep-insert-status-code", "update-entity",
        "update-entity-put", "update-entity-jsonpatch", "delete-entity", "historical-location-auto-creation",
        "historical-location-manual-creation",
    )),
    f"{SPEC}/batch-request/batch-request",
    f"{SPEC}/create-observations-dataarray/create-observations-dataarray",
    f"{SPEC}/data-array/data-array",
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
    """What is said about MQTT (section 14), to who can reach our own listener: programs of this machine. A broker is the town's, not ours."""
    host = urlsplit(base).hostname or ""
    if not settings.MQTT_PORT or not (host in {"127.0.0.1", "::1"} or f".{host}".endswith(".localhost")):
        return {}
    return {each: {"endpoints": [f"mqtt://localhost:{settings.MQTT_PORT}"]} for each in MQTT}
