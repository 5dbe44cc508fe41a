# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the value of now is usual: held against the same hour of the weeks before, with room for what chance does."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries.now import same_hours
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.measuring import fill, stream

PAGES = "/wissen/messwerte/"
BERLIN = ZoneInfo("Europe/Berlin")


def _with_weeks(quantity: str, every: int, values: list[float], now_value: float) -> Datastream:
    """One value of each week for the whole hour that is now, and one of a moment ago."""
    sensor, now = stream(quantity, every=every), timezone.now()
    hours = same_hours(now, BERLIN)
    for hour, value in zip(hours, values, strict=False):
        fill(sensor, [(hour + timedelta(seconds=n * every), value) for n in range(3600 // every)])
    minute = now.minute // (every // 60) * (every // 60)
    fill(sensor, [(now.replace(minute=minute, second=0, microsecond=0), now_value)])
    roll_up(now=now)
    return sensor


def _said(client: Client, sensor: Datastream, query: str = "") -> str:
    page = client.get(f"{PAGES}{sensor.pk}/{query}").content.decode()
    meaning = page[page.index("sn-now__meaning") : page.index("</section>", page.index("sn-now__meaning"))]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", meaning)).replace("\u00a0", " ").split())


WEEKS = [10.0, 11.0, 12.0, 13.0, 14.0, 14.0, 12.0, 11.0]


@pytest.mark.parametrize(
    ("value", "word"), [(12.0, "Das ist üblich."), (15.0, "Das ist üblich."), (15.1, "Das ist höher als üblich."), (8.0, "Das ist niedriger")],
)  # fmt: skip
def test_a_measured_value_is_held_against_the_weeks_before(
    town: object, client: Client, value: float, word: str
) -> None:
    """Eight weeks lay between 10 and 14; a quarter of that width beyond still is usual."""
    said = _said(client, _with_weeks("pm10", 3600, WEEKS, value))
    assert word in said
    assert "Uhr meist 10,0 bis 14,0 µg/m³." in said


@pytest.mark.parametrize(("value", "word"), [(12.0, "Das ist üblich."), (40.0, "Das ist mehr als üblich.")])
def test_a_count_is_held_in_the_time_in_which_it_is_counted(
    town: object, client: Client, value: float, word: str
) -> None:
    """Quarters of an hour with 10 to 14 each: the hour had four of them."""
    said = _said(client, _with_weeks("bicycles", 900, WEEKS, value))
    assert word in said
    assert "Uhr meist 10 bis 14 in 15 Minuten." in said


def test_of_few_weeks_and_of_another_time_only_the_mean_is_told(town: object, client: Client) -> None:
    few = _with_weeks("pm10", 3600, WEEKS[:3], 12.0)
    assert "üblich: 11,0 µg/m³." in _said(client, few)
    known = _with_weeks("pm25", 3600, WEEKS, 12.0)
    first, last = timezone.localdate() - timedelta(days=56), timezone.localdate() - timedelta(days=1)
    assert "Das ist" not in _said(client, known, f"?period=own&from={first}&to={last}")
