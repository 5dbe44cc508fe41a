# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""An editor sets up what residents are asked about: a town founded from nothing can take its first idea."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.actions.processes import Topic, Wished, change_process, open_process
from stadtherz.services.participation.errors import NoPhase, PhasesOutOfOrder, TextMissing, TopicInUse
from stadtherz.services.participation.models import Process
from stadtherz.services.participation.rules import running_phase
from stadtherz.services.participation.tests import factories

TODAY = date(2026, 5, 4)


def _wished(**changes: object) -> Wished:
    given: dict[str, object] = {
        "title": {"de": "Größere Straßen?"}, "summary": {}, "description": {}, "begins": {"collecting": TODAY},
    }  # fmt: skip
    return Wished(**{**given, **changes})  # type: ignore[arg-type]


def test_a_phase_runs_until_the_next_begins_and_the_key_can_stand_in_an_address(town: Municipality) -> None:
    editor = person(Role.EDITOR)
    days = {"collecting": TODAY, "evaluating": TODAY + timedelta(days=30)}
    process = open_process(editor=editor, wished=_wished(begins=days, topics=[Topic({"de": "Grün"})]))
    assert process.key == "groessere-strassen"
    first, second = process.phases.all()
    assert (first.kind, first.ends_at, second.ends_at) == ("collecting", second.starts_at, None)
    assert not process.is_open_ended
    assert open_process(editor=editor, wished=_wished()).key == "groessere-strassen-2"
    assert AuditEntry.objects.filter(action="participation.open_process", actor=editor.pk).count() == 2


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": {"de": " "}}, TextMissing),
        ({"begins": {}}, NoPhase),
        ({"begins": {"collecting": TODAY, "discussing": TODAY}}, PhasesOutOfOrder),
    ],
)
def test_what_makes_no_process_is_refused(
    town: Municipality, changes: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        open_process(editor=person(Role.EDITOR), wished=_wished(**changes))
    assert not Process.objects.exists()


def test_a_topic_that_ideas_belong_to_is_renamed_but_not_removed(town: Municipality) -> None:
    editor = person(Role.EDITOR)
    process = open_process(editor=editor, wished=_wished(topics=[Topic({"de": "Grün"}), Topic({"de": "Bunt"})]))
    green, motley = process.categories.all()
    factories.idea(process, category=green)
    renamed = Topic({"de": "Bäume"}, green.pk)
    with pytest.raises(TopicInUse):
        change_process(process=process, editor=editor, wished=_wished(topics=[Topic({"de": "Bunt"}, motley.pk)]))
    change_process(process=process, editor=editor, wished=_wished(topics=[renamed]))
    assert [(topic.pk, topic.title["de"]) for topic in process.categories.all()] == [(green.pk, "Bäume")]


def test_two_editors_do_not_overwrite_each_other_unseen(town: Municipality) -> None:
    process = open_process(editor=person(Role.EDITOR), wished=_wished(topics=[Topic({"de": "Grün"})]))
    page, client = f"/mitreden/amt/beteiligungen/{process.key}/", Client()
    client.force_login(person(Role.EDITOR))
    topic = process.categories.get()
    said = {
        "seen": client.get(page).context["form"]["seen"].value(), "title_de": "Größere Plätze?",
        "begins_collecting": TODAY.isoformat(), f"topic_{topic.pk}": "Grün", "new_topics": "",
    }  # fmt: skip
    assert client.post(page, {**said, "new_topics": "Bunt"}).status_code == 302
    late = client.post(page, {**said, "title_de": "Kleinere Plätze?"})
    assert (late.status_code, "inzwischen geändert" in late.text) == (422, True)
    assert "Kleinere Plätze?" in late.text
    assert Process.objects.get().title["de"] == "Größere Plätze?"
    again = {bound.name: bound.value() or "" for bound in late.context["form"]}
    assert client.post(page, again).status_code == 302
    assert Process.objects.get().title["de"] == "Kleinere Plätze?"
    assert [topic.title["de"] for topic in process.categories.all()] == ["Grün", "Bunt"]


def test_from_an_empty_town_to_the_form_for_ideas(town: Municipality) -> None:
    client = Client()
    client.force_login(person(Role.EDITOR))
    assert "/mitreden/amt/beteiligungen/" in client.get("/staff/").content.decode()
    day = timezone.localdate().isoformat()
    said = {"title_de": "Ideen für die Stadt", "begins_collecting": day, "new_topics": "Grün\n\nSpiel"}
    assert client.post("/mitreden/amt/beteiligungen/neu/", said).status_code == 302
    process = Process.objects.get(key="ideen-fuer-die-stadt")
    assert not process.is_public
    page = f"/mitreden/amt/beteiligungen/{process.key}/"
    topics = {f"topic_{topic.pk}": str(topic) for topic in process.categories.all()}
    assert len(topics) == 2
    assert client.post(page, {**said, **topics, "new_topics": "", "is_public": "on"}).status_code == 302
    first = process.categories.first()
    english = {**said, **topics, f"topic_{first.pk}_en": "Green spaces", "new_topics": "", "is_public": "on"}
    assert client.post(page, english).status_code == 302
    assert process.categories.first().title == {"de": "Grün", "en": "Green spaces"}
    form = client.get("/mitreden/ideen/neu/", headers={"accept-language": "en"}).content.decode()
    assert "Green spaces" in form
    assert "Green spaces" not in client.get("/mitreden/ideen/neu/").content.decode()
    assert client.post(page, {**english, f"topic_{first.pk}_en": ""}).status_code == 302
    assert process.categories.first().title == {"de": "Grün"}
    phase = running_phase(process)
    assert phase is not None
    assert phase.kind == "collecting"
    assert 'name="title"' in client.get("/mitreden/ideen/neu/").content.decode()
