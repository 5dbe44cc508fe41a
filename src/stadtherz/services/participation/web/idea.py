# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of one idea, and what a visitor does there: support, follow."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.moderation.queries import time_to_release
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.people.web.guards import public, signed_in, signed_in_person
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.services.participation import rules
from stadtherz.services.participation.actions import following, supports
from stadtherz.services.participation.errors import Refused
from stadtherz.services.participation.events import idea_topic
from stadtherz.services.participation.models import Comment, Idea
from stadtherz.services.participation.phases import Action
from stadtherz.services.participation.queries.reading import discussion, idea_for, kept_instead
from stadtherz.services.participation.states import Origin, Visibility
from stadtherz.services.participation.web.cards import author_of, status_words
from stadtherz.services.participation.web.comment_form import CommentForm
from stadtherz.services.participation.web.thread import Thread
from stadtherz.services.participation.web.timeline import timeline
from stadtherz.services.sensing.public import about_place


def idea_or_404(request: HttpRequest, idea_id: int, *, whole: bool = False) -> Any:
    """The idea if the visitor may see it; ``whole``: with pictures and answers."""
    return _seen(request, idea_for(request.user, idea_id, whole=whole) if idea_id < 2**63 else None)


def idea_or_kept(request: HttpRequest, idea_id: int, *, whole: bool = False) -> Any:
    """As ``idea_or_404``; for a double the idea into which it was merged, and the visitor is told."""
    idea = idea_for(request.user, idea_id, whole=whole) if idea_id < 2**63 else None
    if idea is not None and idea.visibility == Visibility.MERGED and (kept := kept_instead(idea_id)):
        words = _("“%(title)s” was merged with this idea. Its words and comments stand below.")
        messages.info(request, words % {"title": idea.title})
        idea = idea_for(request.user, kept, whole=whole)
    return _seen(request, idea)


def _seen(request: HttpRequest, idea: Any) -> Any:
    if idea is None or not idea.process.is_public or not rules.may_see(request.user, idea):
        raise Http404
    return idea


def support_context(request: HttpRequest, idea: Any) -> dict[str, Any]:
    """What the support button needs."""
    takes_part = rules.takes_part(request.user)
    return {
        "idea": idea,
        "can_support": idea.is_released and rules.phase_allows(idea.process, Action.SUPPORT),
        "takes_part": takes_part,
        "login_url": f"{reverse('account_login')}?next={reverse('participation:idea', args=[idea.pk])}",
    }


@public
@require_safe
def show(request: HttpRequest, idea_id: int) -> HttpResponse:
    """Text, pictures, place, supports, answers, comments; what is not released, its author sees."""
    idea = idea_or_kept(request, idea_id, whole=True)
    if idea.pk != idea_id:
        return redirect("participation:idea", idea.pk)
    user = request.user
    context = support_context(request, idea) | _developments(request, idea)
    context |= {
        "category": in_words(idea.category.title, request) if idea.category else "",
        "process_title": in_words(idea.process.title, request),
        "author": author_of(idea),
        "is_on_paper": idea.origin == Origin.PAPER,
        "visibility": Visibility(idea.visibility),
        "comment_form": CommentForm() if context["takes_part"] else None,
        "summary": idea.text if len(idea.text) <= 150 else f"{idea.text[:149]}…",
        "may_edit": rules.may_edit(user, idea),
        "may_answer": idea.is_released and may(user, "participation.answer"),
        "may_merge": idea.is_released and may(user, "participation.merge"),
        "doubles": [
            {
                "merge": merge,
                "author": author_of(merge.double),
                "is_reportable": merge.is_reportable and not rules.is_author(user, merge.double),
            }
            for merge in idea.merges.all()
        ],
        "may_enter_paper": idea.is_released and may(user, "participation.paper"),
        "is_reportable": idea.is_reportable and not rules.is_author(user, idea),
        "share_url": request.build_absolute_uri(request.path),
    }
    if idea.visibility == Visibility.WAITING:
        context["usual_wait"] = time_to_release().median_words
    if idea.is_released:
        query = f"?after={context['after']}" if context["after"] else ""
        context |= {
            "topic": idea_topic(idea.pk),
            "developments_url": reverse("participation:developments", args=[idea.pk]) + query,
        }
    if idea.place:
        context |= {"place_url": reverse("participation:place", args=[idea.pk]), "idea_key": str(idea.pk)}
        context["here_url"] = about_place(idea.place)
    return render(request, "participation/idea.html", context)


@public
@require_safe
def developments(request: HttpRequest, idea_id: int) -> HttpResponse:
    """The parts of an idea's page that change while it is open: status, timeline, comments. Without the page's frame."""
    idea = idea_or_404(request, idea_id, whole=True)
    return HttpResponse(render_to_string("participation/developments.html", _developments(request, idea)))


def _developments(request: HttpRequest, idea: Any) -> dict[str, Any]:
    after = whole_number(request.GET.get("after")) or 0
    found = discussion(idea, request.user, after=after)
    can_comment = idea.is_released and rules.phase_allows(idea.process, Action.COMMENT)
    answers = idea.answers.all()
    doubles = {number: merge.double.title for merge in idea.merges.all() for number in merge.comments}
    return {
        "idea": idea,
        "after": after,
        "status": status_words()[idea.status],
        "last_answer": answers[len(answers) - 1] if answers else None,
        "timeline": timeline(request, idea),
        "comments": Thread(idea.pk, can_comment=can_comment, doubles=doubles).html(found.lines) if found.lines else "",
        "next_mark": found.next_mark,
        "can_comment": can_comment,
    }


@signed_in
def support(request: HttpRequest, idea_id: int) -> HttpResponse:
    """Support the idea, or (with ``revoke``) take the support back."""
    if request.method != "POST":
        return redirect("participation:idea", idea_id)
    idea = Idea(pk=idea_id)  # its number is enough: thousands may click at the same moment
    verb, wanted = (supports.revoke_support, False) if "revoke" in request.POST else (supports.support_idea, True)
    try:
        verb(idea=idea, person=signed_in_person(request))
    except Refused as refused:
        idea = idea_or_kept(request, idea_id)
        if idea.pk == idea_id:
            messages.error(request, str(refused))
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Redirect": reverse("participation:idea", args=[idea.pk])})
        return redirect("participation:idea", idea.pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("participation:idea", idea.pk)
    idea.is_supported = wanted  # type: ignore[attr-defined]
    context = {"idea": idea, "can_support": True, "takes_part": True, "csrf_token": get_token(request)}
    # without the context of a whole page (menu, roles)
    return HttpResponse(render_to_string("participation/support.html", context))


@signed_in
def follow(request: HttpRequest, idea_id: int) -> HttpResponse:
    """Be told what becomes of the idea, or (with ``stop``) no longer."""
    if request.method != "POST":
        return redirect("participation:idea", idea_id)
    idea = idea_or_kept(request, idea_id)
    try:
        if "stop" in request.POST:
            following.unfollow(idea=idea, person=signed_in_person(request))
            messages.success(request, _("You no longer follow this idea."))
        else:
            following.follow(idea=idea, person=signed_in_person(request))
            messages.success(request, _("You follow this idea. We tell you when the town answers."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("participation:idea", idea.pk)


def own_comment_or_404(request: HttpRequest, comment_id: int) -> Comment:
    """A comment that the visitor wrote."""
    comment = Comment.objects.select_related("idea").filter(pk=comment_id).first()
    if comment is None or not rules.is_author(request.user, comment):
        raise Http404
    return comment
