# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writing, changing and withdrawing a comment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from stadtherz.kernel.people.web.guards import signed_in, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.services.participation import rules
from stadtherz.services.participation.actions import comments
from stadtherz.services.participation.errors import Refused
from stadtherz.services.participation.models import Comment
from stadtherz.services.participation.states import Visibility
from stadtherz.services.participation.web.budget import spend
from stadtherz.services.participation.web.cards import author_of
from stadtherz.services.participation.web.comment_form import CommentForm
from stadtherz.services.participation.web.idea import idea_or_kept, own_comment_or_404
from stadtherz.services.participation.web.refusals import show_refusal


def _parent(idea: Any, written: str) -> Comment | None:
    if not written:
        return None
    parent = (
        Comment.objects.released().select_related("author").filter(pk=whole_number(written) or 0, idea=idea).first()
    )
    if parent is None:
        raise Http404
    return parent


@signed_in(keep_form=True)
def write(request: HttpRequest, idea_id: int) -> HttpResponse:
    """A comment on the idea, or (``to``) an answer to another comment. The page alone serves without JavaScript."""
    idea = idea_or_kept(request, idea_id)
    written = request.POST or kept_form(request) or None
    answered = written.get("to", "") if written else ""
    parent = _parent(idea, answered or request.GET.get("to") or "")
    form = CommentForm(written)
    if request.method == "POST" and form.is_valid():
        try:
            spend(request)
            comments.comment(
                idea=idea,
                author=signed_in_person(request),
                text=form.cleaned_data["text"],
                parent=parent,
                submission_key=form.cleaned_data["submission_key"],
            )
            messages.success(request, _("Thank you. A moderator reads your comment now; then everybody can see it."))
            return redirect(reverse("participation:idea", args=[idea.pk]) + "#comments")
        except Refused as refused:
            show_refusal(form, refused)
    context = {
        "form": form,
        "idea": idea,
        "parent": parent,
        "parent_author": str(parent.author) if parent and parent.author else "",
        "can_comment": rules.may_comment(request.user, idea),
        "idea_author": author_of(idea),
    }
    return render(request, "participation/comment.html", context, status=422 if form.errors else 200)


@signed_in(keep_form=True)
def edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Change an own comment."""
    comment = own_comment_or_404(request, comment_id)
    form = CommentForm(request.POST or kept_form(request) or None, initial={"text": comment.text})
    if request.method == "POST" and form.is_valid():
        try:
            spend(request)
            comments.edit_comment(comment=comment, author=signed_in_person(request), text=form.cleaned_data["text"])
            messages.success(request, _("Your change is with the moderators. Until then the old words stay."))
            return redirect(reverse("participation:idea", args=[comment.idea_id]) + "#comments")
        except Refused as refused:
            show_refusal(form, refused)
    context = {
        "form": form,
        "comment": comment,
        "idea": comment.idea,
        "is_public": comment.visibility == Visibility.RELEASED,
    }
    return render(request, "participation/comment_edit.html", context, status=422 if form.errors else 200)


@signed_in
def withdraw(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Ask once, then take the own comment back."""
    comment = own_comment_or_404(request, comment_id)
    if request.method == "POST":
        try:
            comments.withdraw_comment(comment=comment, author=signed_in_person(request))
            messages.success(request, _("Your comment is withdrawn."))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(reverse("participation:idea", args=[comment.idea_id]) + "#comments")
    return render(request, "participation/comment_withdraw.html", {"comment": comment, "idea": comment.idea})
