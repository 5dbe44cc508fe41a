# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where staff begin their day: what waits for them in all services, what is done, and the way to every tool."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.rules import is_staff, may
from stadtherz.kernel.people.web.guards import signed_in
from stadtherz.kernel.registry.declaration import DeskLine, resolve
from stadtherz.kernel.registry.services import desks


@signed_in
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What this person's roles let them do something about; each service is asked for its own."""
    if not is_staff(request.user):
        raise PermissionDenied
    lines = _waiting(request)
    open_ones = [line for line in lines if line.count]
    return render(
        request,
        "ui/desk.html",
        {
            "waiting": open_ones,
            "done": [line for line in lines if not line.count],
            "total": sum(line.count for line in open_ones),
            "today": timezone.localdate(),
        },
    )


def _waiting(request: HttpRequest) -> list[DeskLine]:
    municipality = active()
    return [
        line
        for service, asked in desks()
        if (service is None or municipality.offers(service)) and may(request.user, asked.permission)
        for line in resolve(asked.waiting)()
    ]
