# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The desk shows staff what waits in the services that their roles reach, and lets nobody else in."""

from __future__ import annotations

import pytest
from django.test import Client

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person

pytestmark = pytest.mark.django_db
DESK = "/staff/"


def test_residents_stay_outside_and_strangers_sign_in_first(town: Municipality, client: Client) -> None:
    assert client.get(DESK).status_code == 302
    client.force_login(person())
    assert client.get(DESK).status_code == 403


def test_each_role_sees_its_own_work(town: Municipality, client: Client) -> None:
    client.force_login(person(Role.CLERK))
    whole = client.get(DESK, headers={"accept-language": "de"}).content.decode()
    assert "Ideen ohne Antwort" in whole
    assert "Beiträge prüfen" not in whole, "a clerk does not moderate"
    client.force_login(person(Role.MODERATOR))
    theirs = client.get(DESK, headers={"accept-language": "de"}).content.decode()
    assert "Alles ist erledigt" in theirs
    assert "Ideen ohne Antwort" not in theirs
