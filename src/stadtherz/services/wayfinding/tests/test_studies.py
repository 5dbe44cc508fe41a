# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A planner has the trips counted, reads the list, the map and the table; nobody else does."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, MultiPolygon, Point
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.geo.models import Address, District, Extract, Place, Street
from stadtherz.kernel.jobs.queue import run_waiting
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.actions.studies import (
    AlreadyOrdered,
    StudyRefused,
    carry_out,
    order_study,
    street_points,
)
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.models import MissingFact, RankedBarrier, StudiedProfile, Study
from stadtherz.services.wayfinding.queries.studies import addresses, public_places, ranked, still_missing
from stadtherz.services.wayfinding.studies.vocabulary import StudyState
from stadtherz.services.wayfinding.town_area import in_town, town_area

pytestmark = pytest.mark.usefixtures("town")

PAGE = "/ankommen/amt/barrieren/"


@pytest.fixture
def homes(prepared: Extract) -> Extract:
    """Homes in the town and at the mill behind its stile, a pharmacy, a stop, and a cinema that is no everyday trip."""
    street = Street.objects.create(
        extract=prepared, name="Mühlenpfad", spelling="muehlenpfad", compact="muehlenpfad",
        location=Point(*at(0, 100), srid=4326), geometry=LineString(at(0, 100), at(-60, 100), srid=4326),
    )  # fmt: skip
    for number, (east, north) in enumerate([(-58, 101), (-57, 99), (30, 101), (120, 299), (330, 335), (250, 204)]):
        Address.objects.create(
            extract=prepared, street=street, number=str(number), number_key=str(number),
            location=Point(*at(east, north), srid=4326),
        )  # fmt: skip
    for kind, where in (("pharmacy", (490, 399)), ("bus_stop", (250, 199)), ("cinema", (10, 10))):
        Place.objects.create(
            extract=prepared, name=kind, spelling=kind, compact=kind, kind=kind, weight=5,
            location=Point(*at(*where), srid=4326),
        )  # fmt: skip
    return prepared


@pytest.fixture
def studied(homes: Extract) -> Study:
    return carry_out(study=order_study(person=None))


def test_a_study_finds_the_stile(studied: Study) -> None:
    assert (studied.state, studied.problem) == (StudyState.DONE, "")
    assert (studied.addresses, studied.places, studied.extract) == (6, 3, "town-0123456789ab")
    assert studied.street_points > 0
    mill = RankedBarrier.objects.filter(study=studied, name="Mühlenpfad", profile="wheelchair-electric")
    assert mill.exists()
    assert StudiedProfile.objects.get(study=studied, profile="wheelchair-manual").trips > 0
    spots = ranked(studied)
    assert [spot.effect for spot in spots] == sorted((spot.effect for spot in spots), reverse=True)
    assert {row.profile for row in ranked(studied, "pram")[0].rows} == {"pram"}


def test_the_same_study_again_says_the_same(studied: Study) -> None:
    again = carry_out(study=order_study(person=None))

    def all_of(study: Study) -> list[Any]:
        rows = RankedBarrier.objects.filter(study=study).order_by("profile", "key")
        return list(rows.values_list("profile", "key", "trips", "shortened", "stands_in", "trips_together", "facts"))

    assert all_of(again) == all_of(studied)
    # facts that are missing are those of the newest study only
    assert set(MissingFact.objects.values_list("study", flat=True)) == {again.pk}


def test_whose_addresses_count(homes: Extract, kaiserslautern: Municipality) -> None:
    found, by_street = addresses(homes)
    assert (len(found), by_street) == (6, {"Mühlenpfad": 6})
    kaiserslautern.bounds = MultiPolygon(Point(*at(0, 100), srid=4326).buffer(0.0009))
    assert len(addresses(homes)[0]) == 3
    assert sorted(kind for _, _, kind in public_places(homes)) == ["pharmacy", "stop"]


def test_streets_of_the_neighbours_are_no_addresses_of_the_town(homes: Extract, kaiserslautern: Municipality) -> None:
    """A map of the county has more streets without house numbers than the town has addresses."""
    engine, (_, by_street) = graphs.town().engine, addresses(homes)
    everywhere = street_points(engine, by_street, in_town(engine.graph, town_area()))
    kaiserslautern.bounds = MultiPolygon(Point(*at(0, 100), srid=4326).buffer(0.0009))
    here = street_points(engine, by_street, in_town(engine.graph, town_area()))
    assert len(here) < len(everywhere)
    assert all(Point(*place, srid=4326).distance(kaiserslautern.bounds) < 0.003 for place in here)


def test_a_study_is_a_job_and_stands_in_the_record(homes: Extract) -> None:
    clerk = person(Role.CLERK)
    ordered = order_study(person=clerk)
    with pytest.raises(AlreadyOrdered):
        order_study(person=clerk)
    assert "wayfinding.study" in run_waiting()
    ordered.refresh_from_db()
    assert ordered.state == StudyState.DONE
    assert AuditEntry.objects.filter(action="wayfinding.order_study").count() == 1


def test_a_study_that_fails_lets_another_be_ordered(
    homes: Extract, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("stadtherz.services.wayfinding.actions.studies.METHOD", 10**9)  # no column takes it
        first = order_study(person=None)
        run_waiting()
    first.refresh_from_db()
    assert (first.state, bool(first.problem)) == (StudyState.FAILED, True)
    assert "study" in caplog.text
    second = order_study(person=None)
    run_waiting()
    second.refresh_from_db()
    assert second.state == StudyState.DONE


def test_a_study_whose_worker_is_gone_holds_up_nobody_for_ever(homes: Extract) -> None:
    lost = order_study(person=None)
    Study.objects.filter(pk=lost.pk).update(ordered_at=timezone.now() - timedelta(hours=3))
    assert order_study(person=None) != lost
    lost.refresh_from_db()
    assert lost.state == StudyState.FAILED


def test_without_a_map_there_is_nothing_to_count(kaiserslautern: Municipality) -> None:
    with pytest.raises(StudyRefused, match=r"no map|keine Karte"):
        order_study(person=None)


def test_a_town_without_public_places_is_told_why(prepared: Extract) -> None:
    """The invented town has a toilet, so it is taken away first."""
    from stadtherz.services.wayfinding import graphs

    graphs.town().engine.graph.places.clear()
    study = carry_out(study=order_study(person=None))
    assert study.state == StudyState.FAILED
    assert study.problem


def test_the_page_for_planners(studied: Study, client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(person())
    assert client.get(PAGE).status_code == 403
    for role in (Role.CLERK, Role.EDITOR, Role.MODERATOR, Role.ADMIN):
        client.force_login(person(role))
        assert client.get(PAGE).status_code == 200
    page = client.get(PAGE, {"profil": "wheelchair-electric"}).content.decode()
    assert "Mühlenpfad" in page
    RankedBarrier.objects.filter(study=studied).update(name="")
    assert "Weg ohne Namen, nahe Mühlenpfad" in client.get(PAGE, {"profil": "wheelchair-electric"}).content.decode()
    assert "90 cm" in page
    places = client.get(f"{PAGE}orte.geojson", {"profil": "wheelchair-electric"}).json()
    assert {feature["geometry"]["type"] for feature in places["features"]} == {"Point", "LineString"}
    client.post(f"{PAGE}zaehlen/")
    assert Study.objects.filter(state=StudyState.WAITING).count() == 1


def test_nothing_was_counted_yet(prepared: Extract, client: Client) -> None:
    client.force_login(person(Role.CLERK))
    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}orte.geojson").json()["features"] == []
    assert client.get(f"{PAGE}tabelle.csv").status_code == 404


def _more(study: Study, count: int) -> None:
    line = MultiLineString([LineString(at(0, 0), at(10, 10))], srid=4326)
    RankedBarrier.objects.bulk_create(
        RankedBarrier(
            study=study, profile="walker", key=f"k{number}.0.0.1", spot=f"k{number}.0.0", name="=HYPERLINK(1)",
            facts=[["KERB_UP", 120, 100]], metres=5, trips=1000 + number, addresses=1, shortened=0, stands_in=1,
            point=Point(*at(0, 0), srid=4326), line=line,
        ) for number in range(count)
    )  # fmt: skip


def _places(study: Study, *told: dict[str, Any]) -> None:
    """Ranked barriers, each with what is told of it; ``profile`` and ``key`` are needed."""
    RankedBarrier.objects.filter(study=study).delete()
    line = MultiLineString([LineString(at(0, 0), at(10, 10))], srid=4326)
    usual = {"name": "Steige", "facts": [["STEPS", 3, 0]], "metres": 5, "addresses": 1, "shortened": 0, "stands_in": 1}
    for one in told:
        spot = one["key"].rpartition(".")[0]
        RankedBarrier.objects.create(
            **usual | {"study": study, "spot": spot, "point": Point(*at(0, 0), srid=4326), "line": line} | one
        )


def test_a_trip_counts_once_however_many_profiles_it_is_closed_to(studied: Study, client: Client) -> None:
    _places(
        studied,
        {"profile": "scooter", "key": "1.0.0.512", "trips": 700, "shortened": 1234},
        {"profile": "wheelchair-manual", "key": "1.0.0.512", "trips": 752, "shortened": 1100},
        {"profile": "scooter", "key": "2.0.0.512", "trips": 0, "trips_together": 950, "together": ["1.0.0.512"]},
    )
    client.force_login(person(Role.CLERK))
    page = client.get(PAGE).content.decode()
    assert "öffnet 752 Wege" in page
    assert "macht etwa 1.200 Wege viel kürzer" in page
    assert "öffnet 950 Wege zusammen mit Nr. 1" in page
    assert "Rollstuhl, selbst angetrieben · Elektromobil" in page
    rows = list(csv.reader(StringIO(client.get(f"{PAGE}tabelle.csv").content.decode("utf-8-sig")), delimiter=";"))
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["Wege, die es öffnet"], first["Geöffnete Wege, alle Profile zusammengezählt"]) == ("752", "1452")
    assert dict(zip(rows[0], rows[2], strict=True))["Rang dieser anderen"] == "1"


def test_a_profile_counts_once_at_a_place_whose_parts_break_other_limits(studied: Study, client: Client) -> None:
    _places(
        studied,
        {"profile": "scooter", "key": "1.0.0.512", "trips": 560}, {"profile": "scooter", "key": "1.0.0.4", "trips": 560},
        {"profile": "walker", "key": "1.0.0.4", "trips": 40},
    )  # fmt: skip
    [spot] = ranked(studied)
    assert (spot.trips, spot.sum_of_trips) == (560, 600)
    client.force_login(person(Role.CLERK))
    assert client.get(PAGE).content.decode().count("Elektromobil (Scooter)") == 3  # choice, place, figures


def test_a_place_that_another_names_is_on_the_page(studied: Study, client: Client) -> None:
    many = [{"profile": "scooter", "key": f"{number}.0.0.512", "trips": 100} for number in range(1, 60)]
    last = {"profile": "scooter", "key": "60.0.0.512", "trips": 1, "name": "Ganz hinten"}
    _places(studied, {"profile": "scooter", "key": "0.0.0.512", "trips": 200, "together": ["60.0.0.512"]}, *many, last)
    client.force_login(person(Role.CLERK))
    assert "Ganz hinten" in client.get(PAGE).content.decode()
    assert len([f for f in client.get(f"{PAGE}orte.geojson").json()["features"] if "letter" in f["properties"]]) == 41


def test_places_that_open_the_same_trips_say_so(studied: Study, client: Client) -> None:
    _places(
        studied,
        {"profile": "scooter", "key": "1.0.0.512", "trips": 208, "instead": ["2.0.0.512"]},
        {"profile": "scooter", "key": "2.0.0.512", "trips": 208, "instead": ["1.0.0.512"]},
        {"profile": "pram", "key": "1.0.0.512", "trips": 100},
    )
    client.force_login(person(Role.CLERK))
    both = client.get(PAGE, {"profil": "scooter"}).content.decode()
    assert both.count("Dieselben Wege wie Nr. 2: eine der Stellen genügt.") == 1
    assert both.count("Dieselben Wege wie Nr. 1: eine der Stellen genügt.") == 1
    # the first helps prams, too: it is enough instead of the second, but not the other way round
    everybody = client.get(PAGE).content.decode()
    assert "Dieselben Wege wie Nr. 1:" in everybody
    assert "Dieselben Wege wie Nr. 2:" not in everybody


def test_a_district_sees_its_own_places_with_their_numbers_in_town(studied: Study, client: Client) -> None:
    _places(
        studied,
        {"profile": "scooter", "key": "1.0.0.512", "trips": 300, "name": "Fern", "point": Point(9.0, 50.0, srid=4326)},
        {"profile": "scooter", "key": "2.0.0.512", "trips": 200, "name": "Nah"},
    )
    place = Point(*at(0, 0), srid=4326)
    district = District.objects.create(name="Mühlental", geometry=MultiPolygon(place.buffer(0.001)), middle=place)
    client.force_login(person(Role.CLERK))
    asked = {"ortsbezirk": str(district.pk)}
    page = client.get(PAGE, asked).content.decode()
    assert "Nah" in page
    assert "Fern" not in page
    [point] = [
        one for one in client.get(f"{PAGE}orte.geojson", asked).json()["features"] if "letter" in one["properties"]
    ]
    assert point["properties"]["letter"] == "2"
    table = client.get(f"{PAGE}tabelle.csv", asked)
    assert "muehlental" in table["Content-Disposition"]
    assert len(table.content.decode().splitlines()) == 2
    assert client.get(PAGE, {"ortsbezirk": "x²"}).status_code == 200


def test_figures_of_an_older_state_say_that_they_are(studied: Study, client: Client) -> None:
    client.force_login(person(Role.CLERK))
    assert "Auf einem älteren Stand gezählt" not in client.get(PAGE).content.decode()
    Study.objects.filter(pk=studied.pk).update(facts_version=7)
    assert "Auf einem älteren Stand gezählt" in client.get(PAGE).content.decode()
    Study.objects.filter(pk=studied.pk).update(facts_version=studied.facts_version)
    StudiedProfile.objects.filter(study=studied, profile="walker").update(figures="0123456789abcdef")
    assert "Auf einem älteren Stand gezählt" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}orte.geojson", f"{PAGE}tabelle.csv"])
def test_as_many_queries_for_five_as_for_two_hundred(
    studied: Study, client: Client, address: str, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client.force_login(person(Role.CLERK))
    for count in (5, 195):
        RankedBarrier.objects.filter(name="=HYPERLINK(1)").delete()
        _more(studied, count)
        with django_assert_max_num_queries(8 + 5):  # the page's own, and those of session, roles and menu
            assert client.get(address).status_code == 200


def test_the_table_holds_no_formula_and_everything_to_repeat_it(studied: Study, client: Client) -> None:
    _more(studied, 2)
    client.force_login(person(Role.EDITOR))
    answer = client.get(f"{PAGE}tabelle.csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][1] == "'=HYPERLINK(1)"
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[1][-2:] == ["town-0123456789ab", str(studied.seed)]


def test_the_neighbour_sees_nothing_of_it(studied: Study, kusel: Municipality) -> None:
    with activate(kusel):
        assert not Study.objects.exists()
        assert not RankedBarrier.objects.exists()
        assert not MissingFact.objects.exists()


def test_what_is_missing_near_here_comes_first(studied: Study) -> None:
    here = Point(*at(490, 390), srid=4326)
    near = still_missing(studied, near=here, limit=5)
    assert len(near) == 5
    far = still_missing(studied, limit=5)
    assert min(row.point.distance(here) for row in near) <= min(row.point.distance(here) for row in far)


def test_two_studies_beside_each_other(studied: Study, client: Client) -> None:
    """Before and after a ramp: what it opened then, what is gone, what is new, and what else has changed."""
    stairs = {"profile": "scooter", "key": "1.0.0.512", "trips": 700, "name": "Treppe"}
    kerb = {"profile": "scooter", "key": "2.0.0.1", "trips": 20, "name": "Kante"}
    _places(studied, stairs, kerb)
    StudiedProfile.objects.filter(study=studied, profile="scooter").update(trips=1000, joined=100)
    after = carry_out(study=order_study(person=None))
    _places(after, kerb | {"trips": 25}, {"profile": "scooter", "key": "3.0.0.1", "trips": 5, "name": "Neu"})
    StudiedProfile.objects.filter(study=after, profile="scooter").update(trips=1000, joined=800)
    client.force_login(person(Role.CLERK))
    alone = client.get(PAGE, {"profil": "scooter"}).content.decode()
    assert "Damals" not in alone
    asked = {"profil": "scooter", "vergleich": str(studied.pk)}
    page = client.get(PAGE, asked).content.decode()
    assert "Damals: 20 Wege geöffnet" in page
    assert page.count("Damals nicht auf der Liste.") == 1
    gone = page[page.index("Nicht mehr auf der Liste") :]
    assert gone.index("Treppe") < gone.index("öffnete damals 700 Wege")
    assert "Kante" not in gone
    assert "700" in page[page.index("mehr als damals") :]
    assert "Nicht nur Behobenes" not in page
    Study.objects.filter(pk=studied.pk).update(method=1)
    changed = client.get(PAGE, asked).content.decode()
    assert "die Art zu zählen" in changed[changed.index("Nicht nur Behobenes") :]
    rows = list(
        csv.reader(StringIO(client.get(f"{PAGE}tabelle.csv", asked).content.decode("utf-8-sig")), delimiter=";")
    )
    assert [dict(zip(rows[0], row, strict=True))["Wege, die es damals öffnete"] for row in rows[1:]] == ["20", ""]
    # a later study, or none, is nothing to compare with
    for other in (str(after.pk), "x", "99999999"):
        assert "Damals" not in client.get(PAGE, {"vergleich": other}).content.decode()
