# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses below /moderation/."""

from django.urls import path

from stadtherz.kernel.moderation.web.case import case, decide, place
from stadtherz.kernel.moderation.web.report import report
from stadtherz.kernel.moderation.web.work_list import count, printable, release_selected, undo, work_list

app_name = "moderation"
urlpatterns = [
    path("", work_list, name="work_list"),
    path("count/", count, name="count"),
    path("print/", printable, name="print"),
    path("release/", release_selected, name="release_selected"),
    path("undo/", undo, name="undo"),
    path("report/<slug:service>.<slug:kind>/<int:object_id>/", report, name="report"),
    path("<int:number>/", case, name="case"),
    path("<int:number>/decide/", decide, name="decide"),
    path("<int:number>/place.json", place, name="place"),
]
