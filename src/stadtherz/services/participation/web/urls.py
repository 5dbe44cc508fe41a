# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of participation, below ``/mitreden/``. Residents read them on paper, so they are German and short."""

from django.urls import path

from stadtherz.services.participation.web import (
    answering,
    comments,
    feeds,
    idea,
    lists,
    outcomes,
    overview,
    own,
    paper,
    printing,
    processes,
    tables,
    writing,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("beteiligung/<slug:key>/", overview.process, name="process"),
    path("was-daraus-wurde/", outcomes.outcomes, name="outcomes"),
    path("ideen/", lists.ideas, name="ideas"),
    path("ideen/karte/", lists.map_of_ideas, name="map"),
    path("ideen/orte.geojson", lists.places_geojson, name="places"),
    path("ideen/neu/", writing.new, name="new"),
    path("ideen/aehnlich/", writing.similar, name="similar"),
    path("ideen/liste/", printing.stand_list, name="stand_list"),
    path("ideen/<int:idea_id>/", idea.show, name="idea"),
    path("ideen/<int:idea_id>/stand/", idea.developments, name="developments"),
    path("ideen/<int:idea_id>/unterstuetzen/", idea.support, name="support"),
    path("ideen/<int:idea_id>/folgen/", idea.follow, name="follow"),
    path("ideen/<int:idea_id>/kommentar/", comments.write, name="comment"),
    path("ideen/<int:idea_id>/aendern/", writing.edit, name="edit"),
    path("ideen/<int:idea_id>/zurueckziehen/", writing.withdraw, name="withdraw"),
    path("ideen/<int:idea_id>/unterschriften/", printing.support_sheet, name="support_sheet"),
    path("ideen/<int:idea_id>/ort.geojson", lists.place_geojson, name="place"),
    path("i/<int:idea_id>/", lists.short_address, name="short"),
    path("kommentare/<int:comment_id>/aendern/", comments.edit, name="comment_edit"),
    path("kommentare/<int:comment_id>/zurueckziehen/", comments.withdraw, name="comment_withdraw"),
    path("meine/", own.own, name="own"),
    path("neues.atom", feeds.news, name="news"),
    path("amt/antworten/", answering.work_list, name="answering"),
    path("amt/antworten/<int:idea_id>/", answering.answer, name="answer"),
    path("amt/papier/", paper.sheets, name="paper"),
    path("amt/papier/idee/<slug:key>/", paper.enter_idea, name="paper_idea"),
    path("amt/papier/unterstuetzungen/<int:idea_id>/", paper.enter_supports, name="paper_supports"),
    path("amt/papier/<int:number>/rueckgaengig/", paper.undo, name="paper_undo"),
    path("amt/beteiligungen/", processes.processes, name="manage"),
    path("amt/beteiligungen/neu/", processes.new, name="manage_new"),
    path("amt/beteiligungen/<slug:key>/", processes.edit, name="manage_process"),
    path("amt/ideen.csv", tables.ideas_csv, name="csv"),
]
