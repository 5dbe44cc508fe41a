# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Data about people: handed out, forgotten, expired, joined."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.events import PeopleMerged
from stadtherz.kernel.people.tests.factories import person
from stadtherz.kernel.registry.events import publish
from stadtherz.services.participation import personal
from stadtherz.services.participation.actions.following import follow
from stadtherz.services.participation.actions.supports import support_idea
from stadtherz.services.participation.models import Comment, Follow, Idea, Phase, Support
from stadtherz.services.participation.states import Visibility
from stadtherz.services.participation.tests import factories


def test_a_person_gets_everything_they_wrote_and_nothing_of_others(town: Municipality) -> None:
    own, other = person(), person()
    mine, theirs = factories.idea(author=own, visibility=Visibility.DECLINED), factories.idea(author=other)
    factories.comment(theirs, author=own, visibility=Visibility.WAITING, text="Von mir.")
    factories.comment(theirs, author=other)
    support_idea(idea=theirs, person=own)
    follow(idea=theirs, person=own)
    assert [row["title"] for row in personal.export_ideas(own)] == [mine.title]
    assert [row["text"] for row in personal.export_comments(own)] == ["Von mir."]
    assert [row["idea"] for row in personal.export_supports(own)] == [theirs.title]
    assert [row["idea"] for row in personal.export_follows(own)] == [theirs.title]


def test_erasing_leaves_only_anonymous_public_contributions(town: Municipality) -> None:
    gone = person()
    public, hidden = factories.idea(author=gone), factories.idea(author=gone, visibility=Visibility.WAITING)
    comment = factories.comment(public, author=gone)
    factories.comment(public, author=gone, visibility=Visibility.WAITING)
    answered = factories.comment(public, author=gone, visibility=Visibility.WITHDRAWN, text="Geheim.")
    reply = factories.comment(public, parent=answered)
    personal.erase_comments(gone)
    personal.erase_ideas(gone)
    assert list(Idea.objects.values_list("pk", "author")) == [(public.pk, None)]
    assert not Idea.objects.filter(pk=hidden.pk).exists()
    assert set(Comment.objects.values_list("pk", "author", "text")) == {
        (comment.pk, None, "Das finde ich gut."),
        (answered.pk, None, ""),
        (reply.pk, reply.author_id, "Das finde ich gut."),
    }


def test_a_support_goes_with_the_account_while_it_could_be_given_again(town: Municipality) -> None:
    gone, ended = person(), factories.process()
    running, over = factories.idea(), factories.idea(ended)
    for idea in (running, over):
        support_idea(idea=idea, person=gone)
    Phase.objects.create(process=ended, kind="closed", starts_at=timezone.now() - timedelta(minutes=1))
    personal.erase_supports(gone)
    assert [Idea.objects.get(pk=idea.pk).support_count for idea in (running, over)] == [0, 1]
    assert list(Support.objects.values_list("idea", "person")) == [(over.pk, None)]
    assert personal.wrong_counters() == []


def test_what_was_never_published_expires(town: Municipality) -> None:
    old = timezone.now() - timedelta(days=200)
    kept = factories.idea(changed_at=old)
    factories.idea(visibility=Visibility.DECLINED, changed_at=old)
    fresh = factories.idea(visibility=Visibility.DECLINED)
    waiting = factories.idea(visibility=Visibility.WAITING, changed_at=old)
    factories.comment(kept, visibility=Visibility.RETURNED, created_at=old)
    before = timezone.now() - timedelta(days=180)
    assert (personal.expire_ideas(before), personal.expire_comments(before)) == (1, 1)
    assert set(Idea.objects.all()) == {kept, fresh, waiting}


def test_supports_of_a_finished_process_lose_the_person_and_keep_the_number(town: Municipality) -> None:
    ended = factories.process()
    running, over = factories.idea(), factories.idea(ended)
    for idea in (running, over):
        support_idea(idea=idea, person=person())
    Phase.objects.create(process=ended, kind="closed", starts_at=timezone.now() - timedelta(minutes=1))
    assert personal.expire_supports(timezone.now()) == 1
    assert set(Support.objects.filter(person=None).values_list("idea", flat=True)) == {over.pk}
    assert personal.wrong_counters() == []


def test_two_rows_of_one_person_count_once(town: Municipality) -> None:
    kept, gone = person(), person()
    both, one = factories.idea(), factories.idea(author=gone)
    for idea, who in ((both, kept), (both, gone), (one, gone)):
        support_idea(idea=idea, person=who)
        follow(idea=idea, person=who)
    factories.comment(both, author=gone)
    publish(PeopleMerged(kept_id=kept.pk, gone_id=gone.pk))
    assert set(Support.objects.values_list("idea", "person")) == {(both.pk, kept.pk), (one.pk, kept.pk)}
    assert set(Follow.objects.values_list("idea", "person")) == {(both.pk, kept.pk), (one.pk, kept.pk)}
    assert [Idea.objects.get(pk=idea.pk).support_count for idea in (both, one)] == [1, 1]
    assert Idea.objects.get(pk=one.pk).author == kept
    assert Comment.objects.get().author == kept


def test_a_wrong_counter_is_found(town: Municipality) -> None:
    idea = factories.idea(support_count=3, comment_count=1)
    factories.comment(idea, visibility=Visibility.WAITING)
    assert personal.wrong_counters() == [(idea.pk, "supports", 3, 0), (idea.pk, "comments", 1, 0)]
    with pytest.raises(CommandError, match="2 counters"):
        call_command("participation", "recount")
    Idea.objects.update(support_count=0, comment_count=0)
    call_command("participation", "recount")
