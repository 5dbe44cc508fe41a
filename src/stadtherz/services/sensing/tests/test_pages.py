# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of measurements: as many queries for 200 stations as for 5, nothing of the neighbour, nothing closed."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.geo.models import District
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.actions.entities import change_datastream
from stadtherz.services.sensing.public import about_place
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.measuring import fill, stream

PAGES = "/wissen/messwerte/"
BUDGET = 8 + 2
"""Queries of a list page; two more find the town when its name was not asked for in the last seconds."""


def _now() -> Any:
    return timezone.now().replace(microsecond=0)


def _filled(count: int) -> list[Any]:
    made = [stream(name=f"Messfeld {n:03}", place=(7.7 + n / 5000, 49.44)) for n in range(count)]
    for each in made:
        fill(each, [(_now(), 20.0)])
    return made


@pytest.mark.parametrize("count", [5, 200])
def test_the_list_needs_as_few_queries_for_many(
    town: object, client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    _filled(count)
    client.get(PAGES)
    with django_assert_max_num_queries(BUDGET):
        page = client.get(PAGES).content.decode()
    assert page.count('class="sn-value"') == min(count, 40)
    with django_assert_max_num_queries(BUDGET):
        marks = client.get(f"{PAGES}orte.geojson").json()
    assert len(marks["features"]) == count


@pytest.mark.parametrize(("query", "most"), [("", 10), ("?period=year", 10), ("?period=today", 10)])
def test_the_page_of_a_sensor_keeps_to_ten_queries(
    town: object, client: Client, monkeypatch: pytest.MonkeyPatch, query: str, most: int
) -> None:
    """Counted below Django, because the store passes beside its cursor; with the frame of the transaction."""
    first, *_others = _filled(20)
    client.get(f"{PAGES}{first.pk}/")
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def counting(self: Any, statement: Any, *given: Any, **more: Any) -> Any:
        if '"municipalities_' not in str(statement):  # which town: known for some seconds, so not always asked
            seen.append(str(statement))
        return execute(self, statement, *given, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    page = client.get(f"{PAGES}{first.pk}/{query}").content.decode()
    assert len(seen) <= most, seen
    assert "Messfeld 019" in page


def test_what_is_said_of_a_value_of_now_and_of_silence(town: object, client: Client) -> None:
    high, silent = stream(name="Laut"), stream(name="Still")
    fill(high, [(_now(), 61.0)])
    fill(silent, [(_now() - timedelta(hours=5), 12.0)])
    page = client.get(PAGES, headers={"Accept-Language": "en"}).content.decode()
    assert 'data-level="high"' in page
    assert "silent since" in page
    marks = {f["properties"]["title"]: f["properties"] for f in client.get(f"{PAGES}orte.geojson").json()["features"]}
    assert (marks["Laut"]["level"], marks["Laut"]["figure"], marks["Still"]["figure"]) == ("high", "61,0", "–")


def test_a_changed_unit_is_said_where_its_values_are_shown(town: object, client: Client) -> None:
    each = stream("air_temperature")
    fill(each, [(_now(), 20.0)])
    each.refresh_from_db()
    assert "war die Einheit dieser Reihe" not in client.get(f"{PAGES}{each.pk}/").content.decode()
    change_datastream(
        datastream=each, unit_of_measurement={"name": "degree Fahrenheit", "symbol": "°F", "definition": ""}
    )
    assert "war die Einheit dieser Reihe °C. Werte von vorher" in client.get(f"{PAGES}{each.pk}/").content.decode()


def test_filters_and_search(town: object, client: Client) -> None:
    _filled(3)
    stream("noise", name="Lärmpegel Bahnhof", place=(7.77, 49.43))
    area = "MULTIPOLYGON(((7.76 49.42, 7.78 49.42, 7.78 49.435, 7.76 49.435, 7.76 49.42)))"
    district = District.objects.create(name="Innenstadt", geometry=area, middle="POINT(7.77 49.43)")
    for query in ("quantity=noise", "q=bahnhof", f"district={district.pk}", "q=innenst"):
        page = client.get(f"{PAGES}?{query}").content.decode()
        assert page.count("data-feature-id") == 1, query
        assert "Lärmpegel Bahnhof" in page
    assert "data-feature-id" not in client.get(f"{PAGES}?q=%25").content.decode()
    assert "Lärmpegel Bahnhof" in client.get(f"{PAGES}ortsbezirk/{district.pk}/").content.decode()


def test_closed_measurements_are_for_planners_only(town: object, kusel: Any, client: Client) -> None:
    closed = stream(name="Zu", is_open=False)
    fill(closed, [(_now(), 20.0)])
    with activate(kusel):
        foreign = stream(name="Kuseler Pegel")
    addresses = [f"{PAGES}{closed.pk}/", f"{PAGES}{closed.pk}/einbetten/rahmen/", f"{PAGES}{foreign.pk}/"]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert "Zu" not in [f["properties"]["title"] for f in client.get(f"{PAGES}orte.geojson").json()["features"]]
    export = f"{PAGES}mitnehmen/?ids={closed.pk}&from=2025-01-01&to=2025-01-02&format=csv"
    assert client.get(export).status_code == 422
    client.force_login(person(Role.EDITOR))
    assert client.get(addresses[0]).status_code == 200
    assert client.get(export).headers["Content-Type"].startswith("text/csv")
    assert client.get(addresses[2]).status_code == 404


def test_a_gap_is_hatched_and_said(town: object, client: Client) -> None:
    sensor = stream("pm10", every=600)
    midnight = _now().replace(hour=0, minute=0, second=0) - timedelta(days=3)
    fill(sensor, [(midnight + timedelta(minutes=10 * n), 20.0) for n in range(288) if not 60 < n < 150])
    page = client.get(f"{PAGES}{sensor.pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert page.count('class="sh-chart__gap"') >= 1
    assert "percent are there and count" in page


def test_what_lies_before_the_first_value_is_not_missing(town: object, client: Client) -> None:
    sensor = stream("pm10", every=3600)
    first = _now().replace(minute=0, second=0) - timedelta(hours=60)
    fill(sensor, [(first + timedelta(hours=n), 20.0 + n % 3) for n in range(61)])
    roll_up(now=_now())
    page = client.get(f"{PAGES}{sensor.pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert "not measured yet" in page
    assert "No value is missing" in page
    fill(sensor, [(first - timedelta(days=20), 20.0)])
    roll_up(now=_now())
    page = client.get(f"{PAGES}{sensor.pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert "not measured yet" not in page
    assert "No value is missing" not in page


def test_only_the_frame_may_be_framed(town: object, client: Client) -> None:
    sensor = stream()
    fill(sensor, [(_now(), 20.0)])
    frame, page = client.get(f"{PAGES}{sensor.pk}/einbetten/rahmen/"), client.get(f"{PAGES}{sensor.pk}/einbetten/")
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame.headers
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "&lt;iframe src=" in page.content.decode()


def test_two_sensors_in_one_file_with_local_time(town: object, client: Client) -> None:
    first, second = stream(name="A"), stream("noise", name="B")
    night = timezone.datetime.fromisoformat("2025-03-30T00:50:00+00:00")  # type: ignore[attr-defined]
    for each in (first, second):
        fill(each, [(night + timedelta(minutes=10 * n), 50.0) for n in range(3) if n != 1])
    query = f"ids={first.pk},{second.pk}&from=2025-03-30&to=2025-03-30&format=csv-de"
    answer = client.get(f"{PAGES}mitnehmen/?{query}")
    written = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(written), delimiter=";"))[1:]
    assert [(row[1], row[4], row[5], row[10]) for row in rows[:2]] == [
        ("A", "30.03.2025 01:50:00", "UTC+01:00", ""), ("A", "30.03.2025 03:10:00", "UTC+02:00", "1"),
    ]  # fmt: skip
    assert [row[1] for row in rows] == ["A", "A", "B", "B"]
    german = client.get(f"{PAGES}mitnehmen/?ids={first.pk}&from=30.3.2025&to=30.03.2025&format=csv-de")
    assert len(b"".join(german.streaming_content).splitlines()) == 3  # type: ignore[attr-defined]
    nothing = client.get(f"{PAGES}mitnehmen/?from=2025-03-30&to=2025-03-30&format=csv-de")
    assert (nothing.status_code, bool(nothing.context["refused"])) == (422, True)


@pytest.mark.parametrize("query", [
    "period=own&from=2025-02-30&to=2025-03-01", "period=own&from=2025-03-02&to=2025-03-01", "period=own&from=1900-01-01&to=2025-01-01",
    "period=%00&against=x&other=999999999999", "period=own",
])  # fmt: skip
def test_what_cannot_be_read_falls_back(town: object, client: Client, query: str) -> None:
    sensor = stream()
    fill(sensor, [(_now(), 20.0)])
    assert client.get(f"{PAGES}{sensor.pk}/?{query}").status_code == 200


def test_the_data_of_a_chart_can_be_read_by_its_script(town: object, client: Client) -> None:
    sensor = stream()
    fill(sensor, [(_now(), 20.0)])
    page = client.get(f"{PAGES}{sensor.pk}/?period=today").content.decode()
    told = json.loads(page.split('<script type="application/json">')[1].split("</script>")[0])
    assert told["lines"][0]["v"][-1] == 20.0


def test_where_nothing_is_measured_the_page_says_what_helps(town: object, client: Client) -> None:
    """No filter for nothing, no file of nothing; who may connect a source finds the way."""
    for address in (PAGES, f"{PAGES}mitnehmen/"):
        page = client.get(address).content.decode()
        assert "Hier wird noch nichts gemessen" in page
        assert [
            word for word in ('name="quantity"', 'name="ids"', ".gpkg", 'name="grain"', "quellen/neu") if word in page
        ] == []
    client.force_login(person(Role.CLERK))
    for address in (PAGES, f"{PAGES}mitnehmen/"):
        assert 'href="/wissen/messwerte/amt/quellen/neu/"' in client.get(address).content.decode()
    stream()
    page = client.get(PAGES).content.decode()
    assert 'name="quantity"' in page
    assert "noch nichts gemessen" not in page
    assert 'name="quantity"' in client.get(f"{PAGES}?q=nirgends").content.decode(), (
        "who narrowed to nothing can widen again"
    )


def test_what_is_shown_can_be_had_in_hours_or_with_other_sensors(town: object, client: Client) -> None:
    dust = _filled(1)[0]
    page = client.get(f"{PAGES}{dust.pk}/?period=own&from=2026-01-01&to=2026-06-30").content.decode()
    address = html.unescape(next(a for a in re.findall(r'href="([^"]*mitnehmen/[^"]*)"', page) if "grain=" in a))
    chosen = client.get(address).content.decode()
    for said in (f'value="{dust.pk}" checked', 'value="2026-01-01"', 'value="2026-06-30"', 'value="day" selected'):
        assert said in chosen
    refused = client.get(f"{PAGES}mitnehmen/?from=2026-01-01&to=2026-06-30&format=csv").content.decode()
    assert 'value="2026-01-01"' in refused, "the days stay when no sensor was chosen"


def test_what_we_know_about_a_place(town: Any, client: Client, django_assert_max_num_queries: Any) -> None:
    near, far = (
        stream("noise", name="Lärmpegel Bahnhof", place=(7.7700, 49.4300)),
        stream(name="Fern", place=(7.9, 49.43)),
    )
    for each in (near, far):
        fill(each, [(_now(), 50.0)])
    address = about_place(Point(7.771, 49.4301, srid=4326))
    client.get(address)
    with django_assert_max_num_queries(5):
        page = client.get(address).content.decode()
    assert "Lärmpegel Bahnhof" in page
    assert "Fern" not in page
    for wrong in ("?lat=x&lon=1", "?lat=nan&lon=1", "?lat=91&lon=1", ""):
        assert client.get(f"{PAGES}hier/{wrong}").status_code == 404
    town.services = ["participation"]
    assert about_place(Point(7.771, 49.4301, srid=4326)) == "", "a town without sensing has no such page"


def test_times_at_the_end_of_the_calendar_and_sums_beyond_all_numbers_break_no_page(
    town: object, client: Client
) -> None:
    wrong = stream(name="Falsche Uhr", place=(7.71, 49.44))
    fill(wrong, [(datetime(9999, 12, 31, 23, 59, tzinfo=UTC), 20.0)])
    huge = stream(name="Riesig", place=(7.72, 49.44))
    fill(huge, [(_now() - timedelta(hours=5, minutes=n), 1.7e308) for n in range(3)])
    for address in ("", f"{wrong.pk}/", f"{huge.pk}/", f"{huge.pk}/?period=year", "orte.geojson"):
        assert client.get(PAGES + address).status_code == 200, address
