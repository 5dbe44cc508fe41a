# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person's settings of notices, and the link in each mail that stops one kind."""

from __future__ import annotations

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from stadtherz.kernel.messages import actions
from stadtherz.kernel.messages.links import read_stop_token
from stadtherz.kernel.messages.models import Rhythm
from stadtherz.kernel.messages.notices import BY_KEY
from stadtherz.kernel.messages.web.forms import NoticesForm
from stadtherz.kernel.people.web.guards import public, signed_in, signed_in_person


@signed_in
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """Which notices, how often, in which language."""
    form = NoticesForm(request.POST or None, person=signed_in_person(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        flash.success(request, _("Your wishes are stored."))
        return redirect("notices")
    return render(request, "messages/notices.html", {"form": form})


@csrf_exempt  # RFC 8058, section 3.2: the mail program posts here without cookies; the signed token says who
@public
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one kind of notice. Opening the link asks first, as mail scanners open links too; a POST does it."""
    found = read_stop_token(token)
    if found is None or found[1] not in BY_KEY:
        return render(request, "messages/stop.html", {"invalid": True}, status=404)
    person, key = found
    if request.method == "POST":
        actions.choose_rhythm(person=person, notice=key, rhythm=Rhythm.NEVER)
    return render(request, "messages/stop.html", {"notice": BY_KEY[key], "done": request.method == "POST"})
