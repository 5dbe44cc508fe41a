# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A client of the interface: with a key that writes, and without."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from stadtherz.kernel.api.actions import issue_key

ROOT = "/api/sta/v1.1"
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"


class Sta:
    """Speaks to the interface of one town, as a program does."""

    def __init__(self, key: str | None, host: str = "kaiserslautern.localhost") -> None:
        self.client = Client(headers={"host": host} | ({"authorization": f"Bearer {key}"} if key else {}))

    def send(
        self, method: str, path: str, body: Any = None, content_type: str = "application/json", **headers: str
    ) -> Any:
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        address = path if path.startswith("http") else f"{ROOT}/{path}".rstrip("/")
        return self.client.generic(method, address, data, content_type, headers=headers)

    def raw(self, path: str, **options: Any) -> Any:
        query = {f"${name}": str(value) for name, value in options.items()}
        address = path if path.startswith("http") else f"{ROOT}/{path}".rstrip("/")
        return self.client.get(address, query) if query else self.client.get(address)

    def get(self, path: str, **options: Any) -> Any:
        answer = self.raw(path, **options)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def names(self, path: str, **options: Any) -> list[Any]:
        return [each.get("name", each.get("result")) for each in self.get(path, **options)["value"]]

    def post(self, path: str, body: Any) -> Any:
        answer = self.send("POST", path, body)
        assert answer.status_code == 201, answer.content.decode()
        return answer.json()["@iot.id"]

    def refuses(self, path: str, status: int = 400, **options: Any) -> dict[str, Any]:
        answer = self.raw(path, **options)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()


@pytest.fixture
def key(town: Any) -> str:
    return issue_key(label="test", scopes=["sensing.write"], by=None)[1]


@pytest.fixture
def sta(key: str) -> Sta:
    return Sta(key)


@pytest.fixture
def anyone(town: Any) -> Sta:
    return Sta(None)


def thing(name: str = "Post 7", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "Zählstelle", **more}


def location(name: str = "Stiftsplatz", coordinates: Any = (7.77, 49.44), **more: Any) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": list(coordinates)}
    return {"name": name, "description": "-", "encodingType": "application/geo+json", "location": place, **more}


def sensor(name: str = "Thermal", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "-", "encodingType": "text/plain", "metadata": "-", **more}


def quantity(name: str = "Fahrräder", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "-", "definition": f"urn:{name}", **more}


def stream(name: str = "Zählung", **more: Any) -> dict[str, Any]:
    return {
        "name": name, "description": "-", "observationType": f"{OM}OM_Measurement",
        "unitOfMeasurement": {"name": "Anzahl", "symbol": "1", "definition": "ucum:1"},
        "Sensor": sensor(), "ObservedProperty": quantity(), **more,
    }  # fmt: skip


def whole(name: str = "Post 7", **more: Any) -> dict[str, Any]:
    """A thing with a place and a datastream."""
    return thing(name, Locations=[location()], Datastreams=[stream(**more)])
