# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is served a picture, and with which headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from stadtherz.kernel.files import actions
from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.files.tests import pictures
from stadtherz.kernel.files.tests.pictures import upload
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person


@pytest.fixture
def owner(town: Municipality) -> Person:
    return person()


@pytest.fixture
def picture(settings: Any, tmp_path: Path, owner: Person) -> Picture:
    settings.MEDIA_ROOT = tmp_path
    return actions.store_picture(upload=upload(pictures.picture()), owner=owner, alternative_text="A bench")


def signed_in(someone: Person) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def test_a_waiting_picture_is_there_for_its_owner_and_for_moderators_alone(picture: Picture, owner: Person) -> None:
    seen = {
        "nobody": Client().get(picture.url).status_code,
        "another resident": signed_in(person()).get(picture.url).status_code,
        "a clerk": signed_in(person(Role.CLERK)).get(picture.url).status_code,
        "its owner": signed_in(owner).get(picture.url).status_code,
        "a moderator": signed_in(person(Role.MODERATOR)).get(picture.url).status_code,
    }
    assert seen == {"nobody": 404, "another resident": 404, "a clerk": 404, "its owner": 200, "a moderator": 200}


def test_a_waiting_picture_is_not_kept_by_any_cache(picture: Picture, owner: Person) -> None:
    assert signed_in(owner).get(picture.url).headers["Cache-Control"] == "private, no-store"


def test_a_public_picture_is_only_a_picture(picture: Picture) -> None:
    actions.show_pictures([picture.pk])
    answer = Client().get(picture.url)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Cookie" not in answer.headers.get("Vary", "")
    again = Client().get(picture.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_picture_that_is_hidden_again_is_gone(picture: Picture) -> None:
    actions.show_pictures([picture.pk])
    actions.hide_pictures([picture.pk])
    assert Client().get(picture.thumbnail_url).status_code == 404


@pytest.mark.parametrize("name", ["1", "99999", "0320", "..", "passwd", "²"])
def test_other_names_lead_nowhere(picture: Picture, name: str) -> None:
    actions.show_pictures([picture.pk])
    assert Client().get(f"/files/{picture.token}/{name}.webp").status_code == 404


def test_another_town_does_not_serve_it(picture: Picture, kusel: Municipality) -> None:
    actions.show_pictures([picture.pk])
    assert Client().get(picture.url, headers={"host": "kusel.localhost"}).status_code == 404
