# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demonstration content: loads, loads only once, and keeps the rules that hold for real content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.models import Count
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.participation.models import Comment, Idea, Process, StatusChange
from stadtherz.services.participation.rules import status_may_become
from stadtherz.services.participation.states import Status
from tests.prepared_town import PreparedTown, remove


def test_not_in_production(db: None, settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="well-known passwords"):
        call_command("demo")


@pytest.fixture(scope="module")
def demo(
    prepared_town: PreparedTown, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Municipality]]:
    """A copy of the demonstration as browsers see it, to which these tests are connected for a while."""
    folder = tmp_path_factory.mktemp("demo")
    copy = prepared_town.copy("demo", folder)
    default = connections["default"]
    with django_db_blocker.unblock(), override_settings(DATA_DIR=folder):
        before = default.settings_dict["NAME"]
        default.close()
        default.settings_dict["NAME"] = copy
        try:
            yield list(Municipality.objects.order_by("key"))
        finally:
            default.close()
            default.settings_dict["NAME"] = before
    remove(copy)


def test_each_town_has_content_of_its_own(demo: list[Municipality]) -> None:
    titles = []
    for town in demo:
        with activate(town):
            titles.append(set(Idea.objects.released().values_list("title", flat=True)))
    assert [len(found) for found in titles] == [21, 6]
    assert not titles[0] & titles[1]


def test_everything_public_can_be_reported(demo: list[Municipality]) -> None:
    for town in demo:
        with activate(town):
            cases = set(Case.objects.filter(state="released").values_list("kind", "object_id"))
            ideas = {("participation.idea", number) for number in Idea.objects.released().values_list("pk", flat=True)}
            comments = {("participation.comment", n) for n in Comment.objects.released().values_list("pk", flat=True)}
            assert cases == ideas | comments


def test_counters_say_what_the_rows_say(demo: list[Municipality]) -> None:
    for town in demo:
        with activate(town):
            counted = Idea.objects.annotate(
                rows=Count("supports", distinct=True), words=Count("comments", distinct=True)
            )
            assert [i.title for i in counted if (i.support_count, i.comment_count) != (i.rows, i.words)] == []


def test_answers_follow_the_table_of_states(demo: list[Municipality]) -> None:
    for town in demo:
        with activate(town):
            for idea in Idea.objects.released().prefetch_related("answers"):
                before: str = Status.RECEIVED
                for answer in idea.answers.all():
                    assert status_may_become(before, answer.status), idea.title
                    before = answer.status
                assert idea.status == before


def test_loading_again_changes_nothing(demo: list[Municipality]) -> None:
    def counts() -> list[tuple[int, ...]]:
        found = []
        for town in demo:
            with activate(town):
                found.append(tuple(m.objects.count() for m in (Process, Idea, Comment, StatusChange, Case)))
        return found

    before = counts()
    call_command("demo", stdout=StringIO())
    assert counts() == before


def test_the_start_is_told_who_can_sign_in(demo: list[Municipality]) -> None:
    assert "lines" in json.loads((settings.DATA_DIR / "demo.json").read_text(encoding="utf-8"))
