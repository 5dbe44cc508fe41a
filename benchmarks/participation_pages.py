# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fills the measurement's database with participation and measures its pages inside one process.

Run by ``benchmarks.participation`` with the environment of that database; prints its figures as one line of JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.gis.geos import Point  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from stadtherz.kernel.municipalities.active import activate  # noqa: E402
from stadtherz.kernel.municipalities.demo import demo_towns  # noqa: E402
from stadtherz.kernel.municipalities.models import Municipality  # noqa: E402
from stadtherz.kernel.people.models import Person  # noqa: E402
from stadtherz.services.participation.models import Comment, Idea, Phase, Process  # noqa: E402

PEOPLE, IDEAS_IN_BURST, ROUNDS = 2000, 200, 40
HOST = {"HTTP_HOST": "kaiserslautern.localhost"}


def main() -> None:
    """Fill, measure, leave the names that the burst needs in the folder that was given."""
    folder = Path(sys.argv[1])
    town = demo_towns(settings.SERVICE_KEYS)[0]
    with activate(town):
        process = Process.objects.create(key="ideen", title={"de": "Ideen"}, is_open_ended=True)
        Phase.objects.create(process=process, kind="collecting", starts_at=timezone.now() - timedelta(days=1))
        people = _people()
        ideas = _ideas(process, people, 5)
    figures: dict[str, Any] = {"list_queries_5": _queries(_address(process)), "home_queries_5": _queries("/")}
    with activate(town):
        ideas += _ideas(process, people, 495)
        _comments(ideas[0], people, 50)
    figures |= {"list_queries_500": _queries(_address(process)), "home_queries": _queries("/")}
    figures["list_cpu_ms"] = _cpu(_address(process))
    figures["home_cpu_ms"] = _cpu("/")
    detail = _address(process, ideas[0])
    figures |= {"detail_queries_50_comments": _queries(detail), "detail_cpu_ms": _cpu(detail)}
    with activate(town):
        figures |= _real_contributions(town, process)
    (folder / "sessions").write_text("\n".join(_sessions(people)) + "\n", encoding="ascii")
    (folder / "ideas").write_text("\n".join(str(idea.pk) for idea in ideas[:IDEAS_IN_BURST]) + "\n", encoding="ascii")
    print(json.dumps({"municipality": town.pk, "figures": figures}))


def _address(process: Process, idea: Idea | None = None) -> str:
    from django.urls import reverse

    if idea is None:
        return f"{reverse('participation:ideas')}?process={process.key}"
    return reverse("participation:idea", args=[idea.pk])


def _people() -> list[Person]:
    people = [Person(email=f"burst{n}@example.org", pseudonym=f"Burst {n}", password="!") for n in range(PEOPLE)]
    return Person.objects.bulk_create(people)


def _ideas(process: Process, people: list[Person], count: int) -> list[Idea]:
    now = timezone.now()
    text = "An dieser Stelle fehlt ein sicherer Weg. Ein schmaler Streifen würde reichen, damit alle gut ankommen. "
    return Idea.objects.bulk_create(
        [
            Idea(
                process=process, author=people[n % len(people)], title=f"Ein besserer Weg Nummer {n}", text=text * 5,
                place=Point(7.769 + (n % 25) / 1000, 49.444 + (n // 25) / 1000, srid=4326),
                visibility="released", released_at=now - timedelta(minutes=n),
            )
            for n in range(count)
        ]
    )  # fmt: skip


def _comments(idea: Idea, people: list[Person], count: int) -> None:
    now = timezone.now()
    first: Comment | None = None
    for n in range(count):
        parent = first if n % 5 else None
        made = Comment.objects.create(
            idea=idea, parent=parent, thread=parent, depth=1 if parent else 0, author=people[n],
            text="Das sehe ich auch so. Bitte denkt an die Kinder.", visibility="released", released_at=now,
        )  # fmt: skip
        first = first if n % 5 else made
    Idea.objects.filter(pk=idea.pk).update(comment_count=count)


CLIENT = Client()  # one: a client loads all middleware anew


def _get(address: str) -> None:
    answer = CLIENT.get(address, **HOST)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")


def _queries(address: str) -> int:
    """Statements that read or write tables: beginning, ending and naming the municipality are not counted."""
    _get(address)
    with CaptureQueriesContext(connection) as captured:
        _get(address)
    outer = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT set_config", "ROLLBACK")
    return sum(not query["sql"].startswith(outer) for query in captured.captured_queries)


def _cpu(address: str) -> float:
    """Median milliseconds of processor time of this process for one request (PostgreSQL's own time is not in it)."""
    _get(address)
    taken = []
    for _round in range(ROUNDS):
        before = time.process_time()
        _get(address)
        taken.append((time.process_time() - before) * 1000)
    return round(statistics.median(taken), 2)


def _real_contributions(town: Municipality, process: Process) -> dict[str, float]:
    """The 2,163 contributions of the Bonn cycling dialogue, where the data is at hand."""
    from stadtherz.services.participation.actions.taking_over import take_over_ideas
    from stadtherz.services.participation.importer import cimt_format

    file = Path(settings.OPTION["testdata"]) / "participation/dataset_CDB.tsv"
    if not file.exists():
        return {}
    bonn = Process.objects.create(key="bonn", title={"de": "Bonner Raddialog"}, is_open_ended=True)
    began = time.perf_counter()
    taken = take_over_ideas(process=bonn, contributions=cimt_format.read(file).contributions, source="bonn")
    seconds = time.perf_counter() - began
    return {
        "import_ideas": taken.stored,
        "import_seconds": round(seconds, 2),
        "list_queries_2163": _queries(_address(bonn)),
        "list_cpu_ms_2163": _cpu(_address(bonn)),
    }


def _sessions(people: list[Person]) -> list[str]:
    engine = import_module(settings.SESSION_ENGINE)
    keys = []
    for person in people:
        session = engine.SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        keys.append(session.session_key)
    return keys


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadtherz.config.settings")
    main()
