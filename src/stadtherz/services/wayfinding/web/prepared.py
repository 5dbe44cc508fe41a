# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For planners: which map the ways are found on, how far a new one is prepared, and what of it was not understood."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from stadtherz.kernel.audit.spreadsheet import spreadsheet
from stadtherz.kernel.geo.extracts import current_extract
from stadtherz.kernel.people.web.guards import require
from stadtherz.services.wayfinding import graphs
from stadtherz.services.wayfinding.elevation_tiles import tiles
from stadtherz.services.wayfinding.preparation import (
    Preparation,
    Trouble,
    is_prepared,
    is_running,
    not_understood,
    preparation,
)

#: rows on the page; the table has them all
SHOWN = 50
#: what the reader of maps says of what it left out or read as something
READER_SAYS = (
    gettext_noop("not understood"), gettext_noop("left out"), gettext_noop("range read as its worse end"),
    gettext_noop("read as centimetres"), gettext_noop("open areas without closed outline"),
    gettext_noop("places where ways of different storeys touch on the map"),
    gettext_noop("passages through gates that are not for the public"), gettext_noop("points outside the extract"),
    gettext_noop("ways with fewer than two points"), gettext_noop("trail read as its ground"),
    gettext_noop("read as just beyond the number"), gettext_noop("ways that are in the file twice"),
    gettext_noop("open areas longer than a tenth of a degree"), gettext_noop("places to step onto an open area, beyond 60 of one"),
    gettext_noop("pieces of ways longer than two degrees or at a pole"),
)  # fmt: skip


@require("wayfinding.plan")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The state of the town's current map, and what its reader did not understand."""
    extract = current_extract()
    slug = extract.slug if extract else ""
    state = preparation(slug) if slug else Preparation()
    rows = _rows(slug) if slug else []
    return render(request, "wayfinding/staff/prepared.html", {
        "extract": extract, "state": state, "is_prepared": bool(slug) and is_prepared(slug),
        "running": bool(slug) and is_running(slug), "percent": round(100 * state.share), "trouble": _trouble(state),
        "serving": _serving(slug), "map_day": _map_day(), "model": bool(tiles()),
        "sloped": round(100 * state.sloped / state.edges) if state.edges else 0,
        "columns": _columns(), "rows": rows[:SHOWN], "count": len(rows),
    })  # fmt: skip


def _trouble(state: Preparation) -> str:
    said = {
        Trouble.MAP: _("The file cannot be read, or holds no ways. The operator has to load another file of the map."),
        Trouble.ROOM: _("There was no room left on the disk. It is tried again every ten minutes."),
        Trouble.STOPPED: _("The operator has stopped it."),
        Trouble.OTHER: _("It failed. It is tried again every ten minutes; the operator finds the place in the log."),
    }
    return said.get(state.trouble, "")


def _serving(slug: str) -> str:
    """The map that serves until the current one is ready; empty if there is none, or none is needed."""
    try:
        serving = graphs.map_in_use()
    except graphs.NoGraph:
        return ""
    return "" if serving == slug else serving


def _map_day() -> str:
    try:
        return str(graphs.town().engine.graph.about.get("map_timestamp", ""))[:10]
    except graphs.NoGraph:
        return ""


def _columns() -> list[dict[str, Any]]:
    return [
        {"title": _("What")}, {"title": _("Value in the map")}, {"title": _("How it was taken")},
        {"title": _("How often"), "numeric": True},
    ]  # fmt: skip


def _rows(slug: str) -> list[list[Any]]:
    """What was not understood first, then what was read as something, then what was left out."""
    order = {"not understood": 0, "left out": 2}
    found = sorted(not_understood(slug), key=lambda row: (order.get(str(row["what"]), 1), -int(row["count"])))
    return [
        [
            _(str(row["key"])) if row["what"] == "left out" else row["key"], row["value"], _(str(row["what"])),
            int(row["count"]),
        ]
        for row in found
    ]  # fmt: skip


@require("wayfinding.plan")
@require_safe
def as_table(request: HttpRequest) -> HttpResponse:
    """All of it as CSV, for those who mend it in OpenStreetMap."""
    extract = current_extract()
    rows = _rows(extract.slug) if extract else []
    return spreadsheet("nicht-verstanden.csv", [column["title"] for column in _columns()], rows)
