# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables for spreadsheets: semicolons and a byte order mark as Excel in German expects, and no cell that is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.translation import get_language

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: object) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection): such texts get an apostrophe."""
    text = "" if cell is None else str(cell)
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) and not is_number else text


def spreadsheet(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The rows as a download called ``name``."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.write("\ufeff")
    writer = csv.writer(answer, delimiter=";")
    writer.writerow([harmless(heading) for heading in headings])
    with_comma = (get_language() or "").startswith("de")
    writer.writerows([_written(cell, with_comma) for cell in row] for row in rows)
    return answer


def _written(cell: object, with_comma: bool) -> str:
    """German spreadsheets take 36.8 for a text and 2.2 for a day in February: there decimals have a comma."""
    return str(cell).replace(".", ",") if with_comma and isinstance(cell, float) else harmless(cell)
