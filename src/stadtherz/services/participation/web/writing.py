# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Proposing an idea, changing it, withdrawing it, and the question whether it is there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.files.actions import store_picture
from stadtherz.kernel.files.errors import PictureRefused
from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.language.reading import in_words
from stadtherz.kernel.people.web.guards import fill_in_first, public, signed_in, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form, sign_in_to_send
from stadtherz.services.participation import rules
from stadtherz.services.participation.actions import ideas
from stadtherz.services.participation.errors import Refused
from stadtherz.services.participation.models import Process
from stadtherz.services.participation.queries.finding import similar_titles
from stadtherz.services.participation.queries.processes import standings
from stadtherz.services.participation.web.budget import spend
from stadtherz.services.participation.web.cards import process_card, status_words
from stadtherz.services.participation.web.idea import idea_or_404
from stadtherz.services.participation.web.idea_form import PLACE_SEARCH, IdeaForm, initial_of
from stadtherz.services.participation.web.refusals import show_refusal


@fill_in_first
def new(request: HttpRequest) -> HttpResponse:
    """The form for a new idea, for everybody: the account comes last. With several open processes, first the question which one."""
    open_ones = [standing for standing in standings() if standing.takes_ideas]
    written: Mapping[str, Any] = request.POST or kept_form(request) or {}
    wanted = written.get("process") or request.GET.get("process")
    chosen = next((s.process for s in open_ones if s.process.key == wanted), None)
    if chosen is None and len(open_ones) == 1 and not wanted:
        chosen = open_ones[0].process
    if chosen is None and written:  # it closed while somebody was writing: the verb says so, and the words stay
        chosen = Process.objects.filter(key=wanted, is_public=True).prefetch_related("phases").first()
    if chosen is None:
        context = {"open": [process_card(standing, request) for standing in open_ones]}
        return render(request, "participation/choose_process.html", context)
    return _write(request, chosen)


def _write(request: HttpRequest, process: Process) -> HttpResponse:
    written = request.POST or kept_form(request) or None
    form = IdeaForm(written, request.FILES or None, process=process, request=request)
    if request.method == "POST" and form.is_valid():
        if not request.user.is_authenticated:
            return sign_in_to_send(request)
        try:
            spend(request)
            idea = ideas.submit_idea(
                process=process,
                author=signed_in_person(request),
                submission_key=form.cleaned_data["submission_key"],
                pictures=_pictures(request, form),
                **_said(form),
            )
            messages.success(request, _("Thank you. Your idea has arrived."))
            return redirect("participation:idea", idea.pk)
        except (Refused, PictureRefused) as refused:
            _show(form, refused)
    return _form_page(request, form, process)


def _said(form: IdeaForm) -> dict[str, Any]:
    return {
        "title": form.cleaned_data["title"],
        "text": form.cleaned_data["text"],
        "category": form.cleaned_data.get("category"),
        "place": form.place,
        "place_label": form.cleaned_data["place_label"],
    }


def _pictures(request: HttpRequest, form: IdeaForm) -> list[Picture]:
    upload: UploadedFile | None = form.cleaned_data.get("picture")
    if upload is None:
        return []
    words = form.cleaned_data["alternative_text"]
    return [store_picture(upload=upload, owner=signed_in_person(request), alternative_text=words)]


def _show(form: IdeaForm, refused: Refused | PictureRefused) -> None:
    if isinstance(refused, Refused):
        show_refusal(form, refused)
    else:
        form.add_error("picture", str(refused))


def _form_page(request: HttpRequest, form: IdeaForm, process: Process, idea: Any = None) -> HttpResponse:
    context = {
        "form": form,
        "process": process,
        "process_title": in_words(process.title, request),
        "idea": idea,
        "draft": f"idea-{process.key}" if idea is None else f"idea-edit-{idea.pk}",
        "search_url": PLACE_SEARCH,
        "similar_url": reverse("participation:similar") + f"?process={process.key}",
    }
    return render(request, "participation/idea_form.html", context, status=422 if form.errors else 200)


@signed_in(keep_form=True)
def edit(request: HttpRequest, idea_id: int) -> HttpResponse:
    """Change an own idea. The public words stay until a moderator released the change."""
    idea = idea_or_404(request, idea_id, whole=True)
    if not rules.may_edit(request.user, idea):
        raise Http404
    form = IdeaForm(
        request.POST or kept_form(request) or None,
        request.FILES or None,
        process=idea.process,
        request=request,
        initial=initial_of(idea),
    )
    if request.method == "POST" and form.is_valid():
        try:
            spend(request)
            kept = [] if "no_picture" in request.POST else [shown.picture for shown in idea.pictures.all()]
            ideas.edit_idea(
                idea=idea,
                author=signed_in_person(request),
                pictures=_pictures(request, form) or kept,
                **_said(form),
            )
            messages.success(request, _("Your change is with the moderators."))
            return redirect("participation:idea", idea.pk)
        except (Refused, PictureRefused) as refused:
            _show(form, refused)
    return _form_page(request, form, idea.process, idea)


@signed_in
def withdraw(request: HttpRequest, idea_id: int) -> HttpResponse:
    """Ask once, then take the own idea back."""
    idea = idea_or_404(request, idea_id)
    if not rules.may_edit(request.user, idea):
        raise Http404
    if request.method == "POST":
        try:
            ideas.withdraw_idea(idea=idea, author=signed_in_person(request))
            messages.success(request, _("Your idea is withdrawn. Nobody but you can see it any more."))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("participation:own")
    return render(request, "participation/idea_withdraw.html", {"idea": idea})


@public
@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """Ideas whose title resembles what is being typed (htmx, below the title)."""
    process = Process.objects.filter(key=request.GET.get("process", "")).first()
    title = request.GET.get("title", "").replace("\x00", "")
    found = similar_titles(title, process=process.pk if process else None)
    words = status_words()
    items = [{"idea": idea, "status": words[idea.status]} for idea in found]
    return render(request, "participation/similar.html", {"items": items})
