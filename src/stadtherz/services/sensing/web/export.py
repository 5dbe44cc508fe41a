# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The planner's export: several sensors over a time as one file. Written to a file first, so that a refusal is still a page."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stadtherz.kernel.language.letters import in_address
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.rules import may
from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui.asked import whole_number
from stadtherz.services.sensing.exports import geopackage, parquet, text, workbook
from stadtherz.services.sensing.exports.table import MOST_ROWS, MOST_SENSORS, Row, TooMuchToExport, rows
from stadtherz.services.sensing.models import Datastream, ResultKind
from stadtherz.services.sensing.queries import stations
from stadtherz.services.sensing.queries.spans import Grain
from stadtherz.services.sensing.web.asked import Asked, asked
from stadtherz.services.sensing.web.sensor import zone_of_town
from stadtherz.services.sensing.web.stations import MOST_MARKS, sees_closed, wanted_of

Writer = Callable[[IO[bytes], Iterable[Row], ZoneInfo], None]


def _german(into: IO[bytes], found: Iterable[Row], zone: ZoneInfo) -> None:
    text.write(into, found, german=True, zone=zone)


def _international(into: IO[bytes], found: Iterable[Row], zone: ZoneInfo) -> None:
    text.write(into, found, german=False, zone=zone)


def _workbook(into: IO[bytes], found: Iterable[Row], zone: ZoneInfo) -> None:
    workbook.write(into, found, zone, german=(get_language() or "de").startswith("de"))


def _parquet(into: IO[bytes], found: Iterable[Row], zone: ZoneInfo) -> None:
    parquet.write(into, found)


FORMS: dict[str, tuple[Writer, str, str]] = {
    "csv-de": (_german, "csv", "text/csv; charset=utf-8"),
    "csv": (_international, "csv", "text/csv; charset=utf-8"),
    "xlsx": (_workbook, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": (_parquet, "parquet", "application/vnd.apache.parquet"),
}
"""What writes the file, how its name ends, its media type."""


def _numbers(request: HttpRequest) -> list[int]:
    """The chosen datastreams: ids=1,2,3 or ids=1&ids=2."""
    written = [part for given in request.GET.getlist("ids") for part in given.split(",")]
    numbers = [whole_number(part, digits=9) for part in written]
    return list(dict.fromkeys(number for number in numbers if number is not None))


def _asked(request: HttpRequest) -> Asked:
    """The days that the address names, the last seven where it names none."""
    given = request.GET.copy()
    given["period"] = "own"
    request.GET = given  # type: ignore[assignment]
    return asked(request, zone=zone_of_town())


@public
@require_safe
def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """With sensors and a form the file; else the page on which one chooses."""
    numbers, form = _numbers(request), request.GET.get("format", "")
    fitting = Datastream.objects.select_related("thing").exclude(kind=ResultKind.TEXT)
    if not sees_closed(request):
        fitting = fitting.filter(is_open=True)
    if form not in FORMS:
        return _choose(request, fitting, numbers, "")
    if len(numbers) > MOST_SENSORS:
        return _choose(request, fitting, numbers, _("Please choose at most %(n)d sensors.") % {"n": MOST_SENSORS}, 422)
    known = fitting.in_bulk(numbers)
    chosen = [known[number] for number in numbers if number in known]
    if not chosen:
        return _choose(request, fitting, [], _("Please choose at least one sensor."), 422)
    question = _asked(request)
    if question.refused:
        return _choose(request, fitting, numbers, question.refused, 422)
    grain = Grain(request.GET["grain"]) if request.GET.get("grain", "") in set(Grain) else Grain.RAW
    write, ending, kind = FORMS[form]
    into = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    try:
        write(into, rows(chosen, question.span, grain, timezone.now()), zone_of_town())
    except TooMuchToExport:
        into.close()
        refused = _(
            "That would be more than %(n)s rows. Please choose a shorter time, fewer sensors, or hours instead of single values."
        )
        return _choose(request, fitting, numbers, refused % {"n": f"{MOST_ROWS:,}".replace(",", "\u202f")}, 422)
    into.seek(0)
    name = f"{in_address(chosen[0].thing.name) or 'messwerte'}-{question.span.first}-{question.span.last}.{ending}"
    return FileResponse(into, as_attachment=True, filename=name, content_type=kind)


def _choose(request: HttpRequest, fitting: object, numbers: list[int], refused: str, status: int = 200) -> HttpResponse:
    question = _asked(request)
    offered = fitting.order_by("thing__name", "pk")[:500]  # type: ignore[attr-defined]
    return render(request, "sensing/export.html", {
        "offered": [(each.pk, each.thing.name, each.name.removeprefix(f"{each.thing.name}: ")) for each in offered], "chosen": set(numbers),
        "question": question, "refused": refused, "form": request.GET.get("format", "csv-de"),
        "forms": [
            ("csv-de", _("CSV for German spreadsheets"), _("semicolons, decimal commas, local time")),
            ("csv", _("CSV, international"), _("commas, decimal points, ISO 8601")),
            ("xlsx", "Excel (XLSX)", _("numbers and times as such")), ("parquet", "Parquet", _("for R, Python, DuckDB")),
        ],
        "grains": [
            (Grain.RAW.value, _("single values, as measured")), (Grain.HOUR.value, _("hours")), (Grain.DAY.value, _("days")),
            (Grain.MONTH.value, _("months")),
        ],
        "grain": request.GET.get("grain", "raw"), "most": MOST_SENSORS, "may_manage": may(request.user, "sensing.manage"),
    }, status=status)  # fmt: skip


@public
@require_safe
def sites(request: HttpRequest) -> FileResponse:
    """The stations of the list as GeoPackage, with their latest values."""
    found = stations.find(wanted_of(request), limit=MOST_MARKS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messstellen.gpkg"
        geopackage.write(path, found.stations, request.build_absolute_uri(reverse("sensing:overview")))
        into = path.open("rb")  # the file lives on until the answer is sent
    name = f"messstellen-{active().key}.gpkg"
    return FileResponse(into, as_attachment=True, filename=name, content_type="application/geopackage+sqlite3")
