# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages whose answers are computed refuse an address that asks without pause, in words."""

from __future__ import annotations

import pytest
from django.test import Client

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.wayfinding.web import pace

ADDRESSES = (
    "/ankommen/weg/", "/ankommen/weg/linie.geojson", "/ankommen/weg/weg.gpx", "/ankommen/umkreis/",
    "/ankommen/umkreis/flaechen.geojson", "/ankommen/orte/", "/ankommen/orte/orte.geojson",
)  # fmt: skip


def test_an_address_that_asks_without_pause_waits(
    kaiserslautern: Municipality, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "A_MINUTE", 2)
    for address in ADDRESSES:
        answers = [client.get(address, headers={"accept": "text/html", "accept-language": "de"}) for _ask in range(3)]
        assert 429 not in [answer.status_code for answer in answers[:2]], address
        assert answers[2].status_code == 429, address
        assert 0 < int(answers[2].headers["Retry-After"]) <= 60
        assert "In einer Minute geht es weiter" in answers[2].content.decode()
    assert client.get(ADDRESSES[0], REMOTE_ADDR="192.0.2.9").status_code == 200
