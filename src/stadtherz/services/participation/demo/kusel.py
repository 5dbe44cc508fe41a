# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Demonstration content for Kusel: the neighbour with other colours and its own questions."""

from __future__ import annotations

from stadtherz.services.participation.demo.content import DemoAnswer, DemoComment, DemoIdea, DemoProcess

# fmt: off
IDEAS = (
    DemoIdea(
        "Pegel der Gewässer auf einen Blick",
        "Nach dem letzten Starkregen wussten viele nicht, wie hoch der Bach steht. Eine Tafel am Rathaus und eine Seite, die man auch am Telefon "
        "abhören kann, würden beruhigen oder warnen.",
        "water", "Wetterfrosch", 88, 94, 27, 30, 45, "Rathaus",
        (
            DemoAnswer(15, "in_review", "Mit den anderen Kommunen im Südwest-Cluster klären wir, welche Pegel schon messen.", "Kreisverwaltung, Wasserwirtschaft"),
            DemoAnswer(60, "planned", "Drei Messstellen werden eingerichtet, die Werte sind öffentlich.", "Kreisverwaltung, Wasserwirtschaft"),
        ),
        (DemoComment("Gummistiefel", "Bitte mit einer Erklärung, ab wann ich meinen Keller räumen sollte."),),
    ),
    DemoIdea(
        "Bürgerbus am Samstag",
        "Der Bürgerbus fährt werktags. Samstags wäre Markt, und viele Dörfer haben keinen anderen Bus. Fahrerinnen und Fahrer würden sich finden.",
        "ways", "Dorflinde", 63, 112, 58, -80, -30, "",
        (DemoAnswer(33, "planned", "Der Verein sucht gerade vier weitere Menschen am Steuer. Dann geht es los.", "Verbandsgemeinde"),),
    ),
    DemoIdea(
        "Ladesäule für Pedelecs am Radweg",
        "Viele machen auf dem Weg durchs Tal Pause in der Stadt. Vier Steckdosen mit Schließfach würden reichen.",
        "ways", "Rückenwind", 47, 38, 0, 180, -120, "Radweg",
        (DemoAnswer(20, "done", "Die Säule steht am alten Bahnhof.", "Stadt, Tourismus"),),
    ),
    DemoIdea(
        "Jugendraum selbst gestalten",
        "Der Raum ist da, aber er sieht aus wie ein Amt. Gebt uns Farbe, einen Samstag und jemanden mit Schlüssel.",
        "together", "Farbeimer", 31, 56, 3, -150, 90, "",
        (DemoAnswer(9, "in_review", "Wir kommen vorbei und bringen Pinsel mit. Schlagt einen Termin vor.", "Jugendpflege"),),
    ),
    DemoIdea(
        "Wanderweg zur Burg auch für Kinderwagen",
        "Auf den letzten 300 Metern sind Wurzeln und zwei Stufen. Ein Umweg mit flacher Steigung ist vorhanden, aber nicht beschildert.",
        "ways", "Burgfräulein", 22, 61, 14, 260, 210, "",
    ),
    DemoIdea(
        "Blühstreifen statt Rasen",
        "Am Ortseingang wird alle zwei Wochen gemäht. Zweimal im Jahr reicht, spart Geld und summt.",
        "green", "Hummelchen", 9, 44, 5, -240, -160, "",
    ),
)  # fmt: skip

PROCESSES = (
    DemoProcess(
        key="ideen",
        title={"de": "Ideen für Kusel und das Kuseler Land", "en": "Ideas for Kusel and its villages"},
        summary={
            "de": "Ein Dorf, ein Tal, eine Idee: Schreib auf, was hier besser werden soll.",
            "en": "A village, a valley, an idea: write down what should become better here.",
        },
        description={
            "de": "Jede Idee wird gelesen und beantwortet. Du kannst sie auch auf Papier im Rathaus abgeben.",
            "en": "Every idea is read and answered. You may also hand it in on paper at the town hall.",
        },
        categories=(
            ("water", "Wasser und Wetter", "Water and weather", "water"),
            ("ways", "Wege und Busse", "Ways and buses", "bike"),
            ("green", "Natur", "Nature", "tree"),
            ("together", "Miteinander", "Living together", "people"),
        ),
        opened_days_ago=120,
        closes_in_days=45,
        ideas=IDEAS,
    ),
)
