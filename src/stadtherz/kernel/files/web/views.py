# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Serves the renditions of a picture, in a way that no browser can take for anything but a picture."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.views.decorators.http import require_safe

from stadtherz.kernel.files import store
from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.files.rules import may_see
from stadtherz.kernel.people.web.guards import public

WEEK = 7 * 24 * 3600


@public  # what is not public yet is checked below, by the picture
@require_safe
def picture(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """One rendition. A picture that waits for its release is answered as if it were not there, but to those concerned.

    Public ones may be kept for a week without asking again: the address changes with the picture, and one that was taken
    down is gone from caches after that time.
    """
    found = Picture.objects.filter(token=token).first()
    if found is None or name not in map(str, found.widths):
        raise Http404
    if not found.is_public and not may_see(request.user, found):
        raise Http404
    tag = f'"{found.sha256[:32]}-{name}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponseBase = HttpResponseNotModified(headers={"Cache-Control": "private, no-store"})
    else:
        response = rendition(found, int(name))
    response.headers["ETag"] = tag
    if found.is_public:
        response.headers["Cache-Control"] = f"public, max-age={WEEK}, immutable"
    return response


def rendition(found: Picture, width: int) -> FileResponse:
    """One rendition, kept by no cache; for a view that has checked who may see it. Raises ``Http404``."""
    try:
        file = store.path_of(found.sha256, width).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = f'inline; filename="{width}.webp"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
