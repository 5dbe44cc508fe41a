# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens to a device and its station later: another unit, another model, another place, an exchange, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.kernel.ui.meanwhile import ChangedMeanwhile
from stadtherz.services.sensing.actions.adoption import Measured, adopt_device
from stadtherz.services.sensing.actions.entities import change_datastream
from stadtherz.services.sensing.actions.sources import create_source
from stadtherz.services.sensing.actions.unit_changes import change_unit
from stadtherz.services.sensing.ingest.arrivals import take_in
from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.models import (
    Datastream,
    FieldMapping,
    HistoricalLocation,
    Observation,
    Source,
    SourceDatastream,
    SourceDevice,
    SourceKind,
    Thing,
)
from stadtherz.services.sensing.queries.stations import station as shown
from stadtherz.services.sensing.tests.pressing import Form

BASE = "/wissen/messwerte/amt/"
TIME = datetime(2025, 7, 1, 10, tzinfo=UTC)
WARM = bytes.fromhex("03672c00046817")  # 4.4 °C, 11.5 %
HERE, THERE = Point(7.769, 49.444, srid=4326), Point(7.78, 49.45, srid=4326)


@pytest.fixture
def clerk(town: Municipality) -> Client:
    client = Client()
    client.force_login(person(Role.CLERK))
    return client


@pytest.fixture
def source(town: Municipality) -> Source:
    return create_source(name="Netz", kind=SourceKind.CHIRPSTACK, by=None)[0]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def adopted(
    source: Source, *, field: str = "p", quantity: str = "air_pressure", unit: str = "", **more: Any
) -> SourceDevice:
    said = {"external_id": "roof", "name": "Dach", "place": HERE} | more
    return adopt_device(source=source, fields={field: Measured(quantity, unit)}, by=None, **said)[0]


def stored(source: Source, minutes: int, **values: float) -> float | None:
    take_in(source, [DeviceMessage("roof", TIME + timedelta(minutes=minutes), values)])
    return Observation.objects.order_by("-phenomenon_time").first().number  # type: ignore[union-attr]


def give_unit(clerk: Client, unit: str, when: str = "now") -> Any:
    return clerk.post(f"{BASE}reihen/{Datastream.objects.get().pk}/einheit/", {"unit": unit, "when": when}, follow=True)


def test_a_conversion_follows_the_unit_of_its_series(source: Source, clerk: Client) -> None:
    adopted(source, unit="Pa")
    assert stored(source, 0, p=101_300) == 1013
    told = text(give_unit(clerk, "kPa"))
    assert "wird nun umgerechnet: × 0,001." in told
    assert stored(source, 1, p=101_300) == 101.3
    give_unit(clerk, "Pa")
    assert stored(source, 2, p=101_300) == 101_300
    assert (FieldMapping.objects.get().scale, FieldMapping.objects.get().offset) == (1, 0)
    give_unit(clerk, "hPa")
    assert stored(source, 3, p=1013) == 1013  # as sent since then, and the clerk says in which unit that is


def test_a_decoder_says_in_which_unit_it_reads(source: Source, clerk: Client) -> None:
    """What the decoder gives stays °C, whatever the series is in."""
    adopted(source, field="temperature", quantity="air_temperature", unit="Cel", decoder="milesight-em300-th")
    give_unit(clerk, "°F")
    take_in(source, [DeviceMessage("roof", TIME, None, WARM, 85)])
    assert Observation.objects.get().number == pytest.approx(39.92)


def test_a_unit_told_wrong_leaves_the_numbers_alone(source: Source, clerk: Client) -> None:
    adopted(source, unit="Pa")
    give_unit(clerk, "kPa", "always")
    assert FieldMapping.objects.get().scale == 0.01


def test_the_standards_interface_moves_the_conversion_as_well(source: Source) -> None:
    adopted(source, unit="Pa")
    unit = {"name": "Kilopascal", "symbol": "kPa", "definition": "ucum:kPa"}
    change_datastream(datastream=Datastream.objects.get(), unit_of_measurement=unit)
    assert FieldMapping.objects.get().scale == 0.001


def test_a_clerk_says_in_which_unit_a_field_comes(source: Source, clerk: Client) -> None:
    adopted(source)
    address = f"{BASE}felder/{FieldMapping.objects.get().pk}/"
    assert "Die Reihe ist in hPa." in text(clerk.get(address))
    assert clerk.post(address, {"unit": "km"}).status_code == 422
    assert "× 0,01." in text(clerk.post(address, {"unit": "Pa"}, follow=True))
    assert stored(source, 0, p=101_325) == 1013.25
    clerk.post(address, {"unit": ""})
    assert stored(source, 1, p=1014) == 1014
    resident = Client()
    resident.force_login(person())
    assert resident.post(address, {"unit": "Pa"}).status_code == 403


def test_another_model_reads_what_comes_and_the_series_go_on(source: Source, clerk: Client) -> None:
    device = adopted(source, field="temperature", quantity="air_temperature", unit="Cel", decoder="dragino-lht65n")
    page = f"{BASE}geraete/{device.pk}/"
    assert "kein Wert für temperature" in text(clerk.get(page))
    assert take_in(source, [DeviceMessage("roof", TIME, None, WARM, 85)]).problems
    clerk.post(f"{page}modell/", {"decoder": "milesight-em300-th"})
    assert take_in(source, [DeviceMessage("roof", TIME, None, WARM, 85)]).new == 1
    series = Datastream.objects.get()
    assert series.sensor.name == "Milesight EM300-TH"
    assert "kein Wert für" not in text(clerk.get(page))
    assert AuditEntry.objects.filter(action="sensing.change_model").count() == 1
    offered = [key for key, _title in clerk.get(page).context["form"].fields["field"].choices]
    assert "humidity" in offered
    assert "temperature" not in offered  # it is taken in already
    assert clerk.post(page, {"field": "humidity", "quantity": ""}).status_code == 422
    clerk.post(f"{page}modell/", {"decoder": "nonsense"})
    device.refresh_from_db()
    assert device.decoder == "milesight-em300-th"


def test_a_field_taken_out_and_in_again_goes_on_in_its_series(source: Source, clerk: Client) -> None:
    device = adopted(source)
    stored(source, 0, p=1013)
    clerk.post(f"{BASE}felder/{FieldMapping.objects.get().pk}/streichen/")
    clerk.post(f"{BASE}geraete/{device.pk}/", {"field": "p", "quantity": "air_pressure"})
    assert stored(source, 1, p=1014) == 1014
    assert Datastream.objects.count() == 1
    clerk.post(f"{BASE}geraete/{device.pk}/", {"field": "p2", "quantity": "air_pressure"})
    assert Datastream.objects.count() == 2  # a second barometer is another series


def test_a_device_is_exchanged_and_its_series_go_on(source: Source, clerk: Client) -> None:
    device = adopted(source)
    stored(source, 0, p=1013)
    clerk.post(f"{BASE}geraete/{device.pk}/loslassen/")
    take_in(source, [DeviceMessage("new", TIME + timedelta(minutes=5), {"p": 1012.0, "temperature": 20.0})])
    station = Thing.objects.get()
    said = {"station": station.pk, "field:p": "air_pressure", "field:temperature": "air_temperature"}
    address = f"{BASE}quellen/{source.pk}/uebernehmen/?device=new"
    assert "Dach" in text(clerk.get(address))
    assert clerk.post(address, said | {"station": 999_999}).status_code == 422
    assert clerk.post(address, said).status_code == 302
    assert Thing.objects.get() == station
    assert sorted(Datastream.objects.values_list("name", flat=True)) == ["Dach: Luftdruck", "Dach: Lufttemperatur"]
    pressure = Datastream.objects.get(quantity="air_pressure")
    assert list(
        Observation.objects.filter(datastream=pressure).order_by("phenomenon_time").values_list("number", flat=True)
    ) == [1013, 1012]


def test_a_device_that_still_sends_is_replaced_at_once(source: Source, clerk: Client) -> None:
    adopted(source)
    adopt_device(
        source=source,
        external_id="rain",
        name="",
        place=None,
        fields={"r": Measured("rain"), "battery": Measured("battery")},
        by=None,
        station=Thing.objects.get(),
    )
    take_in(source, [DeviceMessage("new", TIME, {"p": 1012.0, "battery": 90.0})])
    said = {"station": Thing.objects.get().pk, "replaces": "on", "field:p": "air_pressure", "field:battery": "battery"}
    told = clerk.post(f"{BASE}quellen/{source.pk}/uebernehmen/?device=new", said, follow=True)
    assert "roof wurde losgelassen" in text(told)
    assert set(SourceDevice.objects.values_list("external_id", flat=True)) == {
        "new",
        "rain",
    }  # what measures something else stays
    assert Datastream.objects.filter(quantity="air_pressure").count() == 1
    assert take_in(source, [DeviceMessage("roof", TIME, {"p": 1.0})]).quarantined == 1


def test_the_way_to_the_station_leads_to_what_it_measures(source: Source, clerk: Client) -> None:
    fields = {"battery": Measured("battery"), "temperature": Measured("air_temperature")}
    device, _arrival = adopt_device(source=source, external_id="roof", name="Dach", place=HERE, fields=fields, by=None)
    page = clerk.get(f"{BASE}geraete/{device.pk}/")
    assert page.context["main"].field == "temperature"
    assert f'href="/wissen/messwerte/{Datastream.objects.get(quantity="air_temperature").pk}/"' in text(page)


def station_page(clerk: Client, **said: Any) -> Any:
    return clerk.post(f"{BASE}stationen/{Thing.objects.get().pk}/", said)


def test_a_station_gets_another_name_wherever_it_stands(source: Source, clerk: Client) -> None:
    adopted(source)
    assert 'value="Dach"' in text(clerk.get(f"{BASE}stationen/{Thing.objects.get().pk}/"))
    assert station_page(clerk, name="", why="moved").status_code == 422
    same = {"latitude": "49.444", "longitude": "7.769"}
    assert station_page(clerk, name="Rathausdach", why="moved", **same).status_code == 302
    assert Datastream.objects.get().name == "Rathausdach: Luftdruck"
    assert Thing.objects.get().places.get().location.name == "Rathausdach"
    assert HistoricalLocation.objects.count() == 1  # it did not move


def test_a_station_that_moved_keeps_what_it_measured_where_it_stood(source: Source, clerk: Client) -> None:
    adopted(source)
    stored(source, 0, p=1013)
    station_page(clerk, name="Dach", why="moved", latitude=THERE.y, longitude=THERE.x)
    stored(source, 5, p=1014)  # comes after the move, and was measured before it
    take_in(source, [DeviceMessage("roof", timezone.now(), {"p": 1015})])
    found = shown(Thing.objects.get().pk, closed=False)
    assert found is not None
    assert found.latitude == pytest.approx(THERE.y)
    assert HistoricalLocation.objects.count() == 2
    before, late, after = (each.feature_id for each in Observation.objects.order_by("phenomenon_time"))
    assert before is late is None
    assert after == Datastream.objects.get().current_feature_id is not None


def test_who_gives_another_name_does_not_move_a_station_back_that_was_moved_meanwhile(
    source: Source, clerk: Client
) -> None:
    adopted(source)
    address = f"{BASE}stationen/{Thing.objects.get().pk}/"
    opened = Form(clerk.get(address).content, "sn-adopt").sent
    away = {"latitude": str(THERE.y), "longitude": str(THERE.x)}
    assert clerk.post(address, opened | {"name": "Turm", "why": "moved"} | away).status_code == 302
    answer = clerk.post(address, opened | {"name": "Rathausdach", "why": "moved"})
    form = Form(answer.content, "sn-adopt")
    assert (answer.status_code, form.wrong) == (422, {"name", "place_label"})
    assert "Inzwischen wurde hier gespeichert: Turm." in text(answer)
    assert (form.sent["latitude"], form.sent["longitude"]) == ([str(THERE.y)], [str(THERE.x)])
    assert Thing.objects.get().name == "Turm"
    assert clerk.post(address, form.sent | {"why": "moved"}).status_code == 302
    assert Thing.objects.get().name == "Rathausdach"
    found = shown(Thing.objects.get().pk, closed=False)
    assert found is not None
    assert (found.latitude, HistoricalLocation.objects.count()) == (pytest.approx(THERE.y), 2)


def test_a_place_told_wrong_was_always_wrong(source: Source, clerk: Client) -> None:
    adopted(source)
    stored(source, 0, p=1013)
    station_page(clerk, name="Dach", why="wrong", latitude=THERE.y, longitude=THERE.x)
    stored(source, 5, p=1014)
    series = Datastream.objects.get()
    assert series.feature is not None
    assert series.feature.geometry.coords == THERE.coords
    assert series.observed_area.extent == (*THERE.coords, *THERE.coords)
    assert HistoricalLocation.objects.count() == 1
    assert {each.feature_id for each in Observation.objects.all()} == {None}


def test_an_address_that_leads_nowhere_moves_nothing(source: Source, clerk: Client) -> None:
    adopted(source)
    answer = station_page(
        clerk, name="Dach", why="moved", place_label="Nirgendwo 7", latitude="49.444", longitude="7.769"
    )
    assert "place_label" in answer.context["form"].errors
    assert HistoricalLocation.objects.count() == 1
    assert clerk.get(f"{BASE}stationen/99999999999/").status_code == 404
    resident = Client()
    resident.force_login(person())
    assert resident.get(f"{BASE}stationen/{Thing.objects.get().pk}/").status_code == 403


def test_a_device_and_its_series_are_not_changed_back_from_pages_that_stood_open(source: Source, clerk: Client) -> None:
    """Model, unit of a field, unit of the series: each is told beside what this clerk has chosen, and counts when sent again."""
    device = adopted(source, unit="Pa")
    mapping, series = FieldMapping.objects.get(), Datastream.objects.get()

    def seen(address: str, name: str = "form") -> Any:
        return clerk.get(address).context[name]["seen"].value()

    page = f"{BASE}geraete/{device.pk}/"
    told = seen(page, "model_form")
    clerk.post(f"{page}modell/", {"decoder": "milesight-em300-th", "seen": told})
    late = clerk.post(f"{page}modell/", {"decoder": "dragino-lht65n", "seen": told})
    assert (late.status_code, "gespeichert: Milesight EM300-TH" in text(late)) == (422, True)
    assert SourceDevice.objects.get().decoder == "milesight-em300-th"
    again = late.context["model_form"]["seen"].value()
    assert clerk.post(f"{page}modell/", {"decoder": "dragino-lht65n", "seen": again}).status_code == 302

    address = f"{BASE}felder/{mapping.pk}/"
    told = seen(address)
    clerk.post(address, {"unit": "hPa", "seen": told})
    late = clerk.post(address, {"unit": "mbar", "seen": told})
    assert late.status_code == 302, "the same conversion in other words"
    late = clerk.post(address, {"unit": "kPa", "seen": told})
    assert (late.status_code, FieldMapping.objects.get().scale) == (422, 1.0)

    address = f"{BASE}reihen/{series.pk}/einheit/"
    told = seen(address)
    clerk.post(address, {"unit": "kPa", "when": "now", "seen": told})
    late = clerk.post(address, {"unit": "Pa", "when": "always", "seen": told})
    assert (late.status_code, "gespeichert: kPa." in text(late)) == (422, True)
    assert Datastream.objects.get().unit_of_measurement["symbol"] == "kPa"
    with pytest.raises(ChangedMeanwhile):
        change_unit(datastream=series, unit={"symbol": "Pa"}, by=None, since=None, seen=told)


def test_a_clerk_finds_the_device_behind_a_series_and_nobody_else_does(source: Source, clerk: Client) -> None:
    device = adopted(source, unit="Pa")
    series = f"/wissen/messwerte/{Datastream.objects.get().pk}/"
    assert f'href="{BASE}geraete/{device.pk}/"' in text(clerk.get(series))
    assert "roof" not in text(Client().get(series))
    FieldMapping.objects.all().delete()  # as of a program that writes by the standard
    assert f'href="{BASE}quellen/{source.pk}/"' in text(clerk.get(series))
    SourceDatastream.objects.all().delete()
    assert "Woher seine Werte kommen" not in text(clerk.get(series))


def test_the_page_of_a_device_offers_no_field_where_there_is_none_left(source: Source, clerk: Client) -> None:
    fields = {"leakage_status": Measured("water_leak"), "battery": Measured("battery")}
    device, _waited = adopt_device(
        source=source,
        external_id="roof",
        name="Keller",
        place=HERE,
        fields=fields,
        decoder="milesight-em300-mld",
        by=None,
    )
    take_in(source, [DeviceMessage("roof", TIME, {"battery": 92.4})])
    page = text(clerk.get(f"{BASE}geraete/{device.pk}/")).replace("\u00a0", " ")
    assert "Einen weiteren Wert aufnehmen" not in page
    assert ">92 %<" in page, "as the page of the sensor writes it"
    clerk.post(f"{BASE}felder/{FieldMapping.objects.get(field='battery').pk}/streichen/")
    assert "Einen weiteren Wert aufnehmen" in text(clerk.get(f"{BASE}geraete/{device.pk}/"))
