# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: where values come from and how that is going; new sources, their keys, pauses and ends."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.ui.meanwhile import ChangedMeanwhile, signs
from stadtherz.services.sensing.actions.sources import (
    SourceRefused,
    ask_soon,
    change_source,
    create_source,
    key_state,
    new_key,
    pause_source,
    remove_source,
    revoke_source_key,
)
from stadtherz.services.sensing.connectors.registry import CONNECTORS
from stadtherz.services.sensing.models import Source, SourceDevice, SourceKind
from stadtherz.services.sensing.queries.sources import all_sources, state_of, waiting_devices
from stadtherz.services.sensing.web.asking import AskedForm, form_of
from stadtherz.services.sensing.web.connecting import address_of, recipe
from stadtherz.services.sensing.web.series import SeriesForm, names_series, written_series
from stadtherz.services.sensing.web.source_form import SourceForm, told_settings

STATES = {  # word, kind of the status, icon
    "well": (_("in order"), "success", "check-circle"),
    "waiting": (_("nothing has come yet"), "neutral", "clock"),
    "silent": (_("silent"), "warning", "clock"),
    "failing": (_("fails"), "danger", "warning"),
    "paused": (_("paused"), "neutral", "clock"),
    "revoked": (_("key revoked"), "danger", "lock"),
}


def state_words(source: Source) -> dict[str, Any]:
    """The state as the page shows it: a word, and since when."""
    state = state_of(source)
    word, kind, icon = STATES[state]
    since = {"failing": source.last_success_at or source.created_at, "silent": source.last_success_at}.get(state)
    return {"key": state, "word": word, "kind": kind, "icon": icon, "since": since}


@require("sensing.manage")
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All sources with their state, and the devices that wait for somebody."""
    rows = [{"source": source, "state": state_words(source)} for source in all_sources()]
    return render(request, "sensing/staff/sources.html", {"rows": rows, "waiting": waiting_devices()})


@require("sensing.manage")
@never_cache
def new_source(request: HttpRequest) -> HttpResponse:
    """The form; then the key, this once. A link may bring the kind with it (``?kind=http``)."""
    form = SourceForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            source, secret = create_source(
                name=said["name"], kind=said["kind"], settings=form.settings(), by=signed_in_person(request),
                connector=said["connector"] if said["kind"] == SourceKind.CONNECTOR else "",
                password=said["password"] if said["kind"] == SourceKind.MQTT else "",
                every_seconds=CONNECTORS[said["connector"]].every_seconds if said["connector"] else 300,
            )  # fmt: skip
        except SourceRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            if secret:
                return _show_key(request, source, secret)
            messages.success(request, gettext("The source has been created."))
            return redirect("sensing:source", source.pk)
    status = 422 if form.is_bound else 200
    return render(request, "sensing/staff/new_source.html", {"form": form}, status=status)


@require("sensing.manage")
def edit_source(request: HttpRequest, number: int) -> HttpResponse:
    """Another name; another address, password or topic of a broker. The devices stay."""
    found = get_object_or_404(Source.objects.select_related("key"), pk=number)
    form = SourceForm(request.POST or None, source=found)
    if request.method == "POST" and form.is_valid():
        said, changes = form.cleaned_data, {"name": form.cleaned_data["name"].strip()}
        if found.kind == SourceKind.MQTT:
            changes["settings"] = form.settings()
        try:
            change_source(
                source=found, by=signed_in_person(request), password=said.get("password") or None, seen=said["seen"], **changes
            )  # fmt: skip
        except ChangedMeanwhile:  # in this very moment
            return edit_source(request, number)
        messages.success(request, gettext("The source has been changed."))
        return redirect("sensing:source", found.pk)
    status = 422 if form.is_bound else 200
    return render(request, "sensing/staff/edit_source.html", {"form": form, "source": found}, status=status)


def _show_key(request: HttpRequest, source: Source, secret: str) -> HttpResponse:
    steps = recipe(source, secret=secret, address=address_of(source, request), town=active().key)
    return render(request, "sensing/staff/key.html", {"source": source, "recipe": steps})


@require("sensing.manage")
@require_safe
def source(request: HttpRequest, number: int) -> HttpResponse:
    """One source: state, key, devices, what waits."""
    return _page(request, get_object_or_404(Source.objects.select_related("key"), pk=number))


@require("sensing.manage")
@require_POST
def ask_for(request: HttpRequest, number: int) -> HttpResponse:
    """Take over what the form says, and ask within a minute."""
    found = get_object_or_404(Source.objects.select_related("key"), pk=number, kind=SourceKind.CONNECTOR)
    form = form_of(found, request.POST)
    if form is None or not form.is_valid():
        return _page(request, found, asked=form)
    if form.changed() != {key: found.settings.get(key) for key in form.changed()}:
        settings, seen = {**found.settings, **form.changed()}, form.cleaned_data["seen"]
        try:
            change_source(source=found, by=signed_in_person(request), settings=settings, seen=seen)
        except ChangedMeanwhile:  # in this very moment
            return ask_for(request, number)
    ask_soon(source=found)
    messages.success(request, gettext("The system is asked within a minute."))
    return redirect("sensing:source", found.pk)


def _page(request: HttpRequest, found: Source, asked: AskedForm | None = None) -> HttpResponse:
    """The page of a source; ``asked`` is what was sent and is not right yet."""
    devices = SourceDevice.objects.filter(source=found).select_related("thing").prefetch_related("mappings__datastream")
    state = state_words(found)
    return render(request, "sensing/staff/source.html", {
        "source": found, "state": state, "devices": devices[:500], "waiting": waiting_devices(found),
        "is_pushed": found.brings_key, "shown_settings": told_settings(found), "address": address_of(found, request),
        "is_wrong_now": bool(found.problem) and (state["key"] == "failing" or not is_over(found)),
        "is_due": found.due_at <= timezone.now(),
        "connector": CONNECTORS.get(found.connector), "asked": asked or form_of(found), "seen_key": signs(key_state(found)),
        "names_series": names_series(found), "series": written_series(found) if names_series(found) else (),
        "series_form": SeriesForm(found) if names_series(found) else None,
        "sta": request.build_absolute_uri("/api/sta/v1.1/") if found.kind == SourceKind.HTTP else "v1.1/",
    }, status=422 if asked else 200)  # fmt: skip


def is_over(source: Source) -> bool:
    """Whether something came in well after the last error."""
    return bool(source.last_error_at and source.last_success_at and source.last_success_at > source.last_error_at)


@require("sensing.manage")
@require_POST
@never_cache
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Pause, resume, a new key, revoke, remove: what the pressed button says."""
    found = get_object_or_404(Source.objects.select_related("key"), pk=number)
    try:
        return _change(request, found)
    except ChangedMeanwhile:
        words = gettext(
            "Meanwhile somebody else has changed the key of this source. Please look at this page before you go on."
        )
        messages.error(request, words)
        return redirect("sensing:source", found.pk)


def _change(request: HttpRequest, found: Source) -> HttpResponse:
    by, seen = signed_in_person(request), request.POST.get("seen", "")
    match request.POST.get("do"):
        case "pause":
            pause_source(source=found, paused=True, by=by)
            messages.success(request, gettext("The source is paused. What it sends is not taken in."))
        case "resume":
            pause_source(source=found, paused=False, by=by)
            messages.success(request, gettext("The source is taken from again."))
        case "new-key" if found.brings_key:
            return _show_key(request, found, new_key(source=found, by=by, seen=seen))
        case "revoke":
            revoke_source_key(source=found, by=by, seen=seen)
            messages.success(request, gettext("The key no longer opens anything."))
        case "remove":
            remove_source(source=found, by=by)
            messages.success(request, gettext("The source has been removed. Stations and values stay."))
            return redirect("sensing:sources")
    return redirect("sensing:source", found.pk)
