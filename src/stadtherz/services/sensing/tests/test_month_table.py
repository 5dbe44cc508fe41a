# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Month by month: sums, how whole they are, and differences over the days that both times have whole."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.measuring import fill, stream
from stadtherz.services.sensing.web.asked import Asked
from stadtherz.services.sensing.web.charting import drawn
from stadtherz.services.sensing.web.month_table import MonthTable, month_table

PAGES = "/wissen/messwerte/"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2025, 6, 10, 12, tzinfo=BERLIN)
EVERY = timedelta(hours=6)


def _fill(counter: Datastream, first: date, until: datetime, value: float, missing: tuple[date, ...] = ()) -> None:
    moment, values = datetime(first.year, first.month, first.day, tzinfo=BERLIN).astimezone(UTC), []
    while moment < until:
        if moment.astimezone(BERLIN).date() not in missing:
            values.append((moment, value))
        moment += EVERY
    fill(counter, values)
    roll_up(now=until + timedelta(days=2))


def _table(sensor: Datastream, question: Asked) -> MonthTable:
    main = drawn(sensor, question.span, Grain.DAY, now=NOW)
    beside = [drawn(sensor, question.earlier, Grain.DAY, now=NOW, onto=question.span)] if question.earlier else []
    return month_table(sensor, main, question, beside, NOW)


def _question(first: date, last: date, against: str = "") -> Asked:
    return Asked("own", Span(first, last, BERLIN), against)


def test_months_are_summed_and_held_against_the_same_days_a_year_ago(town: object) -> None:
    """Four values a day, one day of March without any; of June only what is over is due."""
    counter = stream("bicycles", every=6 * 3600)
    _fill(counter, date(2024, 3, 1), datetime(2024, 7, 1, tzinfo=UTC), 10.0)
    _fill(counter, date(2025, 3, 1), NOW, 12.0, missing=(date(2025, 3, 10),))
    table = _table(counter, _question(date(2025, 3, 1), date(2025, 6, 30), "year"))
    months, sums, daily, complete, before, difference = zip(*table.rows, strict=True)
    assert months == ("März 2025", "April 2025", "Mai 2025", "Juni 2025")
    assert sums[:3] == (30 * 4 * 12, 30 * 4 * 12, 31 * 4 * 12)
    assert daily == (48, 48, 48, 48)
    assert complete == (98, 100, 100, 100), "120 of the 123 that are due in the 743 hours of March"
    assert before == (31 * 4 * 10, 30 * 4 * 10, 31 * 4 * 10, 30 * 4 * 10), (
        "what the other time has, also the days of the gap"
    )
    assert difference == ("+20,0",) * 4, "a gap and days that are yet to come make no difference"


def test_measured_values_differ_in_their_unit_and_months_before_the_first_value_have_no_row(town: object) -> None:
    dust = stream(every=6 * 3600)
    _fill(dust, date(2025, 2, 15), NOW, 20.5)
    dust.first_hour = datetime(2025, 2, 15, tzinfo=BERLIN)  # type: ignore[attr-defined]  # as the page annotates it
    table = _table(dust, _question(date(2024, 12, 1), date(2025, 4, 30), "before"))
    assert [row[:4] for row in table.rows] == [
        ["Februar 2025", 20.5, 20.5, 100], ["März 2025", 20.5, 20.5, 100], ["April 2025", 20.5, 20.5, 100],
    ]  # fmt: skip
    assert {row[5] for row in table.rows} == {None}


@pytest.mark.parametrize(("quantity", "last"), [("pm10", date(2025, 4, 10)), ("wind_direction", date(2025, 6, 1))])
def test_there_are_no_months_of_a_short_time_or_of_directions(town: object, quantity: str, last: date) -> None:
    sensor = stream(quantity, every=6 * 3600)
    _fill(sensor, date(2025, 3, 1), NOW, 20.0)
    assert _table(sensor, _question(date(2025, 3, 1), last)).rows == ()


def test_the_page_and_the_file_tell_the_same_months(town: object, client: Client) -> None:
    """One value of 720 is missing: neither says that all are there."""
    counter = stream("bicycles", every=3600)
    hours = [datetime(2025, 4, 1, tzinfo=BERLIN).astimezone(UTC) + timedelta(hours=n) for n in range(24 * 61)]
    fill(counter, [(hour, 5.0) for n, hour in enumerate(hours) if n != 100])
    roll_up(now=hours[-1] + timedelta(days=2))
    times = "from=2025-04-01&to=2025-05-31"
    page = client.get(f"{PAGES}{counter.pk}/?period=own&{times}").content.decode()
    part = page[page.index("Monat für Monat") :]
    assert 'data-value="3595"' in part
    assert 'data-value="3720"' in part
    assert 'data-value="99"' in part
    file = client.get(f"{PAGES}mitnehmen/?ids={counter.pk}&{times}&grain=month&format=csv")
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode())))
    assert [(row["value"], row["complete_percent"]) for row in rows] == [("3595", "99"), ("3720", "100")]
