# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The clerks' pages: answering, paper, the table."""

from __future__ import annotations

import csv
import re
import uuid
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.utils import timezone

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.actions import enter_person_without_email
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.models import Idea, PaperSheet, StatusChange, Support
from stadtherz.services.participation.states import Origin, Status, Visibility
from stadtherz.services.participation.tests import factories
from stadtherz.services.participation.tests.test_web import as_visitor, queries_of
from stadtherz.services.participation.web import paper
from stadtherz.services.participation.web.printing import SIGNING_LINES


@pytest.mark.parametrize(
    "address",
    ["/mitreden/amt/antworten/", "/mitreden/amt/papier/", "/mitreden/amt/ideen.csv", "/mitreden/amt/antworten/1/"],
)
def test_only_clerks_enter(town: Municipality, address: str) -> None:
    assert as_visitor(person()).get(address).status_code == 403
    assert as_visitor(person(Role.MODERATOR)).get(address).status_code == 403
    assert as_visitor().get(address).status_code == 302


def test_those_that_waited_longest_stand_on_top(town: Municipality) -> None:
    now = timezone.now()
    for title, days in (("Neu", 1), ("Alt", 50), ("Mittel", 10)):
        factories.idea(title=title, released_at=now - timedelta(days=days))
    factories.idea(title="Beantwortet", status=Status.PLANNED)
    page = as_visitor(person(Role.CLERK)).get("/mitreden/amt/antworten/")
    assert [(item["title"], item["days"], item["late"]) for item in page.context["items"]] == [
        ("Alt", 50, True), ("Mittel", 10, False), ("Neu", 1, False),
    ]  # fmt: skip
    assert [tab["count"] for tab in page.context["tabs"]] == [3, 1, 0]


def test_the_work_list_asks_as_little_for_200_as_for_5(town: Municipality) -> None:
    process, author, client = factories.process(), person(), as_visitor(person(Role.CLERK))
    counts = []
    for rows in (5, 195):
        factories.many_ideas(rows, process, author=author)
        counts.append(queries_of(client, "/mitreden/amt/antworten/"))
    assert counts[0] == counts[1] <= 8


def answer_form(**changes: Any) -> dict[str, Any]:
    return {"status": "planned", "answer": "Wir planen sie.", "office": "Grünflächen", "last_seen": "", **changes}


def test_a_clerk_answers_and_the_office_is_remembered(town: Municipality) -> None:
    idea, client = factories.idea(), as_visitor(person(Role.CLERK))
    assert client.post(f"/mitreden/amt/antworten/{idea.pk}/", answer_form(answer_easy="Ja.")).status_code == 302
    given = StatusChange.objects.get()
    assert given.answer == {"de": "Wir planen sie.", "de-easy": "Ja."}
    assert "Wir planen sie." in as_visitor().get(f"/mitreden/ideen/{idea.pk}/").text
    assert 'value="Grünflächen"' in client.get(f"/mitreden/amt/antworten/{factories.idea().pk}/").text


def test_a_stale_answer_is_shown_again_with_its_text(town: Municipality) -> None:
    idea, client = factories.idea(), as_visitor(person(Role.CLERK))
    client.post(f"/mitreden/amt/antworten/{idea.pk}/", answer_form())
    late = client.post(f"/mitreden/amt/antworten/{idea.pk}/", answer_form(status="declined", answer="Nein, weil."))
    assert late.status_code == 422
    assert "Nein, weil." in late.text
    assert "Diese Idee wurde inzwischen beantwortet" in late.text
    last = StatusChange.objects.get().pk
    again = client.post(f"/mitreden/amt/antworten/{idea.pk}/", answer_form(status="declined", last_seen=last))
    assert again.status_code == 302


def test_declining_without_a_reason_is_refused_next_to_the_field(town: Municipality) -> None:
    idea = factories.idea()
    page = as_visitor(person(Role.CLERK)).post(
        f"/mitreden/amt/antworten/{idea.pk}/", answer_form(status="declined", answer="")
    )
    assert list(page.context["form"].errors) == ["answer"]


def sheet_form(*names: str, **changes: Any) -> dict[str, Any]:
    form = {
        "line-TOTAL_FORMS": "14", "line-INITIAL_FORMS": "0", "signed_on": timezone.localdate().isoformat(),
        "note": "Wochenmarkt", "submission_key": str(uuid.uuid4()),
    }  # fmt: skip
    for number, name in enumerate(names):
        form |= {f"line-{number}-name": name, f"line-{number}-address": "Am Weg 1", f"line-{number}-birth_year": "1950"}
    return form | changes


def test_a_list_is_entered_row_by_row_and_can_be_undone(town: Municipality) -> None:
    idea, client = factories.idea(), as_visitor(person(Role.CLERK))
    address = f"/mitreden/amt/papier/unterstuetzungen/{idea.pk}/"
    page = client.post(address, sheet_form("Erste Zeile", "Zweite Zeile", "Erste Zeile"), follow=True)
    assert "2 Unterstützungen wurden gezählt" in page.text
    assert "nicht noch einmal: Erste Zeile" in page.text
    assert Support.objects.filter(origin=Origin.PAPER).count() == 2
    assert "Erste Zeile" in client.get("/mitreden/amt/papier/1/rueckgaengig/").text
    assert "ist zurückgenommen" in client.post("/mitreden/amt/papier/1/rueckgaengig/", follow=True).text
    assert Idea.objects.get(pk=idea.pk).support_count == 0


def test_a_list_of_forty_is_one_sheet_and_keeps_its_words_while_it_grows(town: Municipality) -> None:
    idea, client = factories.idea(), as_visitor(person(Role.CLERK))
    address = f"/mitreden/amt/papier/unterstuetzungen/{idea.pk}/"
    assert len(client.get(address).context["rows"].forms) == SIGNING_LINES
    page = client.post(address, sheet_form(*(f"Person {n}" for n in range(14)), more_rows="1"))
    assert (page.status_code, PaperSheet.objects.count()) == (200, 0)
    assert len(page.context["rows"].forms) == 2 * SIGNING_LINES
    assert "Person 13" in page.text
    assert re.findall(r'name="([^"]+)"[^>]* autofocus', page.text) == ["line-14-name"]
    forty = sheet_form(*(f"Person {n}" for n in range(40)), **{"line-TOTAL_FORMS": "42"})
    assert client.post(address, forty).status_code == 302
    assert (PaperSheet.objects.get().lines, Idea.objects.get().support_count) == (40, 40)


def test_a_row_that_is_not_complete_holds_the_whole_sheet(town: Municipality) -> None:
    idea, client = factories.idea(), as_visitor(person(Role.CLERK))
    form = sheet_form("Erste Zeile", **{"line-3-address": "Ohne Namen 3"})
    page = client.post(f"/mitreden/amt/papier/unterstuetzungen/{idea.pk}/", form)
    assert page.status_code == 422
    assert "Bitte den Namen eintragen" in page.text
    assert "Erste Zeile" in page.text
    empty = client.post(f"/mitreden/amt/papier/unterstuetzungen/{idea.pk}/", sheet_form())
    assert "Noch ist keine Zeile ausgefüllt" in empty.text
    assert PaperSheet.objects.count() == 0


def test_the_idea_of_a_list_is_found_by_its_number_or_words(town: Municipality) -> None:
    client = as_visitor(person(Role.CLERK))
    process = factories.process()
    wanted = factories.idea(process, title="Trinkbrunnen am Markt")
    factories.many_ideas(paper.OFFERED, process, author=person())

    def offered(asked: str) -> list[str]:
        page = client.get("/mitreden/amt/papier/", {"q": asked}).text
        return re.findall(r"unterstuetzungen/(\d+)/", page)

    assert offered(str(wanted.pk)) == offered("trinkbrunnen") == [str(wanted.pk)]
    assert offered("nirgendwo") == offered("9" * 30) == []
    assert len(offered("")) == paper.OFFERED


def test_nobody_signs_tomorrow(town: Municipality) -> None:
    idea, client = factories.idea(), as_visitor(person(Role.CLERK))
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    page = client.post(f"/mitreden/amt/papier/unterstuetzungen/{idea.pk}/", sheet_form("Erste", signed_on=tomorrow))
    assert "liegt in der Zukunft" in page.text


def test_an_idea_from_paper_goes_to_the_moderators(town: Municipality) -> None:
    process, client = factories.process(), as_visitor(person(Role.CLERK))
    form = {
        "signer_name": "Jemand vom Markt", "title": "Bank", "text": "Am Tor.", "note": "",
        "signed_on": timezone.localdate().isoformat(), "submission_key": str(uuid.uuid4()),
    }  # fmt: skip
    assert client.post(f"/mitreden/amt/papier/idee/{process.key}/", form).status_code == 302
    idea = Idea.objects.get()
    assert (idea.origin, idea.visibility) == (Origin.PAPER, Visibility.WAITING)
    wrong = client.post(
        f"/mitreden/amt/papier/idee/{process.key}/", form | {"signer_name": ".", "submission_key": str(uuid.uuid4())}
    )
    assert list(wrong.context["form"].errors) == ["signer_name"]


def test_the_table_holds_every_idea_and_opens_in_a_spreadsheet(town: Municipality) -> None:
    factories.idea(title='=HYPERLINK("http://x")', text="Zeile 1\nZeile 2; mehr")
    factories.idea(title="Wartet", visibility=Visibility.WAITING)
    answer = as_visitor(person(Role.CLERK)).get("/mitreden/amt/ideen.csv")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert [row["Titel"] for row in rows] == ['\'=HYPERLINK("http://x")', "Wartet"]
    assert rows[0]["Text"] == "Zeile 1\nZeile 2; mehr"


def test_an_answer_is_read_in_the_languages_in_which_it_was_given(town: Municipality) -> None:
    idea, client = factories.idea(), as_visitor(person(Role.CLERK))
    client.post(f"/mitreden/amt/antworten/{idea.pk}/", answer_form(answer_en="We are planning it."))
    address = f"/mitreden/ideen/{idea.pk}/"
    assert "We are planning it." in as_visitor().get(address, headers={"accept-language": "en"}).text
    assert "We are planning it." not in as_visitor().get(address).text
    correction = client.get(f"/mitreden/amt/antwort/{StatusChange.objects.get().pk}/berichtigen/").context["form"]
    assert correction["answer_en"].value() == "We are planning it."


def test_a_published_answer_is_corrected_where_everybody_sees_it(town: Municipality) -> None:
    idea, client = factories.idea(), as_visitor(person(Role.CLERK))
    said = answer_form(answer="Wir planen sie <bald>.", answer_easy="Wir wolen das.")
    client.post(f"/mitreden/amt/antworten/{idea.pk}/", said)
    address = f"/mitreden/amt/antwort/{StatusChange.objects.get().pk}/berichtigen/"
    assert address in client.get(f"/mitreden/ideen/{idea.pk}/").content.decode()
    form = client.get(address).context["form"]
    assert (form["answer"].value(), form["answer_easy"].value()) == (said["answer"], said["answer_easy"])
    new = {"last_corrected": "", "answer": "Wir bauen sie <bald>.", "answer_easy": "Wir wollen das."}
    assert client.post(address, new).url == f"/mitreden/ideen/{idea.pk}/"
    page = as_visitor().get(f"/mitreden/ideen/{idea.pk}/").content.decode()
    assert "Berichtigt am" in page
    assert "<del>planen</del> <ins>bauen</ins> sie &lt;bald&gt;." in page
    assert address not in page
    late = client.post(address, {**new, "answer": "Anders."})
    assert (late.status_code, "inzwischen berichtigt" in late.content.decode()) == (422, True)
    seen = client.get(address).context["form"]["last_corrected"].value()
    assert client.post(address, {**new, "answer": "Anders.", "last_corrected": seen}).status_code == 302
    assert as_visitor(person(Role.EDITOR)).get(address).status_code == 403


def test_who_answers_an_idea_from_paper_is_asked_to_write_a_letter(town: Municipality) -> None:
    clerk = person(Role.CLERK)
    client, signer = as_visitor(clerk), enter_person_without_email(name="Anna Beispiel", clerk=clerk)
    letter = "bitte sagen Sie es per Brief oder Telefon"
    for author, expected in ((signer, True), (person(), False)):
        idea = factories.idea(author=author)
        said = client.post(f"/mitreden/amt/antworten/{idea.pk}/", answer_form(), follow=True)
        assert (letter in said.text) is expected


def test_errors_of_an_idea_from_paper_stand_in_the_order_of_the_page(town: Municipality) -> None:
    process, client = factories.process(), as_visitor(person(Role.CLERK))
    page = client.post(f"/mitreden/amt/papier/idee/{process.key}/", {"signed_on": "", "text": ""})
    assert page.status_code == 422
    wrong = [name for name in page.context["form"].errors if name != "submission_key"]
    assert wrong == ["signer_name", "title", "text", "signed_on"]
    assert "wie es auf dem Bogen steht" in page.text
    assert "Lass es leer" not in page.text


def test_the_printed_list_has_one_number_an_idea_and_a_clerk_finds_it_by_that(town: Municipality) -> None:
    process = factories.process()
    ideas = [factories.idea(process) for _n in range(3)]
    page = as_visitor().get("/mitreden/ideen/liste/").text
    numbers = re.findall(r'<li value="(\d+)">', page)
    assert sorted(numbers) == sorted(str(idea.pk) for idea in ideas)
    assert "Nr. " not in page
    found = as_visitor(person(Role.CLERK)).get(f"/mitreden/amt/papier/?q={numbers[0]}").context["ideas"]
    assert [str(idea.pk) for idea in found] == numbers[:1]
