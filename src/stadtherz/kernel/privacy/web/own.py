# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For residents: which data are kept and why, take them along, delete the account."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from stadtherz.kernel.people.actions import LastAdmin
from stadtherz.kernel.people.web.guards import public, signed_in, signed_in_person
from stadtherz.kernel.people.web.leaving import tell_open_pages
from stadtherz.kernel.privacy.actions import erase_person
from stadtherz.kernel.privacy.declarations import declared
from stadtherz.kernel.privacy.export import archive


@public
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why, how long: generated from the declarations, so that it cannot be out of date."""
    return render(request, "privacy/about.html", {"entries": declared()})


@signed_in
@never_cache
@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """A page that begins the download. (A file right after the question for the password would leave that page standing.)"""
    if "file" not in request.GET:
        return _download_begins(request)
    try:
        return _file(request)
    except ReauthenticationRequired:
        return redirect("download-my-data")


@reauthentication_required
def _download_begins(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/download.html")


@reauthentication_required
def _file(request: HttpRequest) -> HttpResponse:
    """Everything about oneself as a ZIP."""
    person = signed_in_person(request)
    response = HttpResponse(archive(person), content_type="application/zip")
    name = f"stadtherz-{timezone.localdate().isoformat()}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class DeleteForm(forms.Form):
    """One deliberate step, as it cannot be undone."""

    sure = forms.BooleanField(
        label=gettext_lazy("Yes, delete my account for good"),
        error_messages={"required": gettext_lazy("Please tick the box if you are sure.")},
    )


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required
def delete(request: HttpRequest) -> HttpResponse:
    """Delete one's account at once."""
    person = signed_in_person(request)
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_person(person=person, by=person)
        except LastAdmin as town:
            form.add_error(
                None,
                _("You are the last administrator of %(town)s. Give the role to somebody else first.") % {"town": town},
            )
        else:
            logout(request)
            tell_open_pages(request)
            return redirect("account-deleted")
    return render(request, "privacy/delete.html", {"form": form})


@public
@require_GET
def deleted(request: HttpRequest) -> HttpResponse:
    """The last word."""
    return render(request, "privacy/deleted.html")
