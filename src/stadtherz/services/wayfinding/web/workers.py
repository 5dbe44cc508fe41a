# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Service workers: each must stand below the pages that it serves, so they are no static files to a browser."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse


def worker(name: str) -> HttpResponse:
    """A script from this service's static files."""
    found = finders.find(f"wayfinding/{name}")
    assert isinstance(found, str)
    return HttpResponse(Path(found).read_bytes(), content_type="text/javascript; charset=utf-8")
