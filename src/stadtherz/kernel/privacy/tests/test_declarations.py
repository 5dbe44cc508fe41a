# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each table that can hold something about a person is declared, or stands on a short list with its reason."""

from __future__ import annotations

from inspect import signature

import pytest
from django.utils import translation
from django.utils.functional import Promise

from stadtherz.kernel.privacy import words
from stadtherz.kernel.privacy.declarations import declared, reasons_to_declare, undeclared
from stadtherz.kernel.privacy.templatetags.privacy import in_words
from stadtherz.kernel.registry.declaration import resolve

# Tables with free text that is not about people, each with its reason. A new one is declared in its service instead.
NOT_ABOUT_PEOPLE = {
    "municipalities.Municipality": "names and texts of the town, public",
    "municipalities.MunicipalityHost": "host names, public",
    "contenttypes.ContentType": "Django's list of tables",
    "auth.Permission": "Django's, unused",
    "auth.Group": "Django's, unused",
    "api.ApiKey": "the label names the program that holds the key",
    "participation.Process": "written by the editors, public",
    "participation.Phase": "written by the editors, public",
    "participation.Category": "written by the editors, public",
    "sessions.Session": "Django's, unused: sessions are in people.Session",
    "sensing.Thing": "what the town's instruments are, public",
    "sensing.Location": "where they stand, public",
    "sensing.Sensor": "their data sheets, public",
    "sensing.ObservedProperty": "what is measured, public",
    "sensing.FeatureOfInterest": "what is measured about, public",
    "sensing.Datastream": "series of measurements",
    "sensing.Observation": "measurements; a correction names the number of the account that made it, as the record does",
    "sensing.Latest": "the newest measurement of a series",
    "sensing.Audience": "who is told of measurements over MQTT: brokers by the number of their source",
    "sensing.Source": "systems of offices and makers that bring measurements",
    "sensing.SourceDevice": "instruments of a source",
    "sensing.FieldMapping": "which field of a device belongs to which series",
    "sensing.QuarantinedMessage": "messages of unknown instruments; trackers of people are not decoded; gone after 30 days",
    "wayfinding.ObstacleFeed": "addresses of other systems",
    "wayfinding.RankedBarrier": "kerbs, stairs and slopes of the map",
    "wayfinding.MissingFact": "what the map does not know",
}
NOT_ABOUT_PEOPLE_PREFIXES = {
    "procrastinate.": "the job queue: numbers of rows and short keys only",
    "geo.": "maps, streets and districts, public",
}


def test_every_table_about_people_is_declared() -> None:
    missing = {
        label: columns
        for label, columns in undeclared().items()
        if label not in NOT_ABOUT_PEOPLE and not label.startswith(tuple(NOT_ABOUT_PEOPLE_PREFIXES))
    }
    assert missing == {}, "declare them as PersonalData in service.py, or add them here with the reason"


def test_what_is_declared_exists_and_says_why() -> None:
    for entry in declared():
        assert len(str(entry.data.purpose)) > 20, entry.data.model
        if entry.data.expire:
            assert entry.data.retention_days is not None, entry.data.model


@pytest.mark.parametrize("entry", declared(), ids=lambda entry: entry.data.model)
def test_named_functions_exist_and_take_one_argument(entry) -> None:
    for path in (entry.data.export, entry.data.erase, entry.data.expire):
        if path:
            assert len(signature(resolve(path)).parameters) == 1, path


def test_no_table_is_declared_twice() -> None:
    labels = [entry.data.model for entry in declared()]
    assert sorted(set(labels)) == sorted(labels)


def test_the_record_names_rooms_tables_and_columns_in_words() -> None:
    """A column without a name of its own would stand in the German record by its English name."""
    for entry in declared():
        names = [entry.model._meta.get_field(name).verbose_name for name in reasons_to_declare(entry.model)]
        assert [n for n in names if not isinstance(n, Promise) and n not in words.COLUMNS] == [], entry.data.model
        assert entry.data.model in words.TABLES or isinstance(entry.model._meta.verbose_name_plural, Promise)
        assert words.room(entry.model._meta.app_label) != entry.model._meta.app_label


def test_an_exported_row_is_readable() -> None:
    row = {
        "handed_in": "2026-11-22T16:48:11+00:00",
        "confirmed": True,
        "came_in": "paper",
        "text": "never",
        "note": None,
    }
    with translation.override("de"):
        assert in_words(row) == [
            ("eingereicht", "22. November 2026 17:48"), ("bestätigt", "ja"), ("gekommen", "auf Papier"),
            ("Text", "never"), ("note", "–"),
        ]  # fmt: skip
        content = {
            "place": {"label": "", "latitude": 49.4},
            "fields": [{"key": "title", "label": "Titel", "text": "Bank"}],
        }
        assert in_words({"content": content})[0][1].splitlines()[-1] == "Angaben: Titel: Bank"
