# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The municipality's colours as a style sheet: a strict Content-Security-Policy allows no style in the page itself."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.templatetags.static import static

from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui.colour import Tones, dark_tones, light_tones

FALLBACK = ("#2d5f73", "#8fc3d8")
"""Colours of pages that belong to no municipality."""


def _declarations(tones: Tones) -> str:
    own = "".join(f"--town-{name.replace('_', '-')}:{value};" for name, value in asdict(tones).items())
    return own + (
        f"--kern-color-action-default:{tones.accent};"
        f"--kern-color-action-on-default:{tones.on_accent};"
        f"--kern-color-action-state-indicator-shade-hover:{tones.hover};"
        f"--kern-color-action-state-indicator-shade-active:{tones.active};"
        f"--kern-color-action-state-indicator-tint-hover-opacity:{tones.soft};"
        f"--kern-color-action-state-indicator-tint-active-opacity:{tones.soft_strong};"
    )


def style_sheet(accent: str, accent_dark: str) -> str:
    """Custom properties for light and dark pages; mirrors how KERN-UX switches its themes."""
    light, dark = _declarations(light_tones(accent)), _declarations(dark_tones(accent_dark))
    return (
        f":root,[data-kern-theme=light]{{{light}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-kern-theme=light]){{{dark}}}}}"
        f"[data-kern-theme=dark]{{{dark}}}"
    )


@public
def town_css(request: HttpRequest) -> HttpResponse:
    """The style sheet, with an ETag of the two colours."""
    municipality = getattr(request, "municipality", None)
    accent, accent_dark = (municipality.accent, municipality.accent_dark) if municipality else FALLBACK
    etag = '"' + hashlib.sha256(f"2|{accent}|{accent_dark}".encode()).hexdigest()[:20] + '"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(style_sheet(accent, accent_dark), content_type="text/css; charset=utf-8")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@public
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it under this name whatever a page says."""
    return HttpResponseRedirect(static("ui/mark.svg"))
