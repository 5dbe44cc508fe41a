# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The component page: every component in all its states, with German words as long as real ones. Development only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from stadtherz.kernel.people.web.guards import public
from stadtherz.kernel.ui.charts import samples as chart_samples
from stadtherz.kernel.ui.icons import names as icon_names

CATEGORIES = [("", "Bitte wählen"), ("verkehr", "Verkehr und Wege"), ("gruen", "Grün- und Freiflächenunterhaltung")]


class SampleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label="Titel", max_length=80, help_text="Ein Satz, der sagt, worum es geht.")
    text = forms.CharField(
        label="Deine Idee", max_length=1200, widget=forms.Textarea, help_text="Was soll sich ändern, und für wen?"
    )
    category = forms.ChoiceField(label="Thema", choices=CATEGORIES)
    day = forms.DateField(label="Wann ist es dir aufgefallen?", required=False)
    reach = forms.ChoiceField(
        label="Wie erreichen wir dich?",
        widget=forms.RadioSelect,
        choices=[("mail", "Per E-Mail"), ("post", "Per Brief")],
    )
    topics = forms.MultipleChoiceField(
        label="Worüber möchtest du hören?", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[("a", "Antworten der Stadt"), ("b", "Kommentare")], help_text="Du kannst das jederzeit ändern.",
    )  # fmt: skip
    email = forms.EmailField(label="E-Mail-Adresse", required=False)
    picture = forms.FileField(label="Bild", required=False, help_text="JPEG, PNG oder WebP, höchstens 10 MB.")
    agreed = forms.BooleanField(label="Ich habe die Regeln für Beiträge gelesen.")
    key = forms.CharField(widget=forms.HiddenInput, initial="3f1c")


def _wrong_form() -> SampleForm:
    return SampleForm(
        {
            "w-title": "",
            "w-text": "Zu lang. " * 180,
            "w-category": "",
            "w-email": "keine-adresse",
            "w-key": "1",
            "w-day": "2026-13-01",
        },
        prefix="w",
    )


def _thread(now: dt.datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": 1, "author": "Radlerin 67", "written_at": now - dt.timedelta(days=3), "reply_url": "#",
            "text": "Der Übergang an der Eisenbahnstraße ist für Kinder zu lang.\n\nEine Insel in der Mitte würde helfen.",
            "replies": [
                {
                    "id": 2, "author": "Stadtverwaltung", "office": "Straßenverkehrsbehörde",
                    "written_at": now - dt.timedelta(days=1), "replies": [],
                    "text": "Wir messen im Mai und antworten hier bis zum 30. Juni.",
                },
            ],
        },
        {
            "id": 3, "author": "Nachbar am Park", "written_at": now - dt.timedelta(days=2), "replies": [],
            "origin": "auf Papier eingereicht", "text": "Das unterstütze ich.",
        },
    ]  # fmt: skip


def samples() -> dict[str, Any]:
    """All that the component page shows."""
    now = timezone.now()
    return {
        "now": now,
        "form": SampleForm(),
        "wrong": _wrong_form(),
        "icons": sorted(icon_names()),
        "page": Paginator(range(200), 10).page(7),
        "tabs": [
            {"title": "Liste", "url": "#", "current": True, "count": 128, "icon": "list"},
            {"title": "Karte", "url": "#", "icon": "map"},
            {"title": "Umgesetzt", "url": "#", "count": 0, "icon": "check"},
        ],
        "facts": [
            ("Ortsbezirk", "Einsiedlerhof"), ("Federführung", "Referat Grünflächenunterhaltung und Umweltschutz"),
            ("Unterstützungen", "214, davon 31 auf Papier"),
        ],
        "timeline": [
            {"title": "Eingereicht", "date": now - dt.timedelta(days=90), "state": "done"},
            {"title": "In Prüfung", "date": now - dt.timedelta(days=30), "state": "done", "author": "Tiefbauamt",
             "text": "Wir prüfen, ob die Leitungen unter dem Platz einen Baum erlauben."},
            {"title": "Geplant", "date": now - dt.timedelta(days=2), "state": "now"},
            {"title": "Umgesetzt", "state": "ahead"},
        ],
        "steps": ["Idee schreiben", "Ort wählen", "Prüfen und absenden"],
        "thread": _thread(now),
        "work": [
            {"title": "Zebrastreifen an der Grundschule", "url": "#", "age": "seit 3 Stunden", "current": True,
             "meta": ["Idee", "Radlerin 67", "1 Bild"]},
            {"title": "Kommentar zu „Mehr Bänke in der Fußgängerzone“", "url": "#", "age": "seit 4 Tagen", "late": True,
             "meta": ["Kommentar", "Nachbar am Park"]},
        ],
        "columns": [
            {"title": "Zählstelle"}, {"title": "Fahrräder", "unit": "am Tag", "numeric": True},
            {"title": "Kraftfahrzeuge", "unit": "am Tag", "numeric": True},
        ],
        "rows": [["Königstraße", 1204, 14310], ["Lauterstraße", 380, None], ["Pariser Straße", 96, 21877]],
        "before": "Bitte stellt eine Bank an der Haltestelle auf.",
        "after": "Bitte stellt zwei Bänke an der Haltestelle Rathaus auf.",
        "facts_of_card": [{"icon": "heart", "text": "214 Unterstützungen"}, {"icon": "comment", "text": "18 Kommentare"}],
        "door_data": {"entries": [{"title": "Wie soll der Theatervorplatz werden?", "url": "#", "meta": "noch 12 Tage"}]},
        "door_empty": {"entries": [], "empty": "Gerade läuft keine Beteiligung. Ideen kannst du immer einreichen."},
        "news": {"title": "Sportbox im Volkspark: jetzt mit Rollstuhl-Basketball", "url": "#", "published_at": now},
        "charts": chart_samples.samples(),
        "map_data": {
            "src": "/ui/components/places.json", "label": "Beispiele auf der Karte",
            "items": [{"id": p[0], "title": p[3], "url": "#", "meta": p[4]} for p in PLACES],
        },
    }  # fmt: skip


PLACES = [
    (1, 7.7711, 49.4442, "Bank an der Haltestelle Rathaus", "214 Unterstützungen"),
    (2, 7.7689, 49.4451, "Bäume auf dem Stiftsplatz", "97 Unterstützungen"),
    (3, 7.7690, 49.4453, "Trinkbrunnen auf dem Stiftsplatz", "41 Unterstützungen"),
    (4, 7.7582, 49.4389, "Bessere Beleuchtung am Hauptbahnhof", "12 Unterstützungen"),
]


@public
def places(request: HttpRequest) -> JsonResponse:
    """A few features for the map of the component page, as GeoJSON (RFC 7946)."""
    features = [
        {
            "type": "Feature", "id": number, "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
            "properties": {"id": number, "title": title, "meta": meta, "url": "#"},
        }
        for number, longitude, latitude, title, meta in PLACES
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features})


@public
def components(request: HttpRequest) -> HttpResponse:
    """Every component in all states."""
    return render(request, "ui/component_page.html", samples())
