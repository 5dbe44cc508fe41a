# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody answers on the spot, staff decides, and the next way knows it; whatever is sent, the answer is a clear one."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.files.actions import erase_pictures
from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.geo.extracts import extract_path
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.moderation.actions import confirm_take_down, propose_take_down, release
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.personal import erase_cases
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.actions.graph import build_graph
from stadtherz.services.wayfinding.actions.surveys import (
    AnswerRefused,
    DecidedMeanwhile,
    Found,
    ImpossibleValue,
    NoSuchSpot,
    NotOfThisTime,
    accept,
    answer,
    refuse,
    take_back,
)
from stadtherz.services.wayfinding.engine.profiles import Limit
from stadtherz.services.wayfinding.engine.surveys.photos import photo_at
from stadtherz.services.wayfinding.engine.surveys.questions import Question, Spot, spot_at, spots, unknown
from stadtherz.services.wayfinding.engine.tests.town import draft_town
from stadtherz.services.wayfinding.models import SurveyAnswer
from stadtherz.services.wayfinding.queries.surveys import facts_version, with_voices
from stadtherz.services.wayfinding.surveys.choices import ASKED, said
from stadtherz.services.wayfinding.surveys.personal import erase_answers, expire_answers, export_answers
from stadtherz.services.wayfinding.surveys.photos import KIND
from stadtherz.services.wayfinding.surveys.vocabulary import AnswerState
from stadtherz.services.wayfinding.web.survey_items import token_of

pytestmark = pytest.mark.usefixtures("town", "prepared")
REVIEW = "/ankommen/amt/vor-ort/"


def a_spot(question: Question) -> tuple[Spot, int]:
    """A spot of which the answer is not known, and one of its edges."""
    engine = graphs.town().engine
    edge = int(np.flatnonzero(unknown(engine.model)[question])[0])
    rows, number = spots(engine.graph)
    return Spot(*rows[number[edge]].tolist()), edge


def width(spot: Spot, value: int = 80, **more: Any) -> SurveyAnswer:
    found = Found(Question.WIDTH, spot, value, more.pop("on", timezone.localdate()), more.pop("note", ""))
    given = {"person": None, "by_staff": False, "key": uuid4()} | more
    return answer(town=graphs.town(), found=found, **given)[0]


def form(value: str, **more: str) -> dict[str, str]:
    return {"choice": value, "on": timezone.localdate().isoformat(), "key": str(uuid4())} | more


def address(question: Question, spot: Spot) -> str:
    return f"/ankommen/mithelfen/frage/{token_of(question, spot.way, spot.side, spot.junction)}/"


def test_an_answer_counts_once_it_is_accepted_and_no_longer_when_taken_back() -> None:
    clerk, (spot, edge) = person(Role.CLERK), a_spot(Question.WIDTH)
    given = width(spot)
    assert graphs.town().engine.graph.edges["width"][edge] == 0
    assert accept(answers=[given], person=clerk) == 1
    assert graphs.town().engine.graph.edges["width"][edge] == 80
    given.refresh_from_db()
    take_back(answer=given, person=clerk)
    assert graphs.town().engine.graph.edges["width"][edge] == 0
    assert facts_version() == 2
    assert refuse(answers=[given], person=clerk) == 1
    assert facts_version() == 2
    assert AuditEntry.objects.filter(subject=f"wayfinding.answer:{given.pk}").count() == 3


def test_the_same_form_twice_is_one_answer() -> None:
    spot, _ = a_spot(Question.WIDTH)
    key = uuid4()
    assert width(spot, key=key) == width(spot, key=key)
    assert SurveyAnswer.objects.count() == 1


def test_two_clerks_decide_once() -> None:
    given = width(a_spot(Question.WIDTH)[0])
    accept(answers=[given], person=person(Role.CLERK))
    with pytest.raises(DecidedMeanwhile):
        refuse(answers=[given], person=person(Role.EDITOR))
    given.refresh_from_db()
    assert given.state == AnswerState.ACCEPTED


def test_what_the_town_measures_counts_at_once() -> None:
    spot, edge = a_spot(Question.WIDTH)
    given = width(spot, 95, person=person(Role.CLERK), by_staff=True)
    given.refresh_from_db()
    assert given.state == AnswerState.ACCEPTED
    assert graphs.town().engine.graph.edges["width"][edge] == 95


@pytest.mark.parametrize(
    ("value", "days", "spot", "refusal"),
    [
        (5, 0, None, ImpossibleValue), (5000, 0, None, ImpossibleValue), (80, -1, None, NotOfThisTime),
        (80, 61, None, NotOfThisTime), (80, 0, Spot(2**60), NoSuchSpot), (80, 0, Spot(1, 2, 99), NoSuchSpot),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(value: int, days: int, spot: Spot | None, refusal: type[AnswerRefused]) -> None:
    with pytest.raises(refusal):
        width(spot or a_spot(Question.WIDTH)[0], value, on=timezone.localdate() - timedelta(days=days))
    assert not SurveyAnswer.objects.exists()


def test_accepted_facts_and_photos_stay_when_the_map_is_renewed(prepared: Extract, client: Client) -> None:
    """All numbers of ways are others; the named way is found where it lies, one without a name by position alone."""
    engine = graphs.town().engine
    edge = next(
        e for e in np.flatnonzero(unknown(engine.model)[Question.SMOOTHNESS]).tolist()
        if engine.graph.names[engine.graph.edges["name"][e]] == "Parkweg"
    )  # fmt: skip
    rows, number = spots(engine.graph)
    found = Found(Question.SMOOTHNESS, Spot(*rows[number[edge]].tolist()), 3, timezone.localdate())
    given, _new = answer(
        town=graphs.town(), found=found, person=person(Role.CLERK), by_staff=True, key=uuid4(), photo=photo()
    )
    release(case=Case.objects.get(kind=KIND, object_id=given.pk), moderator=person(Role.MODERATOR))
    prepared.version = "fedcba987654"
    prepared.save()
    draft_town().write(extract_path(prepared.slug), first=900)
    build_graph(extract=prepared)
    graphs.forget()
    new = graphs.loaded()
    graph = new.town.engine.graph
    here = [e for e in range(graph.edge_count) if graph.names[graph.edges["name"][e]] == "Parkweg"]
    assert {int(graph.edges["smoothness"][e]) for e in here} == {3}
    assert new.lost == ()
    link = photo_at(graph, here[0], Limit.SMOOTHNESS)
    assert link == f"{address(found.question, found.spot)}#fotos"
    answered = client.get(link, follow=True)
    assert answered.redirect_chain == [(address(found.question, spot_at(graph, here[0])), 302)]
    assert given.picture is not None
    assert given.picture.url in answered.content.decode()


def test_a_fact_without_a_place_stands_on_a_list(prepared: Extract, client: Client) -> None:
    """Its street is called otherwise now; nobody forgets it."""
    clerk = person(Role.CLERK)
    spot, _ = a_spot(Question.WIDTH)
    given = width(spot, person=person())
    accept(answers=[given], person=clerk)
    assert given.heading is not None
    SurveyAnswer.objects.filter(pk=given.pk).update(way=987_654, name="Alter Name")
    graphs.forget()
    client.force_login(clerk)
    page = html.unescape(client.get(REVIEW).content.decode())
    assert "?stand=lost" in page
    listed = html.unescape(client.get(REVIEW, {"stand": "lost"}).content.decode())
    assert "Alter Name" in listed
    assert f"?ort={given.point.y:.5f},{given.point.x:.5f}" in listed
    client.post(f"{REVIEW}{given.pk}/zuruecknehmen/")
    assert "?stand=lost" not in client.get(REVIEW).content.decode()


def test_the_neighbour_walks_on_its_own_map(kusel: Municipality) -> None:
    accept(answers=[width(a_spot(Question.WIDTH)[0])], person=person(Role.CLERK))
    with activate(kusel):
        assert facts_version() == 0
        assert not SurveyAnswer.objects.exists()


def test_voices_are_people() -> None:
    spot, _ = a_spot(Question.WIDTH)
    first = width(spot, person=person())
    for _number in range(3):  # without an account: one voice together
        width(spot)
    [voices] = with_voices([first])
    assert (voices.agree, voices.differ, voices.suggested) == (2, 0, True)
    width(spot, 120, person=person())
    [voices] = with_voices([first])
    assert (voices.agree, voices.differ, voices.suggested) == (2, 1, False)


@pytest.mark.parametrize("question", Question)
def test_every_question_has_a_page_and_takes_each_of_its_answers(question: Question, client: Client) -> None:
    spot, _ = a_spot(question)
    page = client.get(address(question, spot)).content.decode()
    assert html.escape(str(ASKED[question].ask)) in html.unescape(page) or ASKED[question].ask
    for choice in ASKED[question].choices:
        sent = client.post(address(question, spot), form(str(int(choice.value)), uphill="along"), follow=False)
        assert sent.status_code == 302
        assert said(question, SurveyAnswer.objects.latest("pk").value)
    if question is Question.STEPS:
        assert client.post(address(question, spot), form("", figure="12")).status_code == 302
        assert SurveyAnswer.objects.get().value == 12


def test_a_measured_slope_has_a_direction(client: Client) -> None:
    spot, _ = a_spot(Question.INCLINE)
    assert client.post(address(Question.INCLINE, spot), form("", figure="4,5")).status_code == 422
    client.post(address(Question.INCLINE, spot), form("", figure="4,5", uphill="against"))
    assert SurveyAnswer.objects.get().value == -45


HOSTILE = [
    {}, {"choice": "9999"}, {"figure": "NaN"}, {"figure": "1e400"}, {"figure": "<script>"}, {"figure": "-1"},
    {"choice": "70", "key": "x"}, {"choice": "70", "on": "gestern"}, {"choice": "70", "on": "2999-01-01"},
    {"choice": "70", "on": "\x00"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", HOSTILE, ids=str)
def test_a_wrong_form_says_what_is_wrong(wrong: dict[str, str], client: Client) -> None:
    spot, _ = a_spot(Question.WIDTH)
    sent = {"on": timezone.localdate().isoformat(), "key": str(uuid4())} | wrong
    page = client.post(address(Question.WIDTH, spot), sent)
    assert page.status_code == 422
    assert "<script>" not in page.content.decode().replace('<script type="', "")
    told = client.post(address(Question.WIDTH, spot), sent, headers={"accept": "application/json"})
    assert told.status_code == 422
    assert told.json()["error"]
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize(
    "token",
    [
        "width",
        "width.1.2",
        "width.1.7.0",
        "nothing.1.0.0",
        "width.99999999999999999999.0.0",
        "width.a.b.c",
        "kerb.-5.0.0",
    ],
)
def test_a_wrong_address_leads_nowhere(token: str, client: Client) -> None:
    for place in ("", "ort.geojson"):
        assert client.get(f"/ankommen/mithelfen/frage/{token}/{place}").status_code == 404


def test_an_answer_kept_without_network_arrives_once(client: Client) -> None:
    spot, _ = a_spot(Question.WIDTH)
    sent = form("70", note="\x00 eng")
    for _again in range(2):
        told = client.post(address(Question.WIDTH, spot), sent, headers={"accept": "application/json"})
        assert (told.status_code, told.json()) == (200, {"taken": True})
    assert SurveyAnswer.objects.count() == 1


def test_the_work_list(client: Client) -> None:
    clerk = person(Role.CLERK)
    spot, edge = a_spot(Question.WIDTH)
    given = [width(spot, person=person(), note="<b>eng</b>"), width(spot, person=person())]
    client.force_login(person())
    assert client.get(REVIEW).status_code == 403
    client.force_login(clerk)
    page = client.get(REVIEW).content.decode()
    assert "&lt;b&gt;eng" in page
    client.post(f"{REVIEW}entscheiden/", {"what": "accept", "answer": [str(one.pk) for one in given]})
    assert graphs.town().engine.graph.edges["width"][edge] == 80
    decided = client.get(REVIEW, {"stand": "accepted"}).content.decode()
    assert "80 cm" in decided
    content = client.get(f"{REVIEW}aenderungen.osc")
    assert b'k="width" v="0.8"' in content.content or b":width" in content.content
    assert b"estimated" not in content.content
    SurveyAnswer.objects.filter(state=AnswerState.ACCEPTED).update(value=90)  # "90 to 120 cm", chosen by its picture
    assert b'width" v="estimated"' in client.get(f"{REVIEW}aenderungen.osc").content
    client.post(f"{REVIEW}{given[0].pk}/zuruecknehmen/")
    assert SurveyAnswer.objects.filter(state=AnswerState.WAITING).count() == 1


@pytest.mark.parametrize("sent", [{"what": "accept"}, {"what": "accept", "answer": ["x", "²", "9" * 30]}])
def test_nothing_chosen_decides_nothing(sent: dict[str, Any], client: Client) -> None:
    client.force_login(person(Role.CLERK))
    assert client.post(f"{REVIEW}entscheiden/", sent).status_code == 302
    assert client.post(f"{REVIEW}entscheiden/", {"what": "dance"}).status_code == 404
    assert facts_version() == 0


def test_as_many_queries_for_five_as_for_thirty(
    client: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client.force_login(person(Role.CLERK))
    spot, _ = a_spot(Question.WIDTH)
    place = Point(7.77, 49.44, srid=4326)
    graphs.town()
    for count in (5, 25):
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(
                question="width", value=number + 60, way=spot.way, point=place, found_on=date(2026, 5, 1),
                person=person(), submission_key=uuid4(),
            ) for number in range(count)
        )  # fmt: skip
        with django_assert_max_num_queries(15):
            assert client.get(REVIEW).status_code == 200


def test_people_get_out_what_they_put_in_and_are_forgotten() -> None:
    somebody: Person = person()
    given = width(a_spot(Question.WIDTH)[0], person=somebody, note="Poller")
    assert [item["remark"] for item in export_answers(somebody)] == ["Poller"]
    accept(answers=[given], person=person(Role.CLERK))
    assert expire_answers(timezone.now() + timedelta(days=1)) == 1
    width(a_spot(Question.WIDTH)[0], person=somebody)
    erase_answers(somebody)
    assert not SurveyAnswer.objects.filter(person=somebody).exists()
    assert SurveyAnswer.objects.count() == 2


def photo(name: str = "kerb.jpg") -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (40, 30), "grey").save(written, "JPEG")
    return SimpleUploadedFile(name, written.getvalue(), content_type="image/jpeg")


def test_a_photo_comes_with_an_answer_and_is_public_once_it_is_released(client: Client) -> None:
    """Beside the answer for the clerk at once; where the limit is broken, and on the page, only after its release."""
    clerk, (spot, edge) = person(Role.CLERK), a_spot(Question.WIDTH)
    page = address(Question.WIDTH, spot)
    sent = form("70") | {"photo": photo()}
    assert client.post(page, sent).status_code == 302
    given = SurveyAnswer.objects.get()
    assert given.picture is not None
    there = f"{REVIEW}{given.pk}/foto/{given.picture.widths[0]}/"
    assert [client.get(there).status_code, client.get(given.picture.url).status_code] == [302, 404]
    assert given.picture.url not in client.get(page).content.decode()
    client.force_login(clerk)
    assert there in client.get(REVIEW).content.decode()
    seen = client.get(there)
    assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "private, no-store")
    accept(answers=[given], person=clerk)
    assert photo_at(graphs.town().engine.graph, edge, Limit.WIDTH) == ""
    case = Case.objects.get(kind=KIND, object_id=given.pk)
    release(case=case, moderator=person(Role.MODERATOR))
    assert photo_at(graphs.town().engine.graph, edge, Limit.WIDTH) == f"{page}#fotos"
    assert given.picture.url in client.get(page).content.decode()
    case.refresh_from_db()
    propose_take_down(case=case, moderator=person(Role.MODERATOR), reason="picture_people")
    case.refresh_from_db()
    confirm_take_down(case=case, moderator=person(Role.MODERATOR))
    assert photo_at(graphs.town().engine.graph, edge, Limit.WIDTH) == ""
    assert (client.get(there).status_code, client.get(given.picture.url).status_code) == (404, 404)


def test_an_answer_arrives_also_if_its_photo_is_none(client: Client) -> None:
    """The page names the file; a phone is told that only the photo is wrong, and sends the answer without it."""
    spot, _ = a_spot(Question.WIDTH)
    none = SimpleUploadedFile("kerb.jpg", b"<script>", content_type="image/jpeg")
    page = client.post(address(Question.WIDTH, spot), form("70") | {"photo": none})
    assert (page.status_code, SurveyAnswer.objects.count(), Case.objects.count()) == (422, 0, 0)
    told = client.post(
        address(Question.WIDTH, spot), form("70") | {"photo": SimpleUploadedFile("x", b"x")},
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert (told.status_code, told.json()["photo"]) == (422, True)


def test_a_photo_that_waits_goes_with_its_person_and_the_fact_stays() -> None:
    somebody: Person = person()
    given = width(a_spot(Question.WIDTH)[0], person=somebody, photo=photo())
    assert given.picture is not None
    assert export_answers(somebody)[0]["photo"] == given.picture.url
    erase_answers(somebody)
    erase_pictures(somebody)
    erase_cases(somebody)
    given.refresh_from_db()
    assert (given.person, given.picture, Picture.objects.count(), Case.objects.count()) == (None, None, 0, 0)


def test_a_place_outside_the_map_is_not_near(client: Client) -> None:
    page = client.get("/ankommen/mithelfen/", {"ort": "55.0, 3.0"}).content.decode()
    assert "außerhalb der Karte" in page
    assert "In deiner Nähe" not in page
