# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The moderators' pages, used as a moderator without JavaScript uses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stadtherz.kernel.api.limits import take
from stadtherz.kernel.moderation import actions, queries
from stadtherz.kernel.moderation.content import Content, Field, Place
from stadtherz.kernel.moderation.models import Case, Decision, Report
from stadtherz.kernel.moderation.states import State
from stadtherz.kernel.moderation.tests import board
from stadtherz.kernel.moderation.tests.board import note
from stadtherz.kernel.moderation.web.report import BY_VISITOR_AN_HOUR
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person, Session
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import PASSWORD, person

LIST = "/moderation/"


def submitted(author: Person | None, number: int = 1, text: str = "Benches in the park", **content: Any) -> Case:
    said = Content((Field("title", "Title", f"Note {number}"), Field("text", "Text", text)), **content)
    return actions.submit(kind="board.note", object_id=number, author=author, content=said)


def signed_in(someone: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(someone)
    return client


@pytest.fixture
def desk(moderator: Person) -> Client:
    return signed_in(moderator)


def decide(desk: Client, case: Case, what: str, **form: Any) -> Any:
    return desk.post(f"{LIST}{case.pk}/decide/", {"what": what, "revision": case.revision, **form})


def texts(answer: Any) -> str:
    return str(answer.content.decode())


def test_only_moderators_of_this_town_enter(author: Person, kusel: Municipality, moderator: Person) -> None:
    case = submitted(author)
    pages = [LIST, f"{LIST}count/", f"{LIST}print/", f"{LIST}{case.pk}/", f"{LIST}{case.pk}/place.json"]
    for page in pages:
        assert Client().get(page).status_code == 302
        assert signed_in(person(Role.CLERK)).get(page).status_code == 403
        assert signed_in(moderator).get(page).status_code == 200
        assert signed_in(moderator).get(page, headers={"host": "kusel.localhost"}).status_code == 403
    for page in (f"{LIST}release/", f"{LIST}undo/", f"{LIST}{case.pk}/decide/"):
        assert signed_in(author).post(page).status_code == 403
        assert signed_in(moderator).get(page).status_code == (302 if "decide" in page else 405)


def test_after_a_decision_the_next_case_opens(desk: Client, author: Person) -> None:
    first, second = submitted(author, 1), submitted(author, 2)
    answer = decide(desk, first, "release")
    assert answer["Location"] == f"{LIST}{second.pk}/"
    answer = decide(desk, second, "decline", reason="double", words="See note 1.")
    assert answer["Location"] == LIST
    assert list(Case.objects.order_by("pk").values_list("state", "reason_text")) == [
        (State.RELEASED, ""),
        (State.DECLINED, "See note 1."),
    ]


def test_a_stale_page_changes_nothing_and_says_why(desk: Client, author: Person, second_moderator: Person) -> None:
    seen = submitted(author)
    actions.decline(case=seen, moderator=second_moderator, reason="double")
    answer = decide(desk, seen, "release")
    page = desk.get(answer["Location"])
    assert "Moderation 2" in texts(page)
    assert board.PUBLIC == {}
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("form", [
    {}, {"what": "dance"}, {"what": "release"}, {"what": "release", "revision": "x"}, {"what": "release", "revision": "9" * 99},
    {"what": "decline", "revision": "1"}, {"what": "decline", "revision": "1", "reason": "because"},
    {"what": "confirm", "revision": "1"}, {"what": "keep", "revision": "1"}, {"what": "propose", "revision": "1", "reason": "insult"},
])  # fmt: skip
def test_a_form_that_makes_no_sense_decides_nothing(desk: Client, author: Person, form: dict[str, str]) -> None:
    case = submitted(author)
    answer = desk.post(f"{LIST}{case.pk}/decide/", form)
    assert answer.status_code == 422 if form.get("what") == "decline" else answer["Location"] == f"{LIST}{case.pk}/"
    case.refresh_from_db()
    assert (case.state, case.revision, Decision.objects.count()) == (State.WAITING, 1, 0)


def test_undo_is_offered_and_leads_back_to_the_case(desk: Client, author: Person) -> None:
    case = submitted(author)
    decide(desk, case, "release")
    assert 'action="/moderation/undo/"' in texts(desk.get(LIST))
    assert desk.post(f"{LIST}undo/")["Location"] == f"{LIST}{case.pk}/"
    case.refresh_from_db()
    assert (case.state, board.PUBLIC) == (State.WAITING, {})
    assert 'action="/moderation/undo/"' not in texts(desk.get(LIST))
    assert desk.post(f"{LIST}undo/")["Location"] == LIST


def test_several_are_released_at_once_and_undone_at_once(desk: Client, author: Person) -> None:
    cases = [submitted(author, number) for number in (1, 2, 3)]
    submitted(author, 2, text="Changed meanwhile")
    ticks = [f"{case.pk}-{case.revision}" for case in cases]
    answer = desk.post(f"{LIST}release/", {"case": [*ticks, "x", "-", "99999-1", "1-1-1"]}, follow=True)
    assert sorted(board.PUBLIC) == [1, 3]
    assert "read it again" in texts(answer)
    desk.post(f"{LIST}undo/")
    assert (board.PUBLIC, queries.waiting_count()) == ({}, 3)


def test_words_of_a_decision_that_came_too_late_are_not_lost(desk: Client, author: Person) -> None:
    case = submitted(author)
    decide = f"{LIST}{case.pk}/decide/"
    desk.post(decide, {"what": "release", "revision": case.revision})
    late = {"what": "decline", "revision": case.revision, "reason": "insult", "words": "Bitte ohne Schimpfwort."}
    assert "Bitte ohne Schimpfwort." in texts(desk.post(decide, late, follow=True))


def test_nothing_ticked_says_so(desk: Client) -> None:
    assert "Nothing was ticked" in texts(desk.post(f"{LIST}release/", follow=True))


def test_an_edit_shows_each_changed_word(desk: Client, author: Person, moderator: Person) -> None:
    actions.release(case=submitted(author, text="Drei Bänke im Park"), moderator=moderator)
    edit = submitted(author, text="Vier Bänke im Park <b>")
    page = texts(desk.get(f"{LIST}{edit.pk}/"))
    assert "<del>Drei</del> <ins>Vier</ins> Bänke im Park<ins> &lt;b&gt;</ins>" in page


def test_hostile_text_is_only_text(desk: Client, author: Person) -> None:
    case = submitted(author, text="<script>alert(1)</script>", place=Place(7.7, 49.4, "<i>Markt</i>"))
    for page in (LIST, f"{LIST}{case.pk}/", f"{LIST}print/"):
        assert "<script>alert" not in texts(desk.get(page))
        assert "<i>Markt" not in texts(desk.get(page))
    place = desk.get(f"{LIST}{case.pk}/place.json").json()
    assert place["features"][0]["geometry"] == {"type": "Point", "coordinates": [7.7, 49.4]}


def test_opening_a_case_tells_the_others(desk: Client, author: Person, second_moderator: Person) -> None:
    case = submitted(author)
    desk.get(f"{LIST}{case.pk}/")
    other = signed_in(second_moderator)
    assert "Moderation 1" in texts(other.get(LIST))
    assert "Moderation 1" in texts(other.get(f"{LIST}{case.pk}/"))
    case.refresh_from_db()
    assert case.claimed_by != second_moderator
    assert decide(other, case, "release").status_code == 302
    assert 1 in board.PUBLIC


def test_the_two_steps_of_a_take_down(
    desk: Client, author: Person, moderator: Person, second_moderator: Person
) -> None:
    case = actions.release(case=submitted(author), moderator=moderator)
    reporter = signed_in(person())
    assert reporter.get("/moderation/report/board.note/1/").status_code == 200
    answer = reporter.post("/moderation/report/board.note/1/", {"reason": "insult", "text": "Second line"})
    assert (answer.status_code, answer["Location"], Report.objects.count()) == (302, "/board/1/", 1)
    assert "Second line" in texts(desk.get(f"{LIST}{case.pk}/"))
    paper = texts(desk.get(f"{LIST}print/"))
    assert ("Second line" in paper, "Insults people" in paper, "☐ Release" in paper) == (True, True, False)
    decide(desk, case, "propose", reason="insult")
    decide(desk, case, "confirm")
    assert 1 in board.PUBLIC
    decide(signed_in(second_moderator), case, "confirm")
    assert 1 not in board.PUBLIC
    assert reporter.get("/moderation/report/board.note/1/").status_code == 404


REPORT = "/moderation/report/board.note/1/"


def test_anybody_reports_with_a_reason(author: Person, moderator: Person) -> None:
    actions.release(case=submitted(author), moderator=moderator)
    visitor = Client(headers={"accept-language": "en"})
    assert 'name="address"' in texts(visitor.get(REPORT))
    assert 'name="address"' not in texts(signed_in(person()).get(REPORT)), "the address of an account is known"
    for form in (
        {"text": "bad"},
        {"reason": "unlawful"},
        {"reason": "insult", "website": "x"},
        {"reason": "insult", "address": "x"},
    ):
        assert visitor.post(REPORT, form).status_code == 422
    assert visitor.get("/moderation/report/board.poem/1/").status_code == 404
    assert Report.objects.count() == 0
    said = visitor.post(REPORT, {"reason": "insult", "address": "visitor@example.org"}, follow=False)
    assert (said["Location"], Report.objects.get().reporter) == ("/board/1/", None)


def test_visitors_are_limited_and_keep_what_they_wrote(author: Person, moderator: Person) -> None:
    actions.release(case=submitted(author), moderator=moderator)
    for _ in range(BY_VISITOR_AN_HOUR - 1):
        take("report:127.0.0.1", limit=BY_VISITOR_AN_HOUR, per_seconds=3600)
    visitor = Client(headers={"accept-language": "en"})
    assert visitor.post(REPORT, {"reason": "insult"}).status_code == 302
    last = visitor.post(REPORT, {"reason": "insult", "text": "Kept words"}, headers={"X-Forwarded-For": "192.0.2.7"})
    assert (last.status_code, "Kept words" in texts(last), Report.objects.count()) == (422, True, 1)


def test_a_reason_that_says_too_little_is_asked_again_with_its_words(desk: Client, author: Person) -> None:
    case = submitted(author)
    page = decide(desk, case, "decline", reason="other", words=" ")
    assert (page.status_code, 'id="decline-other" required checked' in texts(page)) == (422, True)
    decide(desk, case, "decline", reason="other", words="The place is a private garden")
    assert Case.objects.get(pk=case.pk).state == State.DECLINED


def test_the_figures_stand_on_top(desk: Client, author: Person, moderator: Person) -> None:
    case = submitted(author, 1)
    Case.objects.update(submitted_at=timezone.now() - timedelta(hours=3))
    actions.release(case=case, moderator=moderator)
    submitted(author, 2)
    actions.take_over(kind="board.note", contributions=[actions.PublicElsewhere(3, note("moved"), timezone.now())])
    page = texts(desk.get(LIST))
    assert "3 hours" in page
    overview = queries.overview()
    assert (overview.waiting, overview.submitted, overview.kinds) == (1, 2, {"board.note": 1})
    assert queries.decided_since_yesterday().released == 1


@pytest.mark.parametrize("only", ["", "new", "edit", "reported", "x' OR 1=1"])
def test_filters_of_the_list(desk: Client, author: Person, moderator: Person, only: str) -> None:
    actions.release(case=submitted(author, 1), moderator=moderator)
    submitted(author, 1, text="edited")
    submitted(author, 2)
    reported = actions.release(case=submitted(author, 3), moderator=moderator)
    actions.report(case=reported, reporter=person(), reason="insult")
    page = desk.get(LIST, {"only": only, "kind": "board.note"})
    shown = [row["case"].object_id for row in page.context["rows"]]
    assert shown == {"new": [2], "edit": [1], "reported": [3]}.get(only, [1, 2, 3])
    assert page.context["page"].paginator.count == len(shown)


@pytest.mark.parametrize("number", [5, 200])
def test_the_list_takes_at_most_eight_queries(moderator: Person, kaiserslautern: Municipality, number: int) -> None:
    authors = [person() for _ in range(5)]
    content = note().stored()
    Case.objects.bulk_create(
        Case(kind="board.note", object_id=n, author=authors[n % 5], content=content, claimed_by=moderator)
        for n in range(number)
    )
    desk = signed_in(moderator)
    desk.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page = desk.get(LIST)
    assert len(page.context["rows"]) == min(number, 50)
    asked = [q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
    assert len(asked) <= 8, "\n".join(asked)


def test_a_case_takes_at_most_ten_queries(desk: Client, author: Person, moderator: Person) -> None:
    case = actions.release(case=submitted(author), moderator=moderator)
    for _ in range(5):
        actions.report(case=case, reporter=person(), reason="insult")
    desk.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(f"{LIST}{case.pk}/").status_code == 200
    asked = [q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT set_config"))]
    assert len(asked) <= 10, "\n".join(asked)


def test_words_survive_the_end_of_the_session(author: Person, moderator: Person) -> None:
    cache.clear()
    case = submitted(author)
    client = Client(headers={"accept-language": "en"})
    client.post("/account/login/", {"login": moderator.email, "password": PASSWORD})
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    led_to = decide(client, case, "decline", reason="insult", words="Long in thought")
    back = client.post(led_to["Location"], {"login": moderator.email, "password": PASSWORD})
    page = texts(client.get(back["Location"]))
    assert "Long in thought" in page
    assert 'id="decline-insult" required checked' in page
    case.refresh_from_db()
    assert case.state == State.WAITING, "to show is not to decide"
    assert client.get(f"{LIST}{case.pk}/decide/").status_code == 302
