# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Taking one's data along: the password first, then a page that says what happens, then the file."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.tests.factories import PASSWORD, person

PAGE = "/account/data/download/"


@pytest.fixture
def resident(town: Municipality, client: Client) -> Client:
    """A browser in which somebody has signed in just now."""
    cache.clear()
    somebody = person()
    client.post("/account/login/", {"login": somebody.email, "password": PASSWORD})
    return client


def test_a_page_begins_the_download(resident: Client) -> None:
    resident.post("/account/reauthenticate/", {"password": PASSWORD})
    page = resident.get(PAGE)
    assert page.headers["Content-Type"].startswith("text/html")
    assert 'http-equiv="refresh" content="0;url=?file=1"' in page.text
    file = resident.get(f"{PAGE}?file=1")
    assert "attachment" in file.headers["Content-Disposition"]
    assert zipfile.ZipFile(BytesIO(file.content)).namelist()


def test_the_question_for_the_password_never_leads_straight_to_a_file(resident: Client) -> None:
    asked = resident.get(f"{PAGE}?file=1")
    assert asked.headers["Location"] == PAGE
    question = resident.get(PAGE)
    assert question.headers["Location"].startswith("/account/reauthenticate/")
    answered = resident.post(question.headers["Location"], {"password": PASSWORD})
    assert answered.headers["Location"] == PAGE
    assert resident.get(PAGE).status_code == 200
