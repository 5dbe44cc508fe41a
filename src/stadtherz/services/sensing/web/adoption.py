# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For clerks: a sensor that nobody knows yet becomes one of the town's; which of its fields is what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.services.sensing.actions.adoption import adopt_device, ignore_device
from stadtherz.services.sensing.actions.sources import SourceRefused
from stadtherz.services.sensing.decoders import DECODERS
from stadtherz.services.sensing.ingest.arrivals import Arrival
from stadtherz.services.sensing.ingest.messages import DeviceMessage
from stadtherz.services.sensing.models import Source, SourceDevice, Thing
from stadtherz.services.sensing.queries.sources import (
    fitting_decoders,
    guess_decoder,
    guess_rhythm,
    sample_values,
    waiting_count,
    waiting_messages,
)
from stadtherz.services.sensing.web.adoption_form import EVERY, AdoptionForm
from stadtherz.services.sensing.web.place_form import PLACE_SEARCH


@require("sensing.manage")
def adopt(request: HttpRequest, number: int) -> HttpResponse:
    """Adopt the device of this source that the address names. As long as nothing can be read, the model is asked for first."""
    source = get_object_or_404(Source.objects, pk=number)
    device = request.GET.get("device", "").replace("\x00", "")[:200]
    waiting = waiting_messages(source, device)
    if not waiting:
        return _adopted_already(request, source, device)
    said = request.POST if request.POST else request.GET
    decoder = said["decoder"] if "decoder" in said else guess_decoder(waiting)
    sample = sample_values(waiting, decoder if decoder in DECODERS else "")
    shown = {"source": source, "device": device, "called": waiting[0].called, "count": waiting_count(source, device)}
    if not sample and request.method != "POST":
        return render(request, "sensing/staff/model.html", {**shown, **_models(waiting, decoder)})
    bound = request.POST if request.method == "POST" and "look" not in request.POST else None
    rhythm = guess_rhythm(waiting, [seconds for seconds, _title in EVERY])
    initial = {"every": rhythm} | (request.POST.dict() if "look" in request.POST else {})
    form = AdoptionForm(bound, sample=sample, decoder=decoder, initial=initial)
    if bound is not None and form.is_valid():
        station = form.cleaned_data["station"]
        there = _devices_at(station)
        try:
            made, arrival = adopt_device(
                source=source, external_id=device, name=form.cleaned_data["name"], place=form.place,
                by=signed_in_person(request),
                fields=form.measured(), decoder=form.cleaned_data["decoder"],
                expected_seconds=form.cleaned_data["every"] or None, station=station, replaces=form.cleaned_data["replaces"],
            )  # fmt: skip
        except SourceRefused as refused:
            if refused.field == "external_id":  # somebody adopted it this very moment
                return _adopted_already(request, source, device)
            form.add_error(None, str(refused))
        else:
            _tell(request, arrival)
            _tell_exchange(request, there - _devices_at(station))
            return redirect("sensing:device", made.pk)
    return render(request, "sensing/staff/adopt.html", {
        **shown, "form": form, "search_url": PLACE_SEARCH, "has_frames": any(each.payload for each in waiting), "has_stations": form.fields["station"].queryset.exists(),  # type: ignore[attr-defined]
        "model": dict(form.fields["decoder"].choices).get(decoder, "") if decoder else "",  # type: ignore[attr-defined]
    }, status=422 if form.is_bound else 200)  # fmt: skip


def _adopted_already(request: HttpRequest, source: Source, device: str) -> HttpResponse:
    """Nothing waits: perhaps because a colleague, or the same clerk in another window, was quicker."""
    made = SourceDevice.objects.filter(source=source, external_id=device).first()
    if made is None:
        raise Http404
    messages.info(request, gettext("This device has been adopted already. Here it is."))
    return redirect("sensing:device", made.pk)


def _models(waiting: list[DeviceMessage], decoder: str) -> dict[str, Any]:
    """Models to choose from: first those that read what came."""
    fits = fitting_decoders(waiting)
    named = sorted(((key, f"{each.vendor} {each.title}") for key, each in DECODERS.items()), key=lambda one: one[1])
    return {
        "fits": [(key, title) for key, title in named if key in fits],
        "others": [(key, title) for key, title in named if key not in fits],
        "told": waiting[0].model, "wrong": dict(named).get(decoder, ""),
    }  # fmt: skip


def _tell(request: HttpRequest, arrival: Arrival) -> None:
    """What became of the messages that had waited."""
    taken = ngettext(
        "Adopted. %(n)d value that had waited was taken in.",
        "Adopted. %(n)d values that had waited were taken in.",
        arrival.new,
    )
    messages.success(request, taken % {"n": arrival.new} if arrival.new else gettext("Adopted."))
    if arrival.problems:
        refused = ngettext(
            "%(n)d of what had waited could not be taken in: %(reason)s",
            "%(n)d of what had waited could not be taken in, the first because: %(reason)s",
            len(arrival.problems),
        )
        messages.warning(request, refused % {"n": len(arrival.problems), "reason": arrival.problems[0].reason})


def _devices_at(station: Thing | None) -> set[str]:
    found = SourceDevice.objects.none() if station is None else SourceDevice.objects.filter(thing=station)
    return set(found.values_list("external_id", flat=True))


def _tell_exchange(request: HttpRequest, gone: set[str]) -> None:
    """Which devices are no longer the town's, because this one came in their place."""
    if gone:
        told = ngettext(
            "%(devices)s was let go; its series go on. What it still sends waits again.",
            "%(devices)s were let go; their series go on. What they still send waits again.",
            len(gone),
        )
        messages.info(request, told % {"devices": ", ".join(sorted(gone))})


@require("sensing.manage")
@require_POST
def ignore(request: HttpRequest, number: int) -> HttpResponse:
    """A device that is none of the town's waits no longer."""
    source, device = get_object_or_404(Source.objects, pk=number), request.POST.get("device", "")
    if not waiting_count(source, device):
        return _adopted_already(request, source, device)
    try:
        made = ignore_device(source=source, external_id=device, by=signed_in_person(request))
    except SourceRefused:
        return _adopted_already(request, source, device)
    messages.success(
        request,
        gettext("What %(device)s sends is thrown away from now on. Here you take that back.") % {"device": device},
    )
    return redirect("sensing:device", made.pk)
