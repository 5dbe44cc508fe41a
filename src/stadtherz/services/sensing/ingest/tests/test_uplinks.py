# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Webhooks of the two LoRaWAN networks, with keys, through the real interface."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stadtherz.kernel.api.actions import issue_key
from stadtherz.kernel.api.kept_keys import KeptKeys
from stadtherz.kernel.live.hub import hub
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.sensing.actions.adoption import Measured, adopt_device
from stadtherz.services.sensing.actions.sources import create_source, pause_source, revoke_source_key
from stadtherz.services.sensing.ingest.keys import forget_writers, kept_writer_of, writer_of
from stadtherz.services.sensing.ingest.messages import NotAMessage
from stadtherz.services.sensing.ingest.uplinks import NoUplink, chirpstack, things_stack
from stadtherz.services.sensing.models import Datastream, Observation, QuarantinedMessage, Source, SourceKind

TTN: dict[str, Any] = {
    "end_device_ids": {"device_id": "klima-1", "dev_eui": "A84041000181F2B3", "dev_addr": "260B1234"},
    "received_at": "2025-07-01T10:00:01.500Z",
    "uplink_message": {
        "f_port": 2, "f_cnt": 42, "frm_payload": "y8YAggDyAX//f/8=",
        "rx_metadata": [
            {"gateway_ids": {"gateway_id": "rathaus"}, "time": "2025-07-01T10:00:00.250Z"},
            {"gateway_ids": {"gateway_id": "uhr-geht-falsch"}, "time": "2019-01-01T00:00:00Z"},
        ],
        "received_at": "2025-07-01T10:00:00.750Z",
    },
}  # fmt: skip
CHIRPSTACK: dict[str, Any] = {
    "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d", "time": "2025-07-01T10:00:00.775023242+00:00",
    "deviceInfo": {"devEui": "24e124136b502217", "deviceName": "em300"}, "devAddr": "0189abcd", "fCnt": 7, "fPort": 85,
    "data": "A2csAARoFw==", "object": {"temperature": 4.4, "nested": {"humidity": 11.5}},
    "rxInfo": [{"gatewayId": "0016c001f153a14c", "gwTime": "2025-07-01T10:00:00.700Z"}],
}  # fmt: skip


def changed(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    copy = json.loads(json.dumps(document))
    for path, value in changes.items():
        at, *rest = path.split("__")
        where = copy
        while rest:
            where, at, rest = where[at], rest[0], rest[1:]
        where[at] = value
    return dict(copy)


def test_the_things_stack_is_understood() -> None:
    found = things_stack(TTN)
    assert found.device == "a84041000181f2b3"
    assert found.time == datetime(2025, 7, 1, 10, 0, 0, 250_000, tzinfo=UTC)  # the gateway's clock, if it is plausible
    assert (found.port, found.values, found.payload.hex()) == (2, None, "cbc6008200f2017fff7fff")
    assert found.mark == things_stack(changed(TTN, received_at="2025-07-01T10:05:00Z")).mark
    assert found.mark != things_stack(changed(TTN, uplink_message__f_cnt=43)).mark


def test_chirpstack_is_understood() -> None:
    found = chirpstack(CHIRPSTACK)
    assert (found.device, found.port) == ("24e124136b502217", 85)
    assert found.time == datetime(2025, 7, 1, 10, 0, 0, 700_000, tzinfo=UTC)
    assert found.values == {"temperature": 4.4, "nested.humidity": 11.5}


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ([], NotAMessage),
        ({}, NoUplink),
        (changed(TTN, simulated=True), NoUplink),
        (changed(TTN, uplink_message__frm_payload="§"), NotAMessage),
        (changed(TTN, uplink_message__frm_payload=""), NoUplink),
        (changed(TTN, uplink_message__received_at="2025-07-01T10:00:00"), NotAMessage),
        (changed(TTN, uplink_message__received_at=5), NotAMessage),
        (changed(TTN, end_device_ids={"device_id": "x" * 300}), NotAMessage),
        (changed(TTN, end_device_ids={"device_id": "\ud800"}), NotAMessage),
        (changed(TTN, uplink_message__decoded_payload={"a\0": 1}), NotAMessage),
        (changed(TTN, uplink_message__decoded_payload={"a": {"b": "\udfff"}}), NotAMessage),
        (changed(TTN, uplink_message__decoded_payload={str(n): n for n in range(200)}), NotAMessage),
    ],
)
def test_what_is_no_uplink_says_so(document: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        things_stack(document)


@pytest.fixture
def network(town: Municipality) -> tuple[Source, str]:
    return create_source(name="Stadtwerke LoRaWAN", kind=SourceKind.TTN, by=None)


def deliver(source: Source, key: str, document: Any) -> Any:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Client().post(
        f"/api/v1/sensing/uplink/{source.pk}/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )


def test_a_sensor_from_first_uplink_to_stored_value(network: tuple[Source, str]) -> None:
    source, key = network
    assert deliver(source, key, TTN).json() == {
        "stored": 0,
        "repeated": 0,
        "quarantined": 1,
        "ignored": "",
        "refused": [],
    }
    assert QuarantinedMessage.objects.get().external_id == "a84041000181f2b3"
    adopt_device(
        source=source, external_id="a84041000181f2b3", name="Stiftsplatz", place=Point(7.77, 49.44, srid=4326),
        decoder="dragino-lht65n", fields={"TempC_SHT": Measured("air_temperature", "Cel")}, by=None,
    )  # fmt: skip
    assert deliver(source, key, TTN).json()["repeated"] == 1  # the one that waited
    assert (
        deliver(
            source, key, changed(TTN, uplink_message__f_cnt=43, uplink_message__received_at="2025-07-01T10:10:00Z")
        ).json()["stored"]
        == 1
    )
    assert Observation.objects.count() == 2


def test_keys_open_their_own_source_only(network: tuple[Source, str], kusel: Municipality) -> None:
    source, key = network
    other, other_key = create_source(name="Anderes Netz", kind=SourceKind.TTN, by=None)
    with activate(kusel):
        _foreign, foreign_key = create_source(name="Netz von Kusel", kind=SourceKind.TTN, by=None)
    assert deliver(source, other_key, TTN).status_code == 404
    assert deliver(source, foreign_key, TTN).status_code == 401
    assert deliver(source, "", TTN).status_code == 401
    _key, everything = issue_key(label="Leitstelle", scopes=["sensing.write"], by=None)
    assert deliver(other, everything, TTN).status_code == 200
    _key, reading = issue_key(label="Auswertung", by=None)
    assert deliver(source, reading, TTN).status_code == 403
    pause_source(source=source, paused=True, by=None)
    assert deliver(source, key, TTN).status_code == 503
    pause_source(source=source, paused=False, by=None)
    revoke_source_key(source=source, by=None)
    assert deliver(source, key, TTN).status_code == 401


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 100_000, b"\xff"])
def test_a_body_that_cannot_be_understood_is_named(network: tuple[Source, str], body: bytes) -> None:
    answer = deliver(*network, body)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_source_that_sends_too_much_waits(network: tuple[Source, str]) -> None:
    source, key = network
    Source.objects.filter(pk=source.pk).update(per_minute=2)
    assert [deliver(source, key, TTN).status_code for _n in range(3)] == [200, 200, 429]


def test_a_writer_has_the_rights_of_its_source(
    network: tuple[Source, str], kusel: Municipality, town: Municipality
) -> None:
    source, key = network
    adopt_device(
        source=source, external_id="x", name="X", place=None, fields={"t": Measured("air_temperature")}, by=None
    )
    own = Datastream.objects.get()
    headers = {"authorization": f"Bearer {key}"}
    writer = writer_of(headers, town)
    assert writer is not None
    assert (writer.may_write(own.pk), writer.may_write(own.pk + 1)) == (True, False)
    assert writer_of(headers, kusel) is None
    assert writer_of({"authorization": "Basic eDp5"}, town) is None
    forget_writers()
    assert kept_writer_of(headers, town) == writer
    ends: tuple[Callable[..., None], ...] = (partial(pause_source, paused=True), revoke_source_key)
    for end in ends:
        with CaptureQueriesContext(connection) as asked:
            end(source=source, by=None)
        assert kept_writer_of(headers, town) == writer
        told = next(each["sql"] for each in asked.captured_queries if "pg_notify" in each["sql"])
        hub.hand_out(
            re.sub(r".*(\[\d+,).*?(api.keys).*?(changed).*", r'\1"\2","\3",{}]', told)
        )  # as PostgreSQL does with the commit, in every process
        assert kept_writer_of(headers, town) is None
        pause_source(source=source, paused=False, by=None)
        forget_writers()
        if end is not revoke_source_key:
            assert kept_writer_of(headers, town) == writer
    assert kept_writer_of(headers, town) is None


def test_what_a_key_may_do_is_kept_only_while_changes_are_heard() -> None:
    kept: KeptKeys[str] = KeptKeys()
    kept.keep("a", "yes", changes=kept.changes)
    assert kept.known("a") == ("yes",)
    asked = kept.changes
    kept.forget()
    kept.keep("a", "yes", changes=asked)  # the database was asked before the change
    assert kept.known("a") is None
    hub.hand_out('[1,"api.keys","changed",{}]')
    assert kept.changes == asked + 2
    kept.keep("a", "yes", changes=kept.changes)
    hub.ask_again()  # something may have been missed
    assert kept.known("a") is None
