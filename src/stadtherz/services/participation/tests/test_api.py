# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Participation for programs: everything released, page by page, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.models import Category, Comment, Idea, Phase, Process, StatusChange

IDEAS = "/api/v1/participation/ideas"


@pytest.fixture
def process(town: Municipality) -> Process:
    made = Process.objects.create(key="ideen", title={"de": "Ideen"}, is_open_ended=True)
    Phase.objects.create(process=made, kind="collecting", starts_at=timezone.now() - timedelta(days=1))
    return made


def released(process: Process, count: int = 1, **values: Any) -> list[Idea]:
    at = timezone.now()
    return [
        Idea.objects.create(
            process=process,
            visibility="released",
            released_at=at - timedelta(minutes=n // 2),
            **{"title": f"Idee {n}", "text": "Text", "author": person()} | values,
        )
        for n in range(count)
    ]


def get(address: str, **parameters: Any) -> Any:
    answer = Client().get(address, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_following_next_reads_every_idea_once(process: Process) -> None:
    made = released(process, 23)
    address, seen = f"{IDEAS}?limit=5", list[int]()
    while address:
        read = get(address)
        seen += [idea["id"] for idea in read["items"]]
        address = read["next"]
    assert sorted(seen) == sorted(idea.pk for idea in made)
    assert len(seen) == len(set(seen)) == 23


@pytest.mark.parametrize("order", ["newest", "oldest", "supported"])
def test_pages_stay_whole_while_ideas_arrive(process: Process, order: str) -> None:
    made = released(process, 6)
    first = get(IDEAS, limit=3, order=order)
    released(process, 2, support_count=0)
    rest = get(first["next"])
    seen = [idea["id"] for idea in first["items"] + rest["items"]]
    assert len(seen) == len(set(seen))
    assert {idea["id"] for idea in first["items"]} <= {idea.pk for idea in made}


def test_an_idea_says_what_it_is(process: Process) -> None:
    green = Category.objects.create(process=process, key="green", title={"de": "Grün"})
    (idea,) = released(
        process, category=green, place=Point(7.7654321, 49.44, srid=4326), place_label="Park", support_count=3,
        author=person(pseudonym="Drehwurm", email="geheim@example.org"), status="planned",
    )  # fmt: skip
    StatusChange.objects.create(idea=idea, status="planned", answer={"de": "Kommt."}, office="Grünflächen")
    read = get(f"{IDEAS}/{idea.pk}")
    assert read["place"] == {"type": "Point", "coordinates": [7.765432, 49.44]}
    assert (read["author"], read["category"], read["support_count"], read["status"]) == (
        "Drehwurm",
        "green",
        3,
        "planned",
    )
    assert [(a["answer"], a["office"]) for a in read["answers"]] == [({"de": "Kommt."}, "Grünflächen")]
    assert "geheim" not in str(read)


@pytest.mark.parametrize("visibility", ["waiting", "returned", "declined", "withdrawn", "taken_down"])
def test_what_is_not_released_is_not_here(process: Process, visibility: str) -> None:
    (idea,) = released(process)
    Idea.objects.filter(pk=idea.pk).update(visibility=visibility)
    assert get(IDEAS)["items"] == []
    for address in (f"{IDEAS}/{idea.pk}", f"{IDEAS}/{idea.pk}/comments"):
        answer = Client().get(address)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_neighbours_ideas_are_not_here(process: Process, kusel: Municipality) -> None:
    with activate(kusel):
        (theirs,) = released(Process.objects.create(key="ideen", title={"de": "Ideen"}))
    assert get(IDEAS)["items"] == []
    assert Client().get(f"{IDEAS}/{theirs.pk}").status_code == 404


def test_filters_narrow(process: Process) -> None:
    (bench,) = released(process, title="Bänke für Bürgerinnen", status="done")
    released(process, 2, title="Radwege")
    assert [i["id"] for i in get(IDEAS, q="Bürger")["items"]] == [bench.pk]
    assert [i["id"] for i in get(IDEAS, status="done")["items"]] == [bench.pk]
    assert len(get(IDEAS, process="ideen")["items"]) == 3
    assert get(IDEAS, process="other")["items"] == []
    assert get(IDEAS, category="none")["items"] == []


def test_comments_in_their_order(process: Process) -> None:
    (idea,) = released(process)
    now = timezone.now()
    first = Comment.objects.create(
        idea=idea, author=person(pseudonym="Eins"), text="Ja", visibility="released", released_at=now
    )
    Comment.objects.create(
        idea=idea, parent=first, depth=1, author=None, text="Doch", visibility="released", released_at=now
    )
    Comment.objects.create(idea=idea, text="wartet")
    read = get(f"{IDEAS}/{idea.pk}/comments")["items"]
    assert [(c["author"], c["text"], c["parent"]) for c in read] == [("Eins", "Ja", None), (None, "Doch", first.pk)]


def test_processes_say_what_is_open(process: Process) -> None:
    (read,) = get("/api/v1/participation/processes")
    assert (read["key"], read["running_phase"]) == ("ideen", "collecting")
    assert "submit" in read["open_for"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"cursor": "x"},
        {"limit": 0},
        {"limit": 201},
        {"status": "lost"},
        {"order": "random"},
        {"district": -1},
        {"q": "x" * 201},
    ],
)
def test_wrong_parameters_are_named(process: Process, parameters: dict[str, Any]) -> None:
    answer = Client().get(IDEAS, parameters)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == next(iter(parameters))


def test_a_number_beyond_the_database_is_not_found(process: Process) -> None:
    assert Client().get(f"{IDEAS}/{10**30}").status_code == 404


@pytest.mark.parametrize("count", [5, 200])
def test_queries_do_not_grow(process: Process, django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    released(process, count, author=None)
    get(IDEAS)
    with django_assert_num_queries(5):
        get(IDEAS, limit=200)
