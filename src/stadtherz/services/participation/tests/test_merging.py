# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two ideas that say the same become one: nobody counts twice, nothing is lost, and they can be two again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.kernel.messages.models import Message
from stadtherz.kernel.moderation.actions import release
from stadtherz.kernel.moderation.models import Case
from stadtherz.kernel.moderation.queries import open_case
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.events import PeopleMerged
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation import moderated, personal
from stadtherz.services.participation.actions import comments
from stadtherz.services.participation.actions.answers import answer_idea
from stadtherz.services.participation.actions.following import follow
from stadtherz.services.participation.actions.ideas import edit_idea, submit_idea, withdraw_idea
from stadtherz.services.participation.actions.merging import merge_ideas, separate_ideas
from stadtherz.services.participation.actions.paper import Line, enter_paper_supports, undo_paper_sheet
from stadtherz.services.participation.actions.supports import revoke_support, support_idea
from stadtherz.services.participation.contents import IDEA
from stadtherz.services.participation.errors import (
    AnsweredBefore,
    ChangeWaits,
    HoldsOthers,
    NotDoubles,
    NotPublic,
    OthersWords,
    SeparatedBefore,
    TextMissing,
)
from stadtherz.services.participation.models import Comment, Follow, Idea, Merge, Process, Support
from stadtherz.services.participation.states import Status, Visibility
from stadtherz.services.participation.tests import factories
from stadtherz.services.participation.tests.test_web import as_visitor, queries_of

ANNA, BERTA, CARLA = (Line(name, "Am Weg 1", 1950) for name in ("Anna Beispiel", "Berta Beispiel", "Carla Beispiel"))


@pytest.fixture
def process(town: Municipality) -> Process:
    return factories.process()


@pytest.fixture
def clerk(town: Municipality) -> Person:
    return person(Role.CLERK)


@pytest.fixture
def kept(process: Process) -> Idea:
    return factories.idea(process, title="Bänke am Bach")


@pytest.fixture
def double(process: Process) -> Idea:
    return factories.idea(process, title="Mehr Sitzplätze am Bach", text="Zum Ausruhen.")


def merged(double: Idea, kept: Idea, clerk: Person) -> Merge:
    return merge_ideas(double=double, kept=kept, clerk=clerk, reason="Beide wollen Bänke am selben Weg.")


def counts(*ideas: Idea) -> list[tuple[int, int]]:
    found = [Idea.objects.get(pk=idea.pk) for idea in ideas]
    return [(idea.support_count, idea.comment_count) for idea in found]


def on_paper(idea: Idea, clerk: Person, *lines: Line) -> Any:
    return enter_paper_supports(idea=idea, clerk=clerk, lines=lines, signed_on=timezone.localdate()).sheet


def test_nobody_counts_twice_neither_online_nor_on_paper(kept: Idea, double: Idea, clerk: Person) -> None:
    both, one, other = person(), person(), person()
    for idea, people in ((kept, (both, one)), (double, (both, other))):
        for somebody in people:
            support_idea(idea=idea, person=somebody)
    on_paper(kept, clerk, ANNA, BERTA)
    on_paper(double, clerk, BERTA, CARLA)
    Support.objects.create(idea=double, origin="import")  # of an earlier platform: nobody knows whose
    Idea.objects.filter(pk=double.pk).update(support_count=5)
    merge = merged(double, kept, clerk)
    assert counts(kept)[0][0] == 7  # both, one, other, Anna, Berta, Carla, and the one of the earlier platform
    assert personal.wrong_counters() == []
    separate_ideas(merge=merge, clerk=clerk)
    assert [supports for supports, _comments in counts(kept, double)] == [4, 5]
    assert personal.wrong_counters() == []


def test_who_takes_the_support_back_is_gone_and_who_comes_later_stays(kept: Idea, double: Idea, clerk: Person) -> None:
    leaves, joins = person(), person()
    support_idea(idea=double, person=leaves)
    merge = merged(double, kept, clerk)
    assert revoke_support(idea=kept, person=leaves).count == 0
    assert support_idea(idea=kept, person=joins).count == 1
    with pytest.raises(NotPublic):
        support_idea(idea=double, person=joins)
    separate_ideas(merge=merge, clerk=clerk)
    assert [supports for supports, _comments in counts(kept, double)] == [1, 0]


def test_a_sheet_taken_back_leaves_what_the_same_person_gave_the_double(
    kept: Idea, double: Idea, clerk: Person
) -> None:
    sheet = on_paper(kept, clerk, ANNA)
    on_paper(double, clerk, ANNA)
    merge = merged(double, kept, clerk)
    undo_paper_sheet(sheet=sheet, clerk=clerk)
    assert counts(kept, double) == [(1, 0), (0, 0)]
    separate_ideas(merge=Merge.objects.get(pk=merge.pk), clerk=clerk)
    assert counts(kept, double) == [(0, 0), (1, 0)]


def test_two_accounts_of_one_person_count_once_after_separation(kept: Idea, double: Idea, clerk: Person) -> None:
    one, same = person(), person()
    support_idea(idea=double, person=one)
    support_idea(idea=double, person=same)
    support_idea(idea=kept, person=same)
    merge = merged(double, kept, clerk)
    personal.people_merged(PeopleMerged(kept_id=one.pk, gone_id=same.pk))
    separate_ideas(merge=merge, clerk=clerk)
    assert personal.wrong_counters() == []
    assert Support.objects.filter(idea=double, person=one).count() == 1


def test_comments_come_along_with_their_threads_and_find_back(kept: Idea, double: Idea, clerk: Person) -> None:
    first = factories.comment(double)
    Idea.objects.filter(pk=double.pk).update(comment_count=1)
    merge = merged(double, kept, clerk)
    since = comments.comment(
        idea=Idea.objects.get(pk=kept.pk), author=person(), text="Ja.", parent=Comment.objects.get()
    )
    comments.show_comment(since, text="Ja.")
    assert counts(kept, double) == [(0, 2), (0, 0)]
    page = as_visitor().get(f"/mitreden/ideen/{kept.pk}/").content.decode()
    assert f'id="comment-{first.pk}"' in page
    assert "zu „Mehr Sitzplätze am Bach“" in page
    separate_ideas(merge=merge, clerk=clerk)
    assert counts(kept, double) == [(0, 0), (0, 2)]


def test_author_and_followers_are_told_once_and_go_along(kept: Idea, double: Idea, clerk: Person) -> None:
    follower, of_both = person(), person()
    for idea, people in ((double, (follower, of_both)), (kept, (of_both,))):
        for somebody in people:
            follow(idea=idea, person=somebody)
    merge = merged(double, kept, clerk)
    told = {message.person_id: message for message in Message.objects.all()}
    assert (set(told), Message.objects.count()) == ({double.author_id, follower.pk, of_both.pk}, 3)
    assert "Beide wollen Bänke am selben Weg." in told[double.author_id].text
    assert told[double.author_id].notice == "contribution"
    assert set(Follow.objects.filter(idea=kept).values_list("person", flat=True)) == set(told)
    Message.objects.all().delete()
    separate_ideas(merge=merge, clerk=clerk)
    assert [message.person_id for message in Message.objects.all()] == [double.author_id]
    assert list(Follow.objects.filter(idea=kept).values_list("person", flat=True)) == [of_both.pk]
    assert {entry.action: entry.actor for entry in AuditEntry.objects.filter(subject=f"{IDEA}:{double.pk}")} == {
        "participation.merge_ideas": clerk.pk,
        "participation.separate_ideas": clerk.pk,
    }


def test_nothing_is_left_behind_at_the_double_by_who_read_it_before(kept: Idea, double: Idea, clerk: Person) -> None:
    seen = Idea.objects.get(pk=double.pk)
    merged(double, kept, clerk)
    with pytest.raises(NotPublic):
        comments.comment(idea=seen, author=person(), text="Zu spät.")
    with pytest.raises(NotPublic):
        follow(idea=seen, person=person())
    with pytest.raises(NotPublic):
        on_paper(seen, clerk, ANNA)
    assert not Comment.objects.exists()
    assert not Support.objects.exists()
    assert not Follow.objects.filter(idea=double).exists()


def test_what_cannot_be_merged(kept: Idea, double: Idea, clerk: Person) -> None:
    with pytest.raises(NotDoubles):
        merged(kept, kept, clerk)
    with pytest.raises(NotDoubles):
        merged(factories.idea(), kept, clerk)
    with pytest.raises(NotPublic):
        merged(factories.idea(kept.process, visibility=Visibility.WAITING), kept, clerk)
    with pytest.raises(TextMissing):
        merge_ideas(double=double, kept=kept, clerk=clerk, reason=" ")
    edit_idea(idea=double, author=double.author, title="Anders", text="Anders.")
    with pytest.raises(ChangeWaits):
        merged(double, kept, clerk)
    answer_idea(idea=kept, clerk=clerk, status=Status.PLANNED, answer="Ja.", office="Grünflächen")
    with pytest.raises(AnsweredBefore):
        merged(kept, double, clerk)
    assert open_case(kind=IDEA, object_id=double.pk) is not None
    assert Merge.objects.count() == 0


def test_one_step_and_once(kept: Idea, double: Idea, clerk: Person) -> None:
    merge = merged(double, kept, clerk)
    with pytest.raises(NotPublic):
        merged(double, kept, clerk)
    with pytest.raises(HoldsOthers):
        merged(kept, factories.idea(kept.process), clerk)
    separate_ideas(merge=merge, clerk=clerk)
    with pytest.raises(SeparatedBefore):
        separate_ideas(merge=merge, clerk=clerk)
    assert merged(double, kept, clerk).pk != merge.pk


def test_an_author_cannot_take_back_what_is_others_too(kept: Idea, double: Idea, clerk: Person) -> None:
    merged(double, kept, clerk)
    with pytest.raises(OthersWords):
        withdraw_idea(idea=kept, author=kept.author)


def test_what_is_taken_down_does_not_take_its_double_along(kept: Idea, double: Idea, clerk: Person) -> None:
    support_idea(idea=double, person=person())
    merged(double, kept, clerk)
    moderated.take_down_idea(object_id=kept.pk, content={}, case=None)
    double.refresh_from_db()
    assert (double.visibility, double.support_count) == (Visibility.RELEASED, 1)


def test_a_double_taken_down_shows_nothing_and_a_deleted_account_leaves_it(
    kept: Idea, double: Idea, clerk: Person
) -> None:
    merged(double, kept, clerk)
    personal.erase_ideas(double.author)
    assert "Zum Ausruhen." in as_visitor().get(f"/mitreden/ideen/{kept.pk}/").content.decode()
    moderated.take_down_idea(object_id=double.pk, content={}, case=None)
    page = as_visitor().get(f"/mitreden/ideen/{kept.pk}/").content.decode()
    assert "Zum Ausruhen." not in page
    assert "Mehr Sitzplätze" not in page
    assert as_visitor().get(f"/mitreden/ideen/{double.pk}/").status_code == 404


def test_the_words_of_a_double_can_be_reported_and_taken_down(kept: Idea, clerk: Person) -> None:
    author = person()
    double = submit_idea(process=kept.process, author=author, title="Sitzplätze", text="Zum Ausruhen.")
    release(case=Case.objects.get(object_id=double.pk), moderator=person(Role.MODERATOR))
    merged(double, kept, clerk)
    page = as_visitor().get(f"/mitreden/ideen/{kept.pk}/").text
    report = f"/moderation/report/participation.idea/{double.pk}/"
    assert report in page
    assert as_visitor().get(report).status_code == 200
    assert report not in as_visitor(author).get(f"/mitreden/ideen/{kept.pk}/").text


def test_every_old_address_leads_to_the_kept_idea(kept: Idea, double: Idea, clerk: Person) -> None:
    merged(double, kept, clerk)
    author, there = as_visitor(double.author), f"/mitreden/ideen/{kept.pk}/"
    for visitor in (as_visitor(), author):
        assert visitor.get(f"/mitreden/ideen/{double.pk}/").url == there
    page = author.get(f"/mitreden/ideen/{double.pk}/", follow=True).content.decode()
    assert "„Mehr Sitzplätze am Bach“ wurde mit dieser Idee zusammengeführt." in page
    assert "Zum Ausruhen." in page
    assert f"/mitreden/ideen/{double.pk}/" in author.get("/mitreden/meine/").content.decode()
    assert author.post(f"/mitreden/ideen/{double.pk}/unterstuetzen/").url == there
    sent = author.post(
        f"/mitreden/ideen/{double.pk}/kommentar/", {"text": "Alte Seite.", "submission_key": uuid.uuid4()}
    )
    assert sent.url == f"{there}#comments"
    assert Comment.objects.get().idea_id == kept.pk
    paper = as_visitor(clerk)
    assert "Bänke am Bach" in paper.get(f"/mitreden/amt/papier/?q={double.pk}").content.decode()
    assert paper.get(f"/mitreden/amt/papier/unterstuetzungen/{double.pk}/").context["idea"] == kept
    assert as_visitor().get(f"/mitreden/ideen/{double.pk}/unterschriften/").context["idea"] == kept
    assert as_visitor().get(f"/api/v1/participation/ideas/{kept.pk}").json()["doubles"] == [double.pk]
    titles = [idea.title for idea in Idea.objects.released()]
    assert titles == ["Bänke am Bach"]


def test_the_clerk_sees_both_and_the_number_before(kept: Idea, double: Idea, clerk: Person) -> None:
    both = person()
    for idea in (kept, double):
        support_idea(idea=idea, person=both)
    client, address = as_visitor(clerk), f"/mitreden/amt/zusammenfuehren/{double.pk}/"
    assert [item["idea"] for item in client.get(address + f"?q={kept.pk}").context["offered"]] == [kept]
    assert [item["idea"] for item in client.get(address + "?q=Bänke").context["offered"]] == [kept]
    page = client.get(address + f"?into={kept.pk}")
    assert (page.context["together"], page.context["both"]) == (1, 1)
    assert client.post(address, {"into": kept.pk, "reason": ""}).status_code == 422
    done = client.post(address, {"into": kept.pk, "reason": "Dasselbe."})
    assert done.url == f"/mitreden/ideen/{kept.pk}/"
    assert client.post(address, {"into": kept.pk, "reason": "Dasselbe."}).status_code == 404
    shown = client.get(done.url).content.decode()
    undo = f"/mitreden/amt/trennen/{Merge.objects.get().pk}/"
    assert undo in shown
    assert undo not in as_visitor().get(done.url).content.decode()
    assert client.post(undo).url == f"/mitreden/ideen/{double.pk}/"
    assert counts(kept, double) == [(1, 0), (1, 0)]


def test_who_answers_is_shown_what_may_say_the_same(kept: Idea, clerk: Person) -> None:
    double = factories.idea(kept.process, title="Bänke am Bachufer")
    factories.idea(kept.process, title="Zebrastreifen vor der Schule")
    answering = f"/mitreden/amt/antworten/{double.pk}/"
    assert as_visitor(clerk).get(answering).context["similar"] == [kept]
    Idea.objects.update(status=Status.PLANNED)  # the town speaks of it already
    assert as_visitor(clerk).get(answering).context["similar"] == []


def test_what_cannot_be_is_said_before_anybody_writes_a_reason(kept: Idea, double: Idea, clerk: Person) -> None:
    answer_idea(idea=double, clerk=clerk, status=Status.PLANNED, answer="Ja.", office="Grünflächen")
    client = as_visitor(clerk)
    page = client.get(f"/mitreden/amt/zusammenfuehren/{double.pk}/?into={kept.pk}").text
    assert "Diese Idee hat schon eine Antwort der Stadt." in page
    assert 'name="reason"' not in page
    other_way = f"/mitreden/amt/zusammenfuehren/{kept.pk}/?into={double.pk}"
    assert other_way in page
    assert 'name="reason"' in client.get(other_way).text


@pytest.mark.parametrize("role", [None, Role.EDITOR])
def test_others_do_not_merge(kept: Idea, double: Idea, role: Role | None) -> None:
    visitor = as_visitor(person(role) if role else person())
    assert visitor.get(f"/mitreden/amt/zusammenfuehren/{double.pk}/").status_code == 403


def test_a_page_with_many_doubles_asks_as_little_as_with_one(kept: Idea, clerk: Person) -> None:
    asked = []
    for number in (1, 4):
        for _each in range(number):
            merged(factories.idea(kept.process), kept, clerk)
        asked.append(queries_of(as_visitor(), f"/mitreden/ideen/{kept.pk}/"))
    assert asked[0] == asked[1]
