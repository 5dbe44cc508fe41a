# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page on which an administrator changes the municipality. It is always the one whose address was called."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stadtherz.kernel.files.actions import show_pictures, store_picture
from stadtherz.kernel.files.errors import PictureRefused
from stadtherz.kernel.municipalities import actions
from stadtherz.kernel.municipalities.active import active_id
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.municipalities.web.forms import HostForm, MunicipalityForm
from stadtherz.kernel.people.web.guards import require, signed_in_person
from stadtherz.kernel.people.web.resume import kept_form


def _own() -> Municipality:
    """Read anew: what the middleware knows may be some seconds old."""
    return Municipality.objects.get(pk=active_id())


@require("municipality.change", keep_form=True)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Names, colours, texts, services."""
    municipality = _own()
    form = MunicipalityForm(
        request.POST or kept_form(request) or None, request.FILES or None, municipality=municipality
    )
    if request.method == "POST" and form.is_valid() and _save(request, form, municipality):
        messages.success(request, _("The municipality has been changed."))
        return redirect("municipality-settings")
    return _page(request, municipality, form, HostForm())


def _save(request: HttpRequest, form: MunicipalityForm, municipality: Municipality) -> bool:
    changes = form.changes(municipality)
    try:
        with transaction.atomic():  # a refusal takes the picture back too
            if form.cleaned_data["logo"]:
                changes["logo"] = _store_logo(form.cleaned_data["logo"], municipality)
            actions.change_municipality(
                municipality=municipality,
                admin=signed_in_person(request),
                state=form.cleaned_data["state"],
                **changes,
            )
    except PictureRefused as error:
        form.add_error("logo", str(error))
    except actions.ColourUnreadable as error:
        words = {"ratio": f"{error.ratio:.1f}", "better": error.better}
        form.add_error(
            error.field,
            _(
                "Not everybody can read text in this colour: the contrast is %(ratio)s, 4.5 is needed. "
                "The nearest tone that does is %(better)s."
            )
            % words,
        )
    except actions.ChangedByOthers:
        form.add_error(
            None,
            _(
                "Somebody else has changed the municipality in the meantime. Nothing of yours is saved yet: "
                "open the page in a second window, compare, and enter your changes there."
            ),
        )
    except ValidationError as error:
        for field, reasons in error.message_dict.items():
            form.add_error(field if field in form.fields else None, reasons)
    else:
        return True
    return False


def _store_logo(upload: Any, municipality: Municipality) -> str:
    picture = store_picture(upload=upload, owner=None, alternative_text=f"Wappen {municipality.name}")
    show_pictures([picture.pk])
    return picture.thumbnail_url


@require("municipality.change")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """A further host name."""
    municipality = _own()
    form = HostForm(request.POST)
    if form.is_valid():
        try:
            actions.add_host(
                municipality=municipality,
                admin=signed_in_person(request),
                host=form.cleaned_data["host"],
            )
        except actions.NotAHostName:
            form.add_error("host", _("This is no host name. It has letters, digits, hyphens and dots, and no path."))
        except actions.HostTaken:
            form.add_error("host", _("This name leads to a municipality already."))
        else:
            messages.success(request, _("The host name has been added."))
            return redirect("municipality-settings")
    return _page(request, municipality, MunicipalityForm(municipality=municipality), form)


@require("municipality.change")
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    """Let a host name go."""
    municipality = _own()
    try:
        actions.remove_host(
            municipality=municipality,
            admin=signed_in_person(request),
            host=request.POST.get("host", ""),
        )
    except actions.LastHost:
        messages.error(request, _("Without this name nobody could reach the municipality. Add another one first."))
    else:
        messages.success(request, _("The host name has been removed."))
    return redirect("municipality-settings")


def _page(
    request: HttpRequest, municipality: Municipality, form: MunicipalityForm, host_form: HostForm
) -> HttpResponse:
    hosts = municipality.hosts.order_by("host")
    context = {"form": form, "host_form": host_form, "hosts": hosts}
    return render(request, "municipalities/settings.html", context)
