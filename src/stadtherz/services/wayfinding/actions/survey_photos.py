# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Photos of answers: handed in with an answer, and what moderators' decisions do to them. The answer itself does not wait
for its photo."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from stadtherz.kernel.files.actions import store_picture
from stadtherz.kernel.moderation.actions import submit
from stadtherz.services.wayfinding.actions.facts_version import new_version
from stadtherz.services.wayfinding.models import SurveyAnswer
from stadtherz.services.wayfinding.surveys.photos import KIND, alternative_text, content_of


@transaction.atomic
def add_photo(*, answer: SurveyAnswer, upload: UploadedFile) -> None:
    """Keep the photo of an answer; staff sees it at once, everybody when a moderator has released it.

    Side effects: the picture without its metadata, a moderation case. Raises a ``PictureRefused``.
    """
    answer.picture = store_picture(upload=upload, owner=answer.person, alternative_text=alternative_text(answer))
    answer.save(update_fields=["picture"])
    submit(
        kind=KIND, object_id=answer.pk, author=answer.person, content=content_of(answer, answer.picture.pk)
    )  # fmt: skip


def release_photo(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Show the photo: on the page of its place, and where its limit is broken."""
    _set(object_id, content)
    new_version()


def decline_photo(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """Nobody sees the photo any more, the reviewing staff neither."""
    _set(object_id, {})


def take_down_photo(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """The photo leaves the public."""
    _set(object_id, {})
    new_version()


def photo_waits(*, object_id: int, content: dict[str, Any], case: Any) -> None:
    """A decision was undone: the photo waits again."""
    _set(object_id, content)
    new_version()


def _set(number: int, content: dict[str, Any]) -> None:
    pictures = content.get("pictures") or [None]
    SurveyAnswer.objects.filter(pk=number).update(picture=pictures[0])


def photo_url(object_id: int) -> str:
    """Where the photo is seen."""
    found = SurveyAnswer.objects.filter(pk=object_id).first()
    return (
        reverse("wayfinding:survey_question", args=[found.token]) + "#fotos" if found else reverse("wayfinding:surveys")
    )
