# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""An hour has one name, in the picture, the table and the file, and one that is yet to come is not called missing."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from stadtherz.kernel.ui.templatetags.charts import readings
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.measuring import fill, stream
from stadtherz.services.sensing.web import comparing
from stadtherz.services.sensing.web.asked import Asked
from stadtherz.services.sensing.web.charting import chart_of, grain_for

PAGES = "/wissen/messwerte/"
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = date(2026, 10, 25)
"""Clocks go back from three to two."""


def _hourly(quantity: str, first: datetime, hours: int) -> Any:
    made = stream(quantity, every=3600)
    fill(made, [(first.astimezone(UTC) + timedelta(hours=n), 10.0 + n) for n in range(hours)])
    roll_up(now=first + timedelta(days=40))
    return made


@pytest.mark.parametrize("quantity", ["pm10", "bicycles", "ozone"])
def test_an_hour_is_named_by_where_it_begins_in_picture_table_and_file(
    town: object, client: Client, quantity: str
) -> None:
    first, last = NIGHT - timedelta(days=2), NIGHT + timedelta(days=1)
    measured = _hourly(quantity, datetime(2026, 10, 23, tzinfo=BERLIN), 24 * 4 + 1)
    chart, _main = chart_of(measured, Span(first, last, BERLIN), datetime(2026, 11, 20, tzinfo=UTC), key="k", title="T")
    told = json.loads(readings(chart))
    named = [str(row[0]) for row in chart.rows]
    assert told["names"] == named
    assert len(named) == len(set(named)) == 24 * 4 + 1
    clock = [name.replace("\u00a0", " ") for name in named]
    assert clock[:2] == ["Fr 23. Okt, 00:00–01:00", "Fr 23. Okt, 01:00–02:00"]
    assert clock[23] == "Fr 23. Okt, 23:00–24:00"
    assert clock[50:52] == ["So 25. Okt, 02:00–03:00 (CEST)", "So 25. Okt, 02:00–03:00 (CET)"]
    file = client.get(f"{PAGES}mitnehmen/?ids={measured.pk}&from={first}&to={last}&format=csv-de&grain=hour").getvalue()
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))[1:]
    assert [row[4][11:16] for row in rows] == [re.findall(r"\d\d:\d\d", name)[0] for name in clock]
    assert [float(row[6]) for row in rows] == [row[1] for row in chart.rows]


def test_a_month_is_named_as_a_month(town: object) -> None:
    """Four years are drawn in months: the middle of one is no day of its own."""
    counter = _hourly("bicycles", datetime(2023, 3, 1, tzinfo=BERLIN), 24)
    span = Span(date(2023, 1, 1), date(2026, 6, 30), BERLIN)
    chart, _main = chart_of(counter, span, datetime(2026, 11, 20, tzinfo=UTC), key="k", title="T")
    assert json.loads(readings(chart))["names"][:3] == ["Januar 2023", "Februar 2023", "März 2023"]
    assert chart.columns[0]["title"] == "Monat"


@pytest.mark.parametrize("quantity", ["pm10", "bicycles"])
def test_hours_that_are_yet_to_come_are_not_missing(town: object, quantity: str) -> None:
    now = datetime(2026, 11, 20, 11, 30, tzinfo=BERLIN)
    measured = _hourly(quantity, datetime(2026, 11, 10, tzinfo=BERLIN), 24 * 10 + 11)
    today = Span(now.date(), now.date(), BERLIN)
    question = Asked("today", today, against="before")
    lines, _apart = comparing.beside(measured, question, grain_for(measured, today), now)
    chart, main = chart_of(measured, today, now, key="k", title="T", beside=tuple(lines))
    own, earlier = json.loads(readings(chart))["lines"][:2]
    later = [time for time in earlier["t"] if time >= own["u"]]
    assert earlier["u"] is None
    assert len(later) == 12, "from noon on the day before has hours that this one has not yet"
    assert [row[1] for row in chart.rows][-12:] == ["noch nicht"] * 12
    assert not [gap for gap in chart.gaps if gap.end > now.timestamp()]
    assert main.summary.complete == 1.0
    assert [str(bucket.complete) for bucket in main.buckets[12:]] == ["None"] * 12


def test_a_comparison_of_today_says_that_only_what_is_over_counts(town: object) -> None:
    now = datetime(2026, 11, 20, 11, 30, tzinfo=BERLIN)
    counter = _hourly("bicycles", datetime(2026, 11, 10, tzinfo=BERLIN), 24 * 10 + 11)
    question = Asked("today", Span(now.date(), now.date(), BERLIN), against="before")
    lines, _apart = comparing.beside(counter, question, Grain.HOUR, now)
    _chart, main = chart_of(counter, question.span, now, key="k", title="T")
    (told,) = comparing.compared(counter, main, lines, question, now)
    assert "Verglichen wird nur, was schon vorbei ist: 11 Stunden." in told
