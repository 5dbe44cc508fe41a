# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A planner has the trips counted, reads the list, the map and the table; nobody else does."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, MultiPolygon, Point
from django.test import Client

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.geo.models import Address, Extract, Place, Street
from stadtherz.kernel.jobs.queue import run_waiting
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding.actions.studies import AlreadyOrdered, StudyRefused, carry_out, order_study
from stadtherz.services.wayfinding.engine.tests.town import at
from stadtherz.services.wayfinding.models import MissingFact, RankedBarrier, StudiedProfile, Study
from stadtherz.services.wayfinding.queries.studies import addresses, public_places, ranked, still_missing
from stadtherz.services.wayfinding.studies.vocabulary import StudyState

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


def test_a_study_is_a_job_and_stands_in_the_record(homes: Extract) -> None:
    clerk = person(Role.CLERK)
    ordered = order_study(person=clerk)
    with pytest.raises(AlreadyOrdered):
        order_study(person=clerk)
    assert "wayfinding.study" in run_waiting()
    ordered.refresh_from_db()
    assert ordered.state == StudyState.DONE
    assert AuditEntry.objects.filter(action="wayfinding.order_study").count() == 1


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
