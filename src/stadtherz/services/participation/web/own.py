# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What I contributed, and where it stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stadtherz.kernel.people.web.guards import signed_in
from stadtherz.services.participation import rules
from stadtherz.services.participation.models import Comment, Follow, Idea, Support
from stadtherz.services.participation.states import Visibility
from stadtherz.services.participation.web.cards import status_words
from stadtherz.services.participation.web.visitor import person_of

LIMIT = 100
VISIBILITY_KINDS = {
    Visibility.WAITING: "info",
    Visibility.RELEASED: "success",
    Visibility.RETURNED: "warning",
    Visibility.DECLINED: "danger",
    Visibility.WITHDRAWN: "neutral",
    Visibility.TAKEN_DOWN: "danger",
    Visibility.MERGED: "info",
}


@signed_in
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Own ideas and comments with their state; what I support and follow: four queries."""
    user, words = person_of(request), status_words()
    ideas = Idea.objects.filter(author=user).defer("text", "place").order_by("-created_at")[:LIMIT]
    comments = Comment.objects.filter(author=user).select_related("idea").order_by("-created_at")[:LIMIT]
    supports = Support.objects.filter(person=user, idea__visibility=Visibility.RELEASED).select_related("idea")
    follows = Follow.objects.filter(person=user, idea__visibility=Visibility.RELEASED).select_related("idea")
    return render(
        request,
        "participation/own.html",
        {
            "ideas": [
                {
                    "idea": idea,
                    "visibility": Visibility(idea.visibility),
                    "kind": VISIBILITY_KINDS[Visibility(idea.visibility)],
                    "status": words[idea.status] if idea.is_released else None,
                    "may_edit": rules.may_edit(user, idea),
                }
                for idea in ideas
            ],
            "comments": [
                {
                    "comment": comment,
                    "visibility": Visibility(comment.visibility),
                    "kind": VISIBILITY_KINDS[Visibility(comment.visibility)],
                    "may_edit": rules.may_edit(user, comment),
                }
                for comment in comments
            ],
            "supports": [{"idea": s.idea, "status": words[s.idea.status]} for s in supports.order_by("-at")[:LIMIT]],
            "follows": [{"idea": f.idea, "status": words[f.idea.status]} for f in follows.order_by("-at")[:LIMIT]],
        },
    )
