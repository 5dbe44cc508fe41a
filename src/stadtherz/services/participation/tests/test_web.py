# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages as visitors, residents and clerks use them."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.actions.supports import support_idea
from stadtherz.services.participation.models import Comment, Idea, StatusChange, Support
from stadtherz.services.participation.states import Status, Visibility
from stadtherz.services.participation.tests import factories

HTML = '<script>alert(1)</script><b onclick="x">"&\''
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK")
OF_THE_HOST = 'FROM "municipalities_municipality" INNER JOIN "municipalities_municipalityhost"'


def as_visitor(who: Person | None = None) -> Client:
    client = Client(headers={"host": "kaiserslautern.localhost", "accept-language": "de"})
    if who:
        client.force_login(who)
    return client


def queries_of(client: Client, address: str) -> int:
    """Statements that a page sends, without the savepoints that only the test's own transaction causes, and without the
    question for the host's municipality, whose answer the process keeps for some seconds."""
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    asked = [query["sql"] for query in caught.captured_queries if not query["sql"].startswith(BOOKKEEPING)]
    return len([sql for sql in asked if "set_config" not in sql and OF_THE_HOST not in sql]) + 1


def idea_form(**changes: Any) -> dict[str, Any]:
    return {"title": "Mehr Bänke", "text": "Am Weg zum Markt.", "submission_key": str(uuid.uuid4()), **changes}


def test_every_public_page_answers(town: Municipality) -> None:
    process = factories.process()
    idea = factories.idea(process, category=factories.category(process), place=Point(7.77, 49.44, srid=4326))
    factories.comment(idea, parent=factories.comment(idea))
    StatusChange.objects.create(idea=idea, status=Status.PLANNED, answer={"de": "Wir planen."}, office="Amt")
    client = as_visitor()
    for address in (
        "/", "/mitreden/", f"/mitreden/beteiligung/{process.key}/", "/mitreden/ideen/", "/mitreden/ideen/karte/",
        "/mitreden/ideen/liste/", f"/mitreden/ideen/{idea.pk}/", f"/mitreden/ideen/{idea.pk}/unterschriften/",
        "/mitreden/was-daraus-wurde/", "/mitreden/neues.atom", "/mitreden/ideen/aehnlich/?title=Idee", f"/mitreden/ideen/{idea.pk}/ort.geojson",
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address


def test_an_empty_town_says_so(town: Municipality) -> None:
    client = as_visitor()
    assert "Noch keine Ideen" in client.get("/mitreden/ideen/").text
    assert "Zurzeit ist nichts offen" in client.get("/mitreden/").text
    assert "Keine Idee passt" in client.get("/mitreden/ideen/?q=Zeppelin").text


WHO = {"visitor": lambda: None, "resident": person, "moderator": lambda: person(Role.MODERATOR)}


LISTS = ("/mitreden/ideen/", "/mitreden/ideen/karte/", "/mitreden/was-daraus-wurde/", "/mitreden/", "/")


def test_lists_ask_as_little_for_500_rows_as_for_5(town: Municipality) -> None:
    process = factories.process()
    topic, author = factories.category(process), person()
    clients = {who: as_visitor(make()) for who, make in WHO.items()}
    counts: list[dict[tuple[str, str], int]] = []
    for rows in (5, 495):
        factories.many_ideas(rows, process, author=author, category=topic)
        StatusChange.objects.bulk_create(
            StatusChange(idea=idea, status="done", answer={"de": "Ja."}, office="Amt")
            for idea in Idea.objects.filter(answers=None)
        )
        counts.append({(who, page): queries_of(client, page) for who, client in clients.items() for page in LISTS})
    few, many = counts
    assert few == many
    assert {place: n for place, n in many.items() if n > (6 if place[0] == "visitor" else 8)} == {}


@pytest.mark.parametrize("who", WHO)
def test_an_idea_with_50_comments_keeps_the_budget(town: Municipality, who: str) -> None:
    idea, counts = factories.idea(), []
    client = as_visitor(WHO[who]())
    for comments in (2, 48):
        for _n in range(comments // 2):
            factories.comment(idea, parent=factories.comment(idea))
        counts.append(queries_of(client, f"/mitreden/ideen/{idea.pk}/"))
    assert counts[0] == counts[1]
    assert counts[1] <= 10


def test_paging_shows_every_idea_once_in_every_order(town: Municipality) -> None:
    process, author = factories.process(), person()
    titles = {factories.idea(process, author=author, support_count=n % 3).title for n in range(47)}
    for order in ("fair", "newest", "supported"):
        client, address, seen = as_visitor(), f"/mitreden/ideen/?order={order}", []
        while address:
            page = client.get(address)
            seen += [card.title for card in page.context["cards"]]
            address = f"/mitreden/ideen/{page.context['next_url']}" if page.context["next_url"] else ""
        assert (len(seen), set(seen)) == (47, titles)


def test_two_visitors_have_different_orders_and_each_keeps_their_own(town: Municipality) -> None:
    process, author = factories.process(), person()
    factories.many_ideas(20, process, author=author)
    first, second = as_visitor(), as_visitor()
    orders = [[card.id for card in who.get("/mitreden/ideen/").context["cards"]] for who in (first, first, second)]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]


@pytest.mark.parametrize("mark", ["x", "1_", "99999999999999999999_1", "2024-01-01_1", "_"])
@pytest.mark.parametrize("order", ["fair", "newest", "supported"])
def test_a_made_up_mark_is_not_found(town: Municipality, mark: str, order: str) -> None:
    assert as_visitor().get("/mitreden/ideen/", {"order": order, "after": mark}).status_code == 404


def test_filters_narrow_and_nonsense_does_not(town: Municipality) -> None:
    process = factories.process()
    green = factories.category(process)
    factories.idea(process, title="Baum", category=green, status=Status.PLANNED)
    factories.idea(process, title="Bus")
    client = as_visitor()

    def titles(**asked: Any) -> set[str]:
        return {card.title for card in client.get("/mitreden/ideen/", asked).context["cards"]}

    assert titles(category=green.pk) == {"Baum"}
    assert titles(status="planned") == {"Baum"}
    assert titles(status="x", category="y", district="'", process="z", order="q") == {"Baum", "Bus"}


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Bürger", "Bürgerinnen"), ("Bürgerinnen", "Bürger"), ("Bürger*innen", "Bürger"), ("Radwege", "Radweg"),
        ("Radweg", "Radwege"), ("Spielplätze", "Spielplatz"), ("Straße", "Strasse"), ("Radweg", "weg"),
        ("Trinkbrunnen", "Trinkbrunen"), ("Ärztinnen", "Arzt"),
    ],
)  # fmt: skip
def test_german_words_are_found(town: Municipality, written: str, asked: str) -> None:
    factories.idea(title=f"Etwas über {written}", text="Mehr davon.")
    factories.idea(title="Ganz anderes", text="Ohne Bezug.")
    found = as_visitor().get("/mitreden/ideen/", {"q": asked}).context["cards"]
    assert [card.title for card in found] == [f"Etwas über {written}"]


@pytest.mark.parametrize(
    "asked",
    ["'; DROP TABLE x", "%", "_", "a:* & !b", '"', "\\", "-", "((", "x" * 5000, "\x00", "-" * 50, "-(" * 50, "- " * 50],
)
def test_any_question_has_an_answer(town: Municipality, asked: str) -> None:
    factories.idea()
    assert as_visitor().get("/mitreden/ideen/", {"q": asked}).status_code == 200


def test_html_in_every_field_stays_text(town: Municipality) -> None:
    process = factories.process()
    topic = factories.category(process)
    topic.title = {"de": HTML}
    topic.save()
    idea = factories.idea(
        process, title=HTML, text=HTML, place_label=HTML, category=topic, author=person(pseudonym=HTML[:40])
    )
    factories.comment(idea, text=HTML)
    StatusChange.objects.create(idea=idea, status=Status.DONE, answer={"de": HTML}, office=HTML)
    for address in (f"/mitreden/ideen/{idea.pk}/", "/mitreden/ideen/", "/mitreden/", "/mitreden/ideen/liste/", "/"):
        text = as_visitor().get(address).text
        assert "<script>alert" not in text
        assert "<b onclick" not in text
        assert "&lt;script&gt;" in text


def test_places_are_geojson_of_what_the_list_shows(town: Municipality) -> None:
    process = factories.process()
    shown = factories.idea(process, place=Point(7.77, 49.44, srid=4326), title='Bank "am" Tor', status=Status.PLANNED)
    factories.idea(process, place=Point(7.78, 49.44, srid=4326))
    factories.idea(process, place=Point(7.78, 49.44, srid=4326), visibility=Visibility.WAITING)
    factories.idea(process)
    answer = as_visitor().get("/mitreden/ideen/orte.geojson", {"status": "planned"})
    (feature,) = json.loads(answer.text)["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [7.77, 49.44]}
    assert feature["properties"] == {
        "id": shown.pk, "title": 'Bank "am" Tor', "status": "Geplant", "url": f"/mitreden/ideen/{shown.pk}/",
    }  # fmt: skip
    assert len(json.loads(as_visitor().get("/mitreden/ideen/orte.geojson").text)["features"]) == 2
    assert json.loads(as_visitor().get("/mitreden/ideen/orte.geojson?status=done").text)["features"] == []


def test_what_waits_is_seen_by_its_author_alone(town: Municipality) -> None:
    author = person()
    idea = factories.idea(author=author, visibility=Visibility.WAITING)
    address = f"/mitreden/ideen/{idea.pk}/"
    assert [as_visitor(who).get(address).status_code for who in (author, person(), person(Role.CLERK), None)] == [
        200, 404, 404, 404,
    ]  # fmt: skip


def test_support_without_and_with_htmx(town: Municipality) -> None:
    idea, client = factories.idea(), as_visitor(person())
    address = f"/mitreden/ideen/{idea.pk}/unterstuetzen/"
    assert client.post(address).headers["location"] == f"/mitreden/ideen/{idea.pk}/"
    part = client.post(address, {"revoke": "1"}, headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert "Unterstützen" in part.text
    assert Idea.objects.get(pk=idea.pk).support_count == 0
    assert client.get(address).status_code == 302
    assert as_visitor().post(address).headers["location"].startswith("/account/login/")


def test_a_support_in_a_closed_phase_is_refused_in_words(town: Municipality) -> None:
    idea = factories.idea(factories.process("closed"))
    answer = as_visitor(person()).post(f"/mitreden/ideen/{idea.pk}/unterstuetzen/", follow=True)
    assert "zurzeit nicht möglich" in answer.text
    assert Support.objects.count() == 0


def test_an_idea_is_sent_once_however_often_the_button_is_pressed(town: Municipality) -> None:
    factories.process()
    client, form = as_visitor(person()), idea_form(latitude="49.44", longitude="7.77")
    for _n in range(2):
        assert client.post("/mitreden/ideen/neu/", form).status_code == 302
    assert Idea.objects.get().place == Point(7.77, 49.44, srid=4326)
    assert Case.objects.count() == 1


def test_the_account_comes_last(town: Municipality) -> None:
    factories.process()
    client, form = as_visitor(), idea_form()
    assert client.post("/mitreden/ideen/neu/", {**form, "title": ""}).status_code == 422
    led_to = client.post("/mitreden/ideen/neu/", form)["location"]
    assert led_to.startswith("/account/login/?next=/mitreden/ideen/neu/")
    assert "eine Stunde lang aufgehoben" in client.get(led_to).text
    client.force_login(author := person())
    assert 'value="Mehr Bänke"' in client.get("/mitreden/ideen/neu/?kept=1").text
    assert not Idea.objects.exists(), "to show is not to send"
    assert client.post("/mitreden/ideen/neu/", form).status_code == 302
    assert Idea.objects.get().author == author


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "Hier fehlt noch etwas"),
        ({"text": "x" * 1_000_000}, "6000"),
        ({"latitude": "52.5", "longitude": "13.4"}, "außerhalb der Kommune"),
        ({"category": "999999"}, "Thema: "),
        ({"submission_key": "x"}, ""),
        ({"latitude": "nan", "longitude": "7"}, ""),
    ],
)
def test_a_form_that_is_not_right_keeps_what_was_written(
    town: Municipality, change: dict[str, str], sentence: str
) -> None:
    factories.category(factories.process())
    answer = as_visitor(person()).post("/mitreden/ideen/neu/", idea_form(**change))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("Mehr Bänke" in answer.text) or "title" in change
    assert Idea.objects.count() == 0


def test_without_an_open_process_the_form_says_so(town: Municipality) -> None:
    factories.process("closed")
    assert "Zurzeit werden keine Ideen gesammelt" in as_visitor(person()).get("/mitreden/ideen/neu/").text


def test_with_several_open_processes_one_chooses_first(town: Municipality) -> None:
    factories.process()
    chosen = factories.process()
    client = as_visitor(person())
    assert chosen.title["de"] in client.get("/mitreden/ideen/neu/").text
    assert 'name="title"' in client.get(f"/mitreden/ideen/neu/?process={chosen.key}").text


def test_commenting_replying_changing_and_withdrawing(town: Municipality) -> None:
    idea, author = factories.idea(), person()
    parent, client = factories.comment(idea), as_visitor(author)
    form = {"text": "Ja, bitte.", "to": parent.pk, "submission_key": str(uuid.uuid4())}
    for _n in range(2):
        assert client.post(f"/mitreden/ideen/{idea.pk}/kommentar/", form).status_code == 302
    own = Comment.objects.get(author=author)
    assert (own.parent, own.visibility) == (parent, Visibility.WAITING)
    assert "wartet auf die Moderation" in client.get(f"/mitreden/ideen/{idea.pk}/").text
    assert "Ja, bitte." not in as_visitor().get(f"/mitreden/ideen/{idea.pk}/").text
    changed = {"text": "Ja, gern.", "submission_key": str(uuid.uuid4())}
    client.post(f"/mitreden/kommentare/{own.pk}/aendern/", changed)
    own.refresh_from_db()
    assert own.text == "Ja, gern."
    assert as_visitor(person()).post(f"/mitreden/kommentare/{own.pk}/aendern/", changed).status_code == 404
    client.post(f"/mitreden/kommentare/{own.pk}/zurueckziehen/")
    own.refresh_from_db()
    assert own.visibility == Visibility.WITHDRAWN


def test_own_contributions_show_where_they_stand(town: Municipality) -> None:
    author = person()
    factories.idea(author=author, title="Meine Bank", visibility=Visibility.RETURNED)
    factories.idea(title="Fremde Bank")
    support_idea(idea=factories.idea(title="Unterstützte Bank"), person=author)
    text = as_visitor(author).get("/mitreden/meine/").text
    assert ["Meine Bank" in text, "Zurück zur Überarbeitung" in text, "Unterstützte Bank" in text] == [True] * 3
    assert "Fremde Bank" not in text


def test_english_has_its_own_words(town: Municipality) -> None:
    client = as_visitor()
    client.cookies["stadtherz_language"] = "en"
    process = factories.process()
    assert "Propose an idea" in client.get("/mitreden/ideen/").text
    assert process.title["en"] in client.get("/mitreden/").text


def test_the_neighbours_ideas_are_nowhere(town: Municipality, kusel: Municipality) -> None:
    with activate(kusel):
        theirs = factories.idea(title="Burg Lichtenberg", place=Point(7.4, 49.53, srid=4326))
        clerk = person(Role.CLERK)
    client = as_visitor(clerk)
    assert client.get(f"/mitreden/ideen/{theirs.pk}/").status_code == 404
    for address in ("/mitreden/ideen/", "/mitreden/ideen/orte.geojson", "/mitreden/neues.atom"):
        assert "Lichtenberg" not in client.get(address).text
    for address in ("/mitreden/amt/antworten/", "/mitreden/amt/papier/", "/mitreden/amt/ideen.csv"):
        assert client.get(address).status_code == 403


def test_the_feed_is_well_formed_with_any_text(town: Municipality) -> None:
    from xml.etree import ElementTree

    idea = factories.idea(title=HTML, text="]]> & \u00a0")
    StatusChange.objects.create(idea=idea, status=Status.DONE, answer={"de": HTML}, office="Amt")
    with translation.override("de"):
        root = ElementTree.fromstring(as_visitor().get("/mitreden/neues.atom").content)
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 2


def test_what_became_of_ideas_is_told_once_an_idea_and_newest_first(town: Municipality) -> None:
    first, second, silent = (factories.idea(title=title) for title in ("Bank", "Brunnen", "Baum"))
    days = itertools.count()

    def answered(idea: Idea, status: Status, text: str) -> None:
        at = timezone.now() - timedelta(days=30 - next(days))
        StatusChange.objects.create(idea=idea, status=status, answer={"de": text}, office="Amt", at=at)

    answered(first, Status.IN_REVIEW, "Wir prüfen.")
    answered(second, Status.DECLINED, "Kein Platz.")
    answered(first, Status.DONE, "Sie steht.")
    client = as_visitor()
    page = client.get("/mitreden/was-daraus-wurde/").text
    assert page.index("Sie steht.") < page.index("Kein Platz.")
    assert ("Wir prüfen." in page, silent.title in page) == (False, False)
    declined = client.get("/mitreden/was-daraus-wurde/?status=declined").text
    assert ("Kein Platz." in declined, "Sie steht." in declined) == (True, False)
    assert "Diesen Status hat zurzeit keine Idee" in client.get("/mitreden/was-daraus-wurde/?status=planned").text
