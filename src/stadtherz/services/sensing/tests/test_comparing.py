# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two times and two sensors held against each other: both figures are told, and the table has every line of the picture."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.models import AlertRule, Datastream
from stadtherz.services.sensing.queries.figures import in_common
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.measuring import fill, stream, unless_now
from stadtherz.services.sensing.web.charting import drawn
from stadtherz.services.sensing.web.figure_table import joined

PAGES = "/wissen/messwerte/"
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 2, 2, tzinfo=BERLIN)  # a Monday
DAYS = 21
WEEK = "?period=own&from=2026-02-16&to=2026-02-22"


def _counts(day: datetime) -> float:
    """So many in each hour of that day; from day to day one more, at weekends half of it."""
    number = (day.date() - FIRST.date()).days
    return (20.0 + 2 * number) / (2 if day.weekday() >= 5 else 1)


@pytest.fixture
def counter(town: object) -> Datastream:
    made = stream("bicycles", every=3600)
    hours = [FIRST.astimezone(UTC) + timedelta(hours=n) for n in range(24 * DAYS)]
    fill(made, [(hour, _counts(hour.astimezone(BERLIN))) for hour in hours])
    roll_up(now=hours[-1] + timedelta(days=1))
    return made


def _said(client: Client, address: str) -> str:
    """The words of a page, each once a space apart."""
    page = client.get(address).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).replace("\u00a0", " ").split())


def _told(number: float) -> str:
    return f"{round(number):,}".replace(",", ".")


def _sum(first: int, days: int) -> int:
    return int(sum(24 * _counts(FIRST + timedelta(days=first + n)) for n in range(days)))


def test_a_difference_comes_with_both_figures(counter: Datastream, client: Client) -> None:
    here, there = _sum(14, 7), _sum(7, 7)
    told = _said(client, f"{PAGES}{counter.pk}/{WEEK}&against=before")
    percent = round(100 * (here / there - 1))
    assert _told(here) in told
    assert f"Das sind {_told(here - there)} ({percent} %) mehr." in told
    assert "verschiedenen Wochentagen" not in told


def test_little_is_not_nothing(counter: Datastream, client: Client) -> None:
    other = stream("bicycles", name="Zweite", every=3600)
    hours = [FIRST.astimezone(UTC) + timedelta(hours=n) for n in range(24 * DAYS)]
    fill(other, [(hour, _counts(hour.astimezone(BERLIN)) + (n == 24 * 15)) for n, hour in enumerate(hours)])
    roll_up(now=hours[-1] + timedelta(days=1))
    assert "Das sind 1 (0,0 %) weniger." not in (told := _said(client, f"{PAGES}{counter.pk}/{WEEK}&other={other.pk}"))
    assert "Das sind 1 (weniger als 0,1 %) weniger." in told


def test_a_time_of_ones_own_choice_is_held_against(counter: Datastream, client: Client) -> None:
    told = _said(client, f"{PAGES}{counter.pk}/{WEEK}&against=day&since=2026-02-05")
    here, there = _sum(14, 7), _sum(3, 7)
    assert f"Das sind {_told(here - there)} ({round(100 * (here / there - 1))} %) mehr." in told
    assert "beginnen an verschiedenen Wochentagen, Montag und Donnerstag." in told
    assert "ab welchem Tag du vergleichen" in _said(client, f"{PAGES}{counter.pk}/{WEEK}&against=day&since=morgen")
    page = client.get(f"{PAGES}{counter.pk}/{WEEK}&against=day&since=05.02.2026").content.decode()
    assert 'name="since" value="2026-02-05"' in page
    assert "against=day&amp;since=2026-02-05" in page, "the tabs keep the question"


def test_the_mean_of_a_day_is_told_over_whole_days(counter: Datastream, client: Client) -> None:
    told = _said(client, f"{PAGES}{counter.pk}/?period=own&from=2026-02-09&to=2026-02-24")
    working = [_sum(n, 1) for n in range(7, 21) if (FIRST + timedelta(days=n)).weekday() < 5]
    weekend = [_sum(n, 1) for n in range(7, 21) if (FIRST + timedelta(days=n)).weekday() >= 5]
    whole = round(sum(working + weekend) / 14)
    assert f"Im Mittel {_told(whole)} am Tag, über die 14 vollständig gemessenen Tage." in told
    assert (
        f"Montags bis freitags {_told(sum(working) / 10)} (10 Tage), samstags und sonntags {_told(sum(weekend) / 4)} (4 Tage)."
        in told
    )
    assert "Kein Tag wurde vollständig gemessen" in _said(
        client, f"{PAGES}{counter.pk}/?period=own&from=2026-03-09&to=2026-03-10"
    )


def test_the_table_has_every_line_of_the_picture(counter: Datastream, client: Client) -> None:
    page = client.get(f"{PAGES}{counter.pk}/?period=own&from=2026-02-09&to=2026-02-20&against=before").content.decode()
    table = page[page.index('aria-label="Zahlen:') : page.index("</table>")]
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)', table)
    year = unless_now(2026)
    assert [head.strip() for head in heads[:3]] == [
        "Tag", f"9. Februar{year} bis 20. Februar{year}", f"28. Januar{year} bis 8. Februar{year}"
    ]  # fmt: skip
    rows = [re.findall(r"<td[^>]*>(?:<span[^>]*>)?([^<]*)", row) for row in table.split("<tr")[2:]]
    assert [row[:2] for row in rows[:6]] == [
        [_told(_sum(7 + n, 1)), _told(_sum(n - 5, 1)) if n >= 5 else "keine Daten"] for n in range(6)
    ]  # fmt: skip


def test_what_is_usual_is_known_of_a_sensor_that_fell_silent_long_ago(counter: Datastream, client: Client) -> None:
    fill(silent := stream("bicycles", name="Alt", every=3600), [
        (FIRST.astimezone(UTC) - timedelta(days=900) + timedelta(hours=n), 12.0) for n in range(24 * 14)
    ])  # fmt: skip
    roll_up(now=FIRST)
    assert "Was üblich ist" in _said(client, f"{PAGES}{silent.pk}/")


def test_rows_of_lines_whose_times_differ() -> None:
    heads, rows = joined(
        [{"title": "Zeit"}, {"title": "Wert", "numeric": True}, {"title": "Güte"}], [["0:00", 1.0, "gut"], ["0:10", 2.0, ""]],
        [0.0, 600.0], name="hier", others=[("dort", {0.0: 5.0, 300.0: 6.0})], said=lambda seconds: f"0:{seconds / 60:02.0f}",
    )  # fmt: skip
    assert [head["title"] for head in heads] == ["Zeit", "hier", "dort", "Güte"]
    assert rows == [["0:00", 1.0, 5.0, "gut"], ["0:05", None, 6.0, ""], ["0:10", 2.0, "", ""]]


def test_series_of_one_quantity_are_told_apart_wherever_they_stand(counter: Datastream, client: Client) -> None:
    """A picture of one direction is not taken for all."""
    Datastream.objects.update(name="Messfeld Einsiedlerhof: einwärts", description="einwärts")
    frame = client.get(f"{PAGES}{counter.pk}/einbetten/rahmen/").content.decode()
    assert "Fahrräder, einwärts, Messfeld Einsiedlerhof" in frame
    rule = AlertRule.objects.create(name="Viele", datastream=counter, bound=150.0)
    client.force_login(person(Role.CLERK))
    told = _said(client, f"{PAGES}amt/alarme/{rule.pk}/")
    assert "Messfeld Einsiedlerhof, Fahrräder, einwärts: über 150 in 60 Minuten" in told


def test_the_typical_week_says_since_when_it_knows(counter: Datastream, client: Client) -> None:
    told = _said(client, f"{PAGES}{counter.pk}/{WEEK}")
    assert f"Fahrräder je Stunde, 2. Februar{unless_now(2026)} bis" in told


def test_a_district_draws_only_what_reports(town: object, client: Client) -> None:
    now = timezone.now()
    silent, lively = stream("pm10", name="Still", every=3600), stream("noise", name="Laut", every=3600)
    fill(silent, [(now - timedelta(days=40), 12.0)])
    fill(lively, [(now - timedelta(hours=n), 50.0) for n in range(48)])
    around = MultiPolygon(Polygon.from_bbox((7.6, 49.4, 7.8, 49.5)))
    district = District.objects.create(name="Probeviertel", geometry=around, middle=around.centroid)
    page = client.get(f"{PAGES}ortsbezirk/{district.pk}/").content.decode()
    assert ("Schallpegel, Laut" in page, "Feinstaub PM10, Still" in page, "Still" in page) == (True, False, True)


def test_a_leap_year_is_held_against_another_by_its_dates(town: object) -> None:
    """1 March stands beside 1 March, 31 December beside 31 December, and 29 February beside nothing."""
    counter, zone = stream("bicycles", every=86400), BERLIN
    days = [datetime(2023, 1, 1, 12, tzinfo=zone).astimezone(UTC) + timedelta(days=n) for n in range(731)]
    fill(counter, [(day, float(100 * day.month + day.day)) for day in days])
    roll_up(now=days[-1] + timedelta(days=2))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    plain, leap = (Span(date(year, 1, 1), date(year, 12, 31), zone) for year in (2023, 2024))
    assert leap.year_before() == plain
    assert Span(date(2025, 1, 1), date(2025, 12, 31), zone).year_before() == leap
    for own, other in ((plain, leap), (leap, plain)):
        beside = drawn(counter, other, Grain.DAY, now=now, onto=own)
        told = [datetime.fromtimestamp(time, zone) for time in beside.line.times]
        assert len(set(told)) == 365
        assert [100.0 * at.month + at.day for at in told] == beside.line.values
        pairs = zip(
            *in_common(drawn(counter, own, Grain.DAY, now=now).buckets, beside.buckets, own, other, now), strict=True
        )
        assert {(ours.value, theirs.value) for ours, theirs in pairs} == {
            (value, value) for value in beside.line.values
        }


def test_the_mean_direction_of_a_time_is_that_of_its_vectors(town: object) -> None:
    wind = stream("wind_direction", every=3600)
    fill(wind, [(FIRST + timedelta(hours=n), 350.0 if n % 2 else 10.0) for n in range(48)])
    roll_up(now=FIRST + timedelta(days=9))
    span = Span(FIRST.date(), FIRST.date() + timedelta(days=2), BERLIN)
    told = drawn(wind, span, Grain.HOUR, now=FIRST + timedelta(days=9)).summary
    assert told.value == pytest.approx(0, abs=1e-6)
