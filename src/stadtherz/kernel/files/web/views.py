# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Serves the renditions of a picture."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from stadtherz.kernel.people.web.guards import public


@public
def picture(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """One rendition."""
    raise Http404
