# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells subscribers of a broker which observations were changed or corrected (OGC 18-088, section 14.1).

The record of decisions names them, numbered in the order of the commits, so nothing more has to be noted when somebody changes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Max

from stadtherz.kernel.audit.models import AuditEntry
from stadtherz.services.sensing.actions.observations import moved_to
from stadtherz.services.sensing.models import Datastream
from stadtherz.services.sensing.mqtt.entity_news import shown, topics
from stadtherz.services.sensing.sta.path import Step
from stadtherz.services.sensing.sta.schema import OBSERVATION
from stadtherz.services.sensing.sta.walking import Reader
from stadtherz.services.sensing.store.identifiers import understood

ACTIONS = frozenset({"sensing.change_observation", "sensing.correct_value", "sensing.take_back_correction"})
SUBJECT = "sensing.observation:"
AT_ONCE = 2000


class Changed:
    """How far the record of a municipality was read. Every call needs the municipality to be active."""

    def __init__(self, municipality: int, base: str) -> None:
        self.municipality, self.base = municipality, base
        self.read = AuditEntry.objects.aggregate(last=Max("number"))["last"] or 0

    def news(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Topic and document of each observation that was changed since the last time, as it is now."""
        entries = AuditEntry.objects.filter(number__gt=self.read).order_by("number")
        rows = list(entries.values_list("number", "action", "subject")[:AT_ONCE])
        self.read = rows[-1][0] if rows else self.read
        names = {subject.removeprefix(SUBJECT): None for _number, action, subject in rows if action in ACTIONS}
        if not names:
            return
        hidden = tuple(Datastream.objects.filter(is_open=False).values_list("pk", flat=True))
        reader = Reader(self.municipality, self.base, hidden)
        for key in map(understood, names):
            step = Step(OBSERVATION, None, moved_to(key) or key)
            document = shown(reader, step)
            if document is not None:
                yield from topics(reader, step, document, {})
