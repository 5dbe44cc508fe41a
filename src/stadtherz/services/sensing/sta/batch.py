# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Several requests in one: ``$batch`` as JSON and as multipart/mixed (18-088, section 11; OData 4.01 JSON format, section 19)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from stadtherz.services.sensing.sta.errors import StaError

Answer = Callable[[HttpRequest, str, str], HttpResponse]


def run(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Run all requests of a batch."""
    raise StaError(501, "Not yet.")
