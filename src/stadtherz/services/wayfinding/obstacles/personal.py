# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Data about people who reported obstacles or said whether they are still there: handed out, forgotten, expired, joined.

The obstacle itself stays, without the person: it says something about a street. Counts of voices stay too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from stadtherz.kernel.people.events import PeopleMerged
from stadtherz.kernel.people.models import Person
from stadtherz.services.wayfinding.models import Obstacle, ObstacleVoice, SavedWay


def export_reports(person: Person) -> list[dict[str, Any]]:
    """What the person reported."""
    return [
        {
            "kind": found.kind, "place": found.place_label, "where": found.geometry.coords, "text": found.text,
            "state": found.state, "reported": found.created_at.isoformat(), "until": found.ends.isoformat(),
        }
        for found in Obstacle.objects.filter(reporter=person).order_by("created_at")
    ]  # fmt: skip


def erase_reports(person: Person) -> None:
    """The obstacle stays for the others; who reported it is forgotten."""
    Obstacle.objects.filter(reporter=person).update(reporter=None, submission_key=None)


def expire_reports(before: datetime) -> int:
    """Forget who reported what was over before this moment."""
    old = Obstacle.objects.filter(ends__lt=before, reporter__isnull=False)
    return old.update(reporter=None, submission_key=None)


def export_voices(person: Person) -> list[dict[str, Any]]:
    """Where the person said "still there" or "gone"."""
    voices = ObstacleVoice.objects.filter(person=person).select_related("obstacle").order_by("at")
    return [
        {"obstacle": str(voice.obstacle), "still_there": voice.still_there, "at": voice.at.isoformat()}
        for voice in voices
    ]


def erase_voices(person: Person) -> None:
    """The counts stay without the person."""
    ObstacleVoice.objects.filter(person=person).delete()


def expire_voices(before: datetime) -> int:
    """Forget who said what about obstacles that were over before this moment."""
    return ObstacleVoice.objects.filter(obstacle__ends__lt=before).delete()[0]


@transaction.atomic
def people_merged(event: PeopleMerged) -> None:
    """Everything of the one row belongs to the other; a voice about the same obstacle counts once."""
    Obstacle.objects.filter(reporter=event.gone_id).update(reporter=event.kept_id, submission_key=None)
    SavedWay.objects.filter(person=event.gone_id).update(person=event.kept_id)
    spoken = list(ObstacleVoice.objects.filter(person=event.kept_id).values_list("obstacle", flat=True))
    ObstacleVoice.objects.filter(person=event.gone_id, obstacle__in=spoken).delete()
    ObstacleVoice.objects.filter(person=event.gone_id).update(person=event.kept_id)
