# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The unit of a running series changes, in the middle of an hour and a packed day: what every way out makes of it.

``warmed`` measured 68 °F all the time and since the change 20 °C, which is the same; ``polluted`` 10 ppb and since then 40 µg/m³.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from stadtherz.kernel.messages.models import Message
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.sensing.actions.unit_changes import change_unit
from stadtherz.services.sensing.engine.watching import Kind
from stadtherz.services.sensing.exports.table import rows
from stadtherz.services.sensing.models import Alert, AlertRule, Datastream
from stadtherz.services.sensing.public import nearest_measurements
from stadtherz.services.sensing.quantities import QUANTITIES
from stadtherz.services.sensing.queries import reading
from stadtherz.services.sensing.queries.figures import buckets, in_common, summary
from stadtherz.services.sensing.queries.now import reported, same_hours
from stadtherz.services.sensing.queries.spans import Grain, Span
from stadtherz.services.sensing.queries.stations import latest_of
from stadtherz.services.sensing.queries.usual import typical_week
from stadtherz.services.sensing.queries.watching import trial
from stadtherz.services.sensing.store.moving import pack_days
from stadtherz.services.sensing.store.rollups import roll_up
from stadtherz.services.sensing.tests.measuring import fill, stream, unless_now
from stadtherz.services.sensing.tests.test_units import CELSIUS, FAHRENHEIT, NOON
from stadtherz.services.sensing.web.charting import chart_of
from stadtherz.services.sensing.web.past_alerts import symbol_of_alert
from stadtherz.services.sensing.web.words import value_words

PAGES = "/wissen/messwerte/"
BERLIN = ZoneInfo("Europe/Berlin")
CHANGE = NOON + timedelta(minutes=30)
NOW = NOON + timedelta(days=2)
WEEK = Span(date(2026, 4, 27), date(2026, 5, 3), BERLIN)
PPB = {"name": "parts per billion", "symbol": "ppb", "definition": "ucum:[ppb]"}
MICROGRAM = {"name": "microgram per cubic metre", "symbol": "µg/m³", "definition": "ucum:ug/m3"}


def _measured(quantity: str, before: float, after: float, unit: dict[str, str], then: dict[str, str]) -> Datastream:
    """Values every half hour from two days before the change to two days behind it, as they come in."""
    made = stream(quantity, every=1800)
    change_unit(datastream=made, unit=unit, by=None, since=None)
    times = [NOON + timedelta(minutes=30 * n) for n in range(-96, 96)]
    fill(made, [(time, before if time < CHANGE else after) for time in times])
    change_unit(datastream=made, unit=then, by=None, since=CHANGE)
    return made


@pytest.fixture
def warmed(town: object) -> Datastream:
    return _measured("air_temperature", 68.0, 20.0, FAHRENHEIT, CELSIUS)


@pytest.fixture
def polluted(town: object) -> Datastream:
    return _measured("nitrogen_dioxide", 10.0, 40.0, PPB, MICROGRAM)


def _means(each: Datastream, span: Span, grain: Grain) -> set[float | None]:
    return {bucket.value and round(bucket.value, 9) for bucket in buckets(each, span, grain, NOW) if bucket.count}


@pytest.mark.parametrize("kept", ["marked", "rolled up", "packed"])
def test_what_is_exact_is_told_in_the_present_unit_wherever_it_lies(warmed: Datastream, kept: str) -> None:
    if kept != "marked":
        roll_up(now=NOW + timedelta(days=40))
    if kept == "packed":
        days = [(NOON.date() - date(1970, 1, 1)).days + n for n in range(-2, 2)]
        pack_days(warmed.pk, days)
    for grain in (Grain.RAW, Grain.HOUR, Grain.DAY, Grain.MONTH):
        assert _means(warmed, WEEK, grain) == {20.0}
    told = reading.hours(warmed, WEEK.since, WEEK.until)
    assert set(told.lows.tolist()) | set(told.highs.tolist()) == {20.0}
    assert int(told.counts.sum()) == 192
    assert set(reading.series(warmed, WEEK.since, WEEK.until).values.tolist()) == {20.0}
    assert set(reading.received(warmed, WEEK.since, WEEK.until).values.tolist()) == {68.0, 20.0}


def test_what_cannot_be_converted_counts_nowhere(polluted: Datastream) -> None:
    assert _means(polluted, WEEK, Grain.DAY) == _means(polluted, WEEK, Grain.HOUR) == {40.0}
    found = buckets(polluted, WEEK, Grain.HOUR, NOW)
    changing = next(each for each in found if each.start == NOON)
    assert (changing.value, changing.count, changing.complete) == (40.0, 1, 0.5)  # its other half was ppb
    assert summary(found, polluted, WEEK, NOW).count == 95
    cells = [cell for row in typical_week(polluted, WEEK).cells for cell in row if cell is not None]
    assert set(cells) == {40.0}
    assert len(cells) == 47


def test_two_times_are_only_compared_in_one_unit(warmed: Datastream, polluted: Datastream) -> None:
    before, after = (Span(day, day, BERLIN) for day in (date(2026, 4, 30), date(2026, 5, 2)))
    for each, days in ((warmed, 24), (polluted, 0)):
        both = [buckets(each, span, Grain.HOUR, NOW) for span in (after, before)]
        ours, theirs = in_common(*both, after, before, NOW)
        assert len(ours) == len(theirs) == days
        assert all(a.value == b.value for a, b in zip(ours, theirs, strict=True))


def test_changed_back(town: object) -> None:
    made = stream("nitrogen_dioxide", every=1800)
    fill(made, [(NOON + timedelta(minutes=30 * n), 40.0 if abs(n) > 10 else 10.0) for n in range(-96, 96)])
    change_unit(datastream=made, unit=PPB, by=None, since=NOON - timedelta(minutes=300))
    change_unit(datastream=made, unit=MICROGRAM, by=None, since=NOON + timedelta(minutes=301))
    assert [each["unit"]["symbol"] for each in made.earlier_units] == ["µg/m³", "ppb"]
    assert _means(made, WEEK, Grain.DAY) == {40.0}
    chart, drawn = chart_of(made, WEEK, NOW, key="x", title="x")
    assert [gap.name for gap in chart.gaps if gap.is_left_out] == ["in ppb gemessen"]
    assert [mark.name for mark in chart.marks] == ["Einheit geändert: µg/m³ → ppb", "Einheit geändert: ppb → µg/m³"]
    assert drawn.summary.count == 171


def test_the_picture_says_what_was_converted(warmed: Datastream) -> None:
    chart, drawn = chart_of(warmed, WEEK, NOW, key="x", title="x")
    assert (chart.unit, [mark.name for mark in chart.marks]) == ("°C", ["Einheit geändert: °F → °C"])
    day_words = f"Freitag, 1. Mai{unless_now(2026)}, 14:30\xa0Uhr"
    assert chart.sentence.endswith(f"Bis {day_words} in °F gemessen, hier umgerechnet.")
    assert not [gap for gap in chart.gaps if gap.is_left_out]
    remarks = [row[-1] for row in chart.rows if row[1] is not None]
    assert (remarks[0], remarks[-1], drawn.summary.value) == ("aus °F umgerechnet", "", 20.0)
    day, _drawn = chart_of(warmed, Span(date(2026, 5, 1), date(2026, 5, 1), BERLIN), NOW, key="x", title="x")
    line = day.lines[0]
    assert line.values.count(None) == 1  # broken where the unit changed
    assert line.times[line.values.index(None)] == pytest.approx(CHANGE.timestamp() - 900)


def test_the_picture_says_what_it_cannot_show(polluted: Datastream) -> None:
    chart, drawn = chart_of(polluted, WEEK, NOW, key="x", title="x")
    (gap,) = [gap for gap in chart.gaps if gap.is_left_out]
    assert (gap.name, gap.start, gap.end) == ("in ppb gemessen", WEEK.since.timestamp(), CHANGE.timestamp())
    assert drawn.summary.complete == 1.0  # of what was due since the change
    assert chart.sentence.endswith("in ppb gemessen; das lässt sich nicht in µg/m³ zeigen.")
    assert "in ppb gemessen" in {row[-1] for row in chart.rows}
    assert chart.limits


def test_limits_stand_only_where_their_unit_is_meant(polluted: Datastream, client: Client) -> None:
    change_unit(datastream=polluted, unit=PPB, by=None, since=NOW - timedelta(hours=1))
    chart, _drawn = chart_of(polluted, WEEK, NOW, key="x", title="x")
    assert (chart.limits, chart.unit) == ((), "ppb") or (list(chart.limits), chart.unit) == ([], "ppb")
    page = client.get(f"{PAGES}{polluted.pk}/?period=own&from=2026-04-27&to=2026-05-03").content.decode()
    assert "Grenz- und Richtwerte" not in page
    fill(polluted, [(datetime.now(UTC), 400.0)])
    (mark,) = client.get(f"{PAGES}orte.geojson").json()["features"]
    assert (mark["properties"]["level"], "400,0\xa0ppb" in mark["properties"]["status"]) == ("plain", True)
    here = client.get(f"{PAGES}hier/?lon=7.68&lat=49.44", headers={"Accept-Language": "de"}).content.decode()
    assert "400,0\xa0ppb" in here
    assert 'data-level="high"' not in here


def _table(found: Any) -> list[tuple[str, float | None]]:
    return [(row.unit, row.value) for row in found]


def test_files_have_single_values_as_they_came_and_figures_in_one_unit(
    warmed: Datastream, polluted: Datastream
) -> None:
    single = _table(rows([warmed], WEEK, Grain.RAW, NOW))
    assert (single.count(("°F", 68.0)), single.count(("°C", 20.0)), len(single)) == (97, 95, 192)
    days = list(rows([warmed], WEEK, Grain.DAY, NOW))
    assert {row.unit for row in days} == {"°C"}
    assert [row.quality for row in days if row.value] == ["converted", "converted", "converted", "valid", "valid"]
    apart = [(row.unit, row.value, row.quality) for row in rows([polluted], WEEK, Grain.DAY, NOW)]
    assert apart == [
        ("ppb", 10.0, "valid"), ("ppb", 10.0, "valid"), ("ppb", 10.0, "valid"),
        ("µg/m³", 40.0, "valid"), ("µg/m³", 40.0, "valid"), ("µg/m³", 40.0, "valid"),
    ]  # fmt: skip


def test_a_file_as_a_clerk_takes_it_along(warmed: Datastream, client: Client) -> None:
    address = f"{PAGES}mitnehmen/?ids={warmed.pk}&from=2026-05-01&to=2026-05-01&format=csv-de"
    text = b"".join(client.get(address).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    found = [(row["Einheit"], row["Wert"]) for row in csv.DictReader(io.StringIO(text), delimiter=";")]
    assert found == [("°F", "68")] * 29 + [("°C", "20")] * 19
    hourly = b"".join(client.get(address + "&grain=hour").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    told = [(row["Einheit"], row["Wert"], row["Güte"]) for row in csv.DictReader(io.StringIO(hourly), delimiter=";")]
    assert told == [("°C", "20", "umgerechnet")] * 15 + [("°C", "20", "gültig")] * 9


def _rule(each: Datastream, kind: Kind, bound: float, **more: Any) -> AlertRule:
    return AlertRule.objects.create(datastream=each, name="Regel", kind=kind, bound=bound, **more)


def test_a_trial_looks_at_one_unit(warmed: Datastream, polluted: Datastream) -> None:
    assert not trial(_rule(warmed, Kind.THRESHOLD, 30.0), NOW).episodes
    assert not trial(_rule(warmed, Kind.CHANGE, 5.0, below=True), NOW).episodes
    tried = trial(_rule(polluted, Kind.CHANGE, 5.0), NOW)
    assert (tried.episodes, tried.first) == ((), CHANGE)


def test_bounds_follow_the_unit(warmed: Datastream) -> None:
    above = _rule(warmed, Kind.THRESHOLD, 30.0, release=25.0, is_on=True)
    rises = _rule(warmed, Kind.CHANGE, 5.0, is_on=True)
    odd = _rule(warmed, Kind.OUTLIER, 3.5, is_on=True)
    hot = Alert.objects.create(rule=above, began_at=NOW, peak=35.0)
    over = Alert.objects.create(rule=above, began_at=NOON, ended_at=NOW, peak=35.0)
    change_unit(datastream=warmed, unit=FAHRENHEIT, by=None, since=NOW - timedelta(hours=1))
    for each in (above, rises, odd, hot, over):
        each.refresh_from_db()
    assert (above.bound, above.release, rises.bound, odd.bound) == (86.0, 77.0, 9.0, 3.5)
    assert (above.is_on, hot.peak, over.peak) == (True, 95.0, 35.0)
    assert [symbol_of_alert(each, warmed) for each in (hot, over)] == ["°F", "°F"]  # it ended in °F
    over.ended_at = NOON
    assert symbol_of_alert(over, warmed) == "°F"  # the first of three times
    over.ended_at = CHANGE + timedelta(hours=1)
    assert symbol_of_alert(over, warmed) == "°C"


def test_a_rule_whose_bound_means_nothing_any_more_is_switched_off_and_says_so(polluted: Datastream) -> None:
    rule = _rule(polluted, Kind.THRESHOLD, 50.0, is_on=True, mail_to="umwelt@stadt.example")
    lasting = Alert.objects.create(rule=rule, began_at=NOW, peak=60.0)
    silent = _rule(polluted, Kind.SILENCE, 0.0, is_on=True)
    change_unit(datastream=polluted, unit=PPB, by=None, since=datetime.now(UTC))
    for each in (rule, lasting, silent):
        each.refresh_from_db()
    assert (rule.is_on, rule.bound, lasting.peak, silent.is_on) == (False, 50.0, 60.0, True)
    assert lasting.ended_at is not None
    (told,) = Message.objects.filter(address="umwelt@stadt.example")
    assert "ppb" in told.text
    assert "µg/m³" in told.text


def test_the_aggregate_extension_tells_one_unit(warmed: Datastream, polluted: Datastream, client: Client) -> None:
    query = "aggregate?interval=P1D&fn=avg,min,max,count&from=2026-04-29&to=2026-05-04&tz=Europe/Berlin"
    told = client.get(f"/api/sta/v1.1/Datastreams({warmed.pk})/{query}").json()
    assert {(day["avg"], day["min"], day["max"]) for day in told["value"] if day["count"]} == {(20.0, 20.0, 20.0)}
    (earlier,) = told["earlierUnits"]
    assert (earlier["until"], earlier["converted"]) == ("2026-05-01T14:30:00+02:00", True)
    assert earlier["unitOfMeasurement"]["symbol"] == "°F"
    told = client.get(f"/api/sta/v1.1/Datastreams({polluted.pk})/{query}").json()
    assert [(day["avg"], day["count"]) for day in told["value"]][:3] == [(None, 0), (None, 0), (40.0, 19)]
    assert told["earlierUnits"][0]["converted"] is False
    line = client.get(f"/api/sta/v1.1/Datastreams({warmed.pk})/aggregate?from=2026-05-01&to=2026-05-02").json()
    assert {value for _time, value in line["dataArray"]} == {20.0}
    half = client.get(f"/api/sta/v1.1/Datastreams({warmed.pk})/{query.replace('Europe/Berlin', 'Asia/Kolkata')}").json()
    assert {day["avg"] for day in half["value"] if day["count"]} == {20.0}
    raw = client.get(f"/api/sta/v1.1/Datastreams({warmed.pk})/Observations?$top=1000").json()["value"]
    assert {each["result"] for each in raw} == {20, 68}  # as they came


def test_a_clerk_changes_a_unit(warmed: Datastream, client: Client) -> None:
    address = f"{PAGES}amt/reihen/{warmed.pk}/einheit/"
    assert client.get(address).status_code in {302, 403}
    client.force_login(person(Role.CLERK))
    assert address in client.get(f"{PAGES}{warmed.pk}/").content.decode()
    assert client.post(address, {"unit": "K", "when": "since"}).status_code == 422
    assert client.post(address, {"unit": "K", "when": "since", "since": "2999-01-01T00:00"}).status_code == 422
    assert client.post(address, {"unit": " K ", "when": "since", "since": "2026-05-02T08:15"}).status_code == 302
    warmed.refresh_from_db()
    assert warmed.unit_of_measurement == {"name": "K", "symbol": "K", "definition": "ucum:K"}
    assert [each["unit"]["symbol"] for each in warmed.earlier_units] == ["°F", "°C"]
    assert warmed.earlier_units[-1]["until"] == "2026-05-02T06:15:00+00:00"
    assert client.post(address, {"unit": "°C", "when": "always"}).status_code == 302
    warmed.refresh_from_db()
    assert (warmed.unit_of_measurement, warmed.earlier_units) == (CELSIUS, [])


def test_the_page_costs_no_query_more_where_the_unit_stayed(town: object, client: Client, monkeypatch: Any) -> None:
    plain = stream("air_temperature", every=1800)
    fill(plain, [(NOON + timedelta(minutes=30 * n), 20.0) for n in range(96)])
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def counting(self: Any, statement: Any, *given: Any, **more: Any) -> Any:
        seen.append(str(statement))
        return execute(self, statement, *given, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    reading.series(plain, WEEK.since, WEEK.until)
    assert len(seen) == 2  # rows and packed days
    reading.hours(plain, WEEK.since, WEEK.until)
    assert len(seen) <= 5


def test_the_board_speaks_in_the_catalogues_units(town: object) -> None:
    now = datetime.now(UTC)
    warm, odd = stream("air_temperature"), stream("nitrogen_dioxide")
    for each, unit in ((warm, FAHRENHEIT), (odd, PPB)):
        change_unit(datastream=each, unit=unit, by=None, since=None)
        fill(each, [(now, 68.0)])
    (told,) = reported(("air_temperature", "nitrogen_dioxide"), usual=(), now=now)
    assert (told.datastream, told.number) == (warm.pk, 20.0)  # nobody knows what 68 ppb are in µg/m³


def test_what_is_usual_now_is_known_since_the_unit_changed(town: object) -> None:
    now = datetime.now(UTC)
    gauge = stream("water_level", every=900)
    weeks = [hour + timedelta(minutes=15) for hour in same_hours(now, BERLIN)]
    fill(gauge, [(time, 5.0 if time < weeks[2] else 500.0) for time in weeks] + [(now, 500.0)])
    roll_up(now=now)
    change_unit(datastream=gauge, unit={"symbol": "m"}, by=None, since=None)
    change_unit(datastream=gauge, unit={"symbol": "cm"}, by=None, since=weeks[2] - timedelta(hours=1))
    (told,) = reported(("water_level",), usual=("water_level",), now=now)
    assert told.usual == 500.0


def test_the_latest_value_is_never_told_in_a_unit_in_which_it_was_not_measured(town: object, client: Client) -> None:
    """The unit changes from now on, and no value has come since."""
    now = datetime.now(UTC)
    warm, gauge, odd = stream("air_temperature"), stream("water_level"), stream("nitrogen_dioxide")
    changes = ((warm, FAHRENHEIT), (gauge, {"name": "millimetre", "symbol": "mm", "definition": "ucum:mm"}), (odd, PPB))
    for each, unit in changes:
        fill(each, [(now - timedelta(minutes=3), 20.0)])
        change_unit(datastream=each, unit=unit, by=None, since=now - timedelta(minutes=1))
    told = {
        value.datastream: (value_words(value), value.number)
        for each, _unit in changes for value in latest_of([each.thing_id], closed=False)[each.thing_id]
    }  # fmt: skip
    assert told[warm.pk] == ("68,0\u00a0°F", 68.0)
    assert told[gauge.pk] == ("200\u00a0mm", 200.0)
    assert told[odd.pk] == ("20,0\u00a0µg/m³", None), "nobody knows how many ppb that is"
    page = client.get(f"{PAGES}{odd.pk}/").content.decode()
    assert "20,0\u00a0µg/m³" in page
    assert 'data-symbol="ppb"' in page, "the next value is told in the present unit"
    assert {each.datastream: each.number for each in reported(list(QUANTITIES), usual=(), now=now)} == {
        warm.pk: 20.0,
        gauge.pk: 20.0,
    }
    near = nearest_measurements(Point(7.68, 49.44, srid=4326))
    assert {(each.number, each.symbol) for each in near} == {(68.0, "°F"), (200.0, "mm")}
    fill(odd, [(now, 11.0)])
    (value,) = latest_of([odd.thing_id], closed=False)[odd.thing_id]
    assert (value.number, value_words(value)) == (11.0, "11,0\u00a0ppb")


def test_who_changes_a_unit_reads_where_the_bounds_of_alerts_stand(warmed: Datastream, client: Client) -> None:
    rule = _rule(warmed, Kind.THRESHOLD, 30.0, is_on=True, is_public=True)
    Alert.objects.create(rule=rule, began_at=NOW, peak=31.0)
    client.force_login(person(Role.CLERK))
    answer = client.post(f"{PAGES}amt/reihen/{warmed.pk}/einheit/", {"unit": "°F", "when": "now"}, follow=True)
    page = answer.content.decode()
    assert "Bitte prüfen Sie die Schwellen der Alarme: Regel (über 86\u00a0°F)." in page
    assert "<p>über 86\u00a0°F, seit" in page, "everybody reads on the sensor's page what the alert means"
