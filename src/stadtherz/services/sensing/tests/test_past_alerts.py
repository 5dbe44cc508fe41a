# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of a sensor tells when it raised alerts: to residents those that they may see, to clerks all, and who minds them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.actions import alerts as verbs
from stadtherz.services.sensing.models import Alert, AlertRule, Datastream
from stadtherz.services.sensing.tests.measuring import fill, stream

PAGES = "/wissen/messwerte/"


def _hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def dust(town: object) -> Datastream:
    made = stream(every=3600)
    fill(made, [(_hour() - timedelta(hours=n), 20.0) for n in range(48)])
    return made


def _rule(datastream: Datastream, name: str, **more: Any) -> AlertRule:
    return AlertRule.objects.create(**{"name": name, "datastream": datastream, "bound": 50.0, "is_on": True, **more})


def _alert(rule: AlertRule, hours_ago: int, hours: int | None, **more: Any) -> Alert:
    # (one that goes on is as old as it says, at any minute of the hour)
    began = (timezone.now() if hours is None else _hour()) - timedelta(hours=hours_ago)
    return Alert.objects.create(
        rule=rule, began_at=began, ended_at=None if hours is None else began + timedelta(hours=hours), **more
    )


def _page(client: Client, sensor: Datastream) -> str:
    return client.get(f"{PAGES}{sensor.pk}/").content.decode().replace("\u00a0", " ")


def _rows(page: str) -> list[list[str]]:
    """The cells of the table of alerts but the first, which says when."""
    if 'id="past-alerts"' not in page:
        return []
    part = page[page.index('id="past-alerts"') :].split("</section>", maxsplit=1)[0]
    told = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", part)]
    wide = part.count('<th scope="col"') - 1
    return [told[n : n + wide] for n in range(0, len(told), wide)]


def test_residents_see_how_long_and_how_far_of_rules_that_are_shown(dust: Datastream, client: Client) -> None:
    shown, hidden = _rule(dust, "Staub hoch", is_public=True), _rule(dust, "Intern")
    _alert(shown, 30, 3, peak=71.5, note="Baustelle")
    _alert(hidden, 20, 1, peak=60.0)
    _alert(shown, 24 * 400, 2, peak=90.0)
    page = _page(client, dust)
    assert [[row[0], row[1], row[3]] for row in _rows(page)] == [["3 h", "71,5 µg/m³", "Staub hoch"]]
    assert "Baustelle" not in page
    assert "Intern" not in page
    assert page.count('class="sh-chart__mark-span"') == 1, "it is marked in the picture of the week"


def test_clerks_see_all_rules_and_whether_somebody_minds(dust: Datastream, client: Client) -> None:
    rule, never = _rule(dust, "Intern"), _rule(dust, "Still", kind="silence", minutes=180, is_on=False)
    taken, waiting = _alert(rule, 30, 3, peak=71.5), _alert(rule, 5, None, peak=60.0)
    clerk = person(Role.CLERK)
    verbs.acknowledge(alert=taken, clerk=clerk, note="Baustelle")
    client.force_login(clerk)
    page = _page(client, dust)
    rows = _rows(page)
    assert [row[2] == "hält an" for row in rows] == [True, False]
    assert rows[0][0].startswith("5 h")
    assert [row[1] for row in rows] == ["60,0 µg/m³", "71,5 µg/m³"]
    assert [row[-1].endswith(end) for row, end in zip(rows, ("noch nicht", ": Baustelle"), strict=True)] == [True, True]
    for each in (rule, never):
        assert f"{PAGES}amt/alarme/{each.pk}/" in page
    assert waiting.acknowledged_at is None


def test_a_sensor_without_alerts_says_nothing_to_residents(dust: Datastream, client: Client) -> None:
    _rule(dust, "Staub hoch", is_public=True)
    assert 'id="past-alerts"' not in _page(client, dust)
    client.force_login(person(Role.CLERK))
    assert "In den letzten zwölf Monaten gab es keinen Alarm." in _page(client, dust)
