# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taking over real and made contributions: all or none, repeatable, in this municipality alone."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.management import CommandError, call_command

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.moderation.actions import confirm_take_down, propose_take_down, report, undo
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.queries import latest_decision, overview, time_to_release
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.actions.taking_over import take_over_ideas
from stadtherz.services.participation.importer.contribution import Contribution
from stadtherz.services.participation.importer.tests.test_reading import REAL, needs_real_data, write
from stadtherz.services.participation.models import Category, Idea, Process, StatusChange, Support


@pytest.fixture
def process(town: Municipality) -> Process:
    return Process.objects.create(key="ideen", title={"de": "Ideen"}, is_open_ended=True)


def command(file: Path, *options: str) -> str:
    out = StringIO()
    call_command("participation", "import", str(file), "--format", "csv", *options, stdout=out)
    return out.getvalue()


@needs_real_data
def test_all_real_contributions_are_taken_over_once(process: Process) -> None:
    out = StringIO()
    for _time in range(2):
        call_command("participation", "import", str(REAL / "dataset_CDB.tsv"), "--format", "cimt", stdout=out)
    assert out.getvalue() == "2163 ideas stored, 0 stood here before.\n0 ideas stored, 2163 stood here before.\n"
    assert Idea.objects.released().count() == 2163
    assert (Case.objects.count(), overview().waiting, time_to_release().released) == (2163, 0, 0)
    first = Idea.objects.get(source_key="cimt:B1592")
    assert (first.title, first.origin) == ("Fahrradstraßen in der Innenstadt", "import")


def test_what_a_row_says_is_stored(process: Process) -> None:
    green = Category.objects.create(process=process, key="green", title={"de": "Grün"})
    at = datetime(2024, 5, 31, 14, 30, tzinfo=UTC)
    bench = Contribution(
        2, "a1", "Bank", "Bitte", "https://example.org/1", "Grün", (7.77, 49.44), "Park", at, "done", "Sie steht.", 3
    )
    take_over_ideas(process=process, contributions=[bench], source="alt")
    idea = Idea.objects.get()
    assert (idea.category, idea.place.coords, idea.released_at, idea.support_count) == (green, (7.77, 49.44), at, 3)
    assert Support.objects.filter(idea=idea, person=None).count() == 3
    assert [(a.status, a.answer, a.at) for a in StatusChange.objects.all()] == [("done", {"de": "Sie steht."}, at)]
    assert AuditEntry.objects.get(action="participation.take_over").detail["stored"] == 1


def test_what_was_taken_over_is_reported_taken_down_and_brought_back_like_any_other(process: Process) -> None:
    bench = Contribution(2, "a1", "Bank", "Bitte", category="Grün", place=(7.77, 49.44), place_label="Park")
    take_over_ideas(process=process, contributions=[bench], source="alt")
    before = Idea.objects.values("title", "text", "category", "place", "place_label", "released_at").get()
    one, other = person(Role.MODERATOR), person(Role.MODERATOR)
    case = Case.objects.get(kind="participation.idea")
    report(case=case, reporter=person(), reason="insult")
    case = propose_take_down(case=Case.objects.get(), moderator=one, reason="insult")
    case = confirm_take_down(case=case, moderator=other)
    assert Idea.objects.released().count() == 0
    decision = latest_decision(case)
    assert decision
    undo(decision=decision, moderator=other)
    assert Idea.objects.released().values(*before).get() == before


def test_one_bad_line_and_nothing_is_stored(process: Process, tmp_path: Path) -> None:
    out = StringIO()
    file = write(tmp_path, "key,title,text\na,Gut,x\nb,,x\n")
    with pytest.raises(CommandError, match=r"Lines refused: 1\. Nothing was stored"):
        call_command("participation", "import", str(file), "--format", "csv", stdout=out)
    assert "line 3 (b): " in out.getvalue()
    assert Idea.objects.count() == 0


def test_a_place_outside_the_municipality_is_refused(process: Process, town: Municipality) -> None:
    town.bounds = MultiPolygon(Polygon.from_bbox((7.6, 49.3, 7.9, 49.6)), srid=4326)
    far = Contribution(2, "a", "Meer", "", place=(8.0, 54.0))
    taken = take_over_ideas(process=process, contributions=[far], source="alt")
    assert (taken.stored, [refusal.line for refusal in taken.refusals]) == (0, [2])
    assert Idea.objects.count() == 0


def test_a_dry_run_stores_nothing(process: Process, tmp_path: Path) -> None:
    assert "dry run" in command(write(tmp_path, "key,title,text\na,Gut,x\n"), "--dry-run")
    assert Idea.objects.count() == 0


def test_one_report_names_every_refused_line_in_a_dry_run_too(
    process: Process, town: Municipality, tmp_path: Path
) -> None:
    town.bounds = MultiPolygon(Polygon.from_bbox((7.6, 49.3, 7.9, 49.6)), srid=4326)
    town.save()
    out = StringIO()
    rows = "a,Fern,x,52.5,13.4\nb,,x,,\nc,Gut,x,49.44,7.77\n"
    file = write(tmp_path, "key,title,text,latitude,longitude\n" + rows)
    with pytest.raises(CommandError, match="Lines refused: 2"):
        call_command("participation", "import", str(file), "--format", "csv", "--dry-run", stdout=out)
    assert [line.split(":")[0] for line in out.getvalue().splitlines()] == [
        "line 2 (a)", "line 3 (b)", "1 contributions can be read, 2 lines are refused.",
    ]  # fmt: skip


def test_the_neighbour_gets_its_own(process: Process, kusel: Municipality, tmp_path: Path) -> None:
    file = write(tmp_path, "key,title,text\na,Gut,x\n")
    with activate(kusel):
        Process.objects.create(key="ideen", title={"de": "Ideen"})
    command(file, "--municipality", "kusel")
    assert Idea.objects.count() == 0
    assert command(file) == "1 ideas stored, 0 stood here before.\n"


def test_an_unknown_municipality_names_the_known(process: Process, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Known keys: kaiserslautern, kusel"):
        command(write(tmp_path, "key,title,text\na,Gut,x\n"), "--municipality", "mainz")
