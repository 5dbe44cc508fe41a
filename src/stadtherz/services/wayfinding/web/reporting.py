# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reporting an obstacle: everybody fills in the form, the account comes last. A phone keeps what it cannot send and sends it
later (report.js), with the minutes that have passed; to that script the page answers in JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from stadtherz.kernel.api.limits import take
from stadtherz.kernel.files.actions import store_picture
from stadtherz.kernel.files.errors import PictureRefused
from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.web.guards import fill_in_first, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form, sign_in_to_send
from stadtherz.services.wayfinding.models import Obstacle
from stadtherz.services.wayfinding.obstacles import actions
from stadtherz.services.wayfinding.obstacles.errors import Refused
from stadtherz.services.wayfinding.obstacles.vocabulary import Kind
from stadtherz.services.wayfinding.web.obstacle_forms import ReportForm
from stadtherz.services.wayfinding.web.obstacle_rows import meaning

REPORTS_A_DAY: Final = 30


@fill_in_first
def report(request: HttpRequest) -> HttpResponse:
    """A place, perhaps a picture, and one tap on what is in the way."""
    form = ReportForm(request.POST or kept_form(request), request.FILES or None, initial=_here(request))
    if request.method == "POST" and form.is_valid():
        if not request.user.is_authenticated:
            return _sign_in(request)
        try:
            return _arrived(request, _reported(request, form), form)
        except (Refused, PictureRefused) as refused:
            field = "picture" if isinstance(refused, PictureRefused) else refused.field
            form.add_error(field if field in form.fields else None, str(refused))
    wrong = request.method == "POST" and bool(form.errors)
    if wrong and _by_script(request):
        return JsonResponse({"errors": [error for found in form.errors.values() for error in found]}, status=422)
    return render(
        request, "wayfinding/obstacles/report.html", {"form": form, "kinds": list(Kind)}, status=422 if wrong else 200
    )


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in and back. Where the device keeps the report, its picture too, the server need not."""
    if not _by_script(request):
        return sign_in_to_send(request)
    messages.info(
        request, _("Almost there: your report waits on this device. Sign in or open an account, then it is sent.")
    )
    query = urlencode({"next": reverse("wayfinding:obstacle_report")})
    return JsonResponse({"sign_in": f"{resolve_url(settings.LOGIN_URL)}?{query}"}, status=401)


def _arrived(request: HttpRequest, obstacle: Obstacle, form: ReportForm) -> HttpResponse:
    messages.success(request, _thanks(obstacle, form, signed_in_person(request)))
    if _by_script(request):
        return JsonResponse({"url": reverse("wayfinding:obstacle", args=[obstacle.pk])})
    return redirect("wayfinding:obstacle", obstacle.pk)


def _reported(request: HttpRequest, form: ReportForm) -> Obstacle:
    person = signed_in_person(request)
    if not take(f"obstacle-report:{person.pk}", limit=REPORTS_A_DAY, per_seconds=86400).allowed:
        raise Refused(_("You have reported very much today. Please call the town for what is urgent."))
    picture: Picture | None = None
    if form.cleaned_data.get("picture"):
        words = form.cleaned_data["alternative_text"] or _("Picture of the obstacle: %(kind)s") % {
            "kind": Kind(form.cleaned_data["kind"]).label
        }
        picture = store_picture(upload=form.cleaned_data["picture"], owner=person, alternative_text=words)
    return actions.report_obstacle(
        kind=Kind(form.cleaned_data["kind"]), place=form.place, reporter=person, text=form.cleaned_data["text"],
        picture=picture, submission_key=form.cleaned_data["submission_key"],
        seen_ago=timedelta(minutes=form.cleaned_data["minutes_ago"] or 0),
    )  # fmt: skip


def _thanks(obstacle: Obstacle, form: ReportForm, reporter: Person) -> str:
    if obstacle.is_confirmed:
        return _("Thank you. Others have seen this too: it is confirmed.") + " " + meaning(obstacle)
    again = obstacle.submission_key != form.cleaned_data["submission_key"]
    if form.cleaned_data["text"] or form.cleaned_data.get("picture"):
        if again:
            return _("Thank you. You had reported this already: what is new follows when a moderator has seen it.")
        return _("Thank you. The obstacle is on the map; what you added follows when a moderator has seen it.")
    if again and obstacle.reporter_id == reporter.pk:
        return _("You had reported this already. It is on the map; nothing was added.")
    if again:
        return _("Thank you. Somebody had reported this already; your voice is added to it.")
    return _("Thank you. The obstacle is on the map. It counts for ways as soon as two others or the town confirm it.")


def _here(request: HttpRequest) -> dict[str, str]:
    """A place from the link by which somebody came."""
    return {name: request.GET.get(name, "")[:40] for name in ("latitude", "longitude") if request.GET.get(name)}
