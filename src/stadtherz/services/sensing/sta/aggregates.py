# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Beyond the standard: ``Datastreams(7)/aggregate``, values by hour, local day or month, and lines thinned for drawing."""

from __future__ import annotations

import re

from django.http import HttpResponse

from stadtherz.services.sensing.sta.errors import StaError
from stadtherz.services.sensing.sta.reading import Reader

PATH = re.compile(r"Datastreams\('?(\d{1,10})'?\)/aggregate")


def answer(reader: Reader, path: str, pairs: list[tuple[str, str]]) -> HttpResponse:
    """GET …/aggregate."""
    raise StaError(501, "Not yet.")
