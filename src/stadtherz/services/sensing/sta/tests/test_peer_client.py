# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The published client frost-sta-client against the interface: it creates, lists, pages, queries, changes and deletes (ADR 22)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import frost_sta_client as fsc
import geojson
import pytest
import requests
from django.test import Client


class InProcess(requests.adapters.BaseAdapter):
    """Carries the requests of the client to Django without a socket."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        headers = {"host": parts.netloc}
        if key := request.headers.get("Authorization"):
            headers["authorization"] = key
        kind = request.headers.get("Content-Type", "")
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = Client().generic(request.method or "GET", address, request.body or b"", kind, headers=headers)
        made = requests.Response()
        made.status_code, made._content, made.request, made.url = (
            answer.status_code,
            answer.content,
            request,
            request.url,
        )
        made.headers.update(answer.headers)
        return made

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def service(key: str, monkeypatch: pytest.MonkeyPatch) -> fsc.SensorThingsService:
    monkeypatch.setattr(requests.Session, "get_adapter", lambda self, url: InProcess())
    auth = fsc.AuthHandler(username="key", password=key)
    return fsc.SensorThingsService("http://kaiserslautern.localhost/api/sta/v1.1", auth_handler=auth)


def _datastream() -> fsc.Datastream:
    place = fsc.Location("Stiftsplatz", "-", "application/geo+json", location=geojson.Point((7.77, 49.44)))
    return fsc.Datastream(
        name="Räder", description="Zählung", observation_type="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        unit_of_measurement=fsc.UnitOfMeasurement("Anzahl", "1", "ucum:1"), thing=fsc.Thing("Post 7", "Zählstelle", {"lanes": 2}, locations=[place]),
        sensor=fsc.Sensor("Thermal", "-", "text/plain", metadata="-"), observed_property=fsc.ObservedProperty("Fahrräder", "urn:bicycles", "-"),
    )  # fmt: skip


def test_the_client_creates_reads_changes_and_deletes(service: fsc.SensorThingsService) -> None:
    stream = _datastream()
    service.create(stream)
    thing = service.things().query().filter("properties/lanes eq 2").expand("Locations").list().entities[0]
    assert (thing.name, thing.locations.entities[0].name) == ("Post 7", "Stiftsplatz")
    for hour in range(25):
        service.create(
            fsc.Observation(
                phenomenon_time=f"2026-03-{hour + 1:02}T12:00:00Z", result=hour, datastream=fsc.Datastream(id=stream.id)
            )
        )
    found = service.datastreams().find(stream.id)
    assert found.phenomenon_time.startswith("2026-03-01T12:00:00")
    pages = found.get_observations().query().top(10).count().orderby("phenomenonTime", "asc").list()
    assert pages.count == 25
    assert [observation.result for observation in pages] == list(range(25))
    assert [
        each.result for each in service.observations().query().filter("result gt 21").orderby("result", "desc").list()
    ] == [24, 23, 22]
    thing.name = "Post 8"
    service.update(thing)
    service.patch(thing, [{"op": "replace", "path": "/properties", "value": {"lanes": 3}}])
    again = service.things().find(thing.id)
    assert (again.name, again.properties) == ("Post 8", {"lanes": 3})
    first = service.observations().query().top(1).list().entities[0]
    service.delete(first)
    service.delete(thing)
    assert service.datastreams().query().count().list().count == 0
    with pytest.raises(requests.exceptions.HTTPError):
        service.things().find(thing.id)
