# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Set up what residents are asked about: a process with its texts, the days on which its phases begin, its topics."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from itertools import count, pairwise

from django.db import transaction
from django.utils import timezone

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.language.letters import in_address
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.errors import (
    NoPhase,
    PhasesOutOfOrder,
    ProcessChangedMeanwhile,
    TextMissing,
    TopicInUse,
)
from stadtherz.services.participation.models import Category, Idea, Phase, Process
from stadtherz.services.participation.phases import PHASE_KINDS, phase_kind

PROCESS = "participation.process"
KEY_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is wanted; ``category`` is the one that it renames, None for a new one."""

    title: Mapping[str, str]
    category: int | None = None


@dataclass(frozen=True, slots=True)
class Wished:
    """What a process shall be. ``begins`` says from which day on each kind of phase runs: until the next begins."""

    title: Mapping[str, str]
    summary: Mapping[str, str]
    description: Mapping[str, str]
    begins: Mapping[str, date]
    topics: Sequence[Topic] = ()
    is_public: bool = True


@transaction.atomic
def open_process(*, editor: Person, wished: Wished) -> Process:
    """Set up a new process. Side effect: an entry in the record. Raises as ``change_process``."""
    process = Process(key=_free_key(wished.title.get("de", "")))
    _write(process, wished)
    record(action="participation.open_process", actor=editor, subject=f"{PROCESS}:{process.pk}")
    return process


@transaction.atomic
def change_process(*, process: Process, editor: Person, wished: Wished, seen: str | None = None) -> None:
    """Change texts, days and topics; the address stays. Side effect: an entry in the record.

    ``seen`` is the ``version`` that the editor saw: what somebody else has saved since then is not overwritten unseen.
    Raises ``TextMissing``, ``NoPhase``, ``PhasesOutOfOrder``, ``TopicInUse``, ``ProcessChangedMeanwhile``.
    """
    process = Process.objects.select_for_update().get(pk=process.pk)
    if seen is not None and seen != version(process):
        raise ProcessChangedMeanwhile
    _write(process, wished)
    record(action="participation.change_process", actor=editor, subject=f"{PROCESS}:{process.pk}")


def version(process: Process) -> str:
    """A short sign of everything that an editor can change: another one after each change."""
    phases = [(phase.kind, phase.starts_at, phase.ends_at) for phase in process.phases.order_by("starts_at")]
    topics = [(topic.pk, dict(topic.title)) for topic in process.categories.order_by("order", "pk")]
    texts = [dict(process.title), dict(process.summary), dict(process.description)]
    told = json.dumps([texts, process.is_public, phases, topics], default=str, sort_keys=True)
    return sha256(told.encode()).hexdigest()[:16]


def _write(process: Process, wished: Wished) -> None:
    if not wished.title.get("de", "").strip():
        raise TextMissing(field="title_de")
    begins = _in_order(wished.begins)
    last = phase_kind(begins[-1][0])
    process.title, process.is_public = dict(wished.title), wished.is_public
    process.summary, process.description = dict(wished.summary), dict(wished.description)
    process.is_open_ended = bool(last.allows)
    process.save()
    _keep_phases(process, begins)
    _keep_topics(process, wished.topics)


def _in_order(begins: Mapping[str, date]) -> list[tuple[str, datetime]]:
    """The phases in the order in which they are declared, each with the first moment of its day."""
    found = [
        (kind.key, timezone.make_aware(datetime.combine(begins[kind.key], time.min)))
        for kind in PHASE_KINDS
        if kind.key in begins
    ]
    if not found:
        raise NoPhase(field=f"begins_{PHASE_KINDS[0].key}")
    for (_key, earlier), (key, later) in pairwise(found):
        if later <= earlier:
            raise PhasesOutOfOrder(field=f"begins_{key}")
    return found


def _keep_phases(process: Process, begins: Sequence[tuple[str, datetime]]) -> None:
    """One phase a kind; the row of a kind stays, as it may have a title of its own."""
    there = {phase.kind: phase for phase in process.phases.all()}
    ends = [moment for _kind, moment in begins[1:]]
    for (kind, starts_at), ends_at in zip(begins, [*ends, None], strict=True):
        phase = there.pop(kind, None) or Phase(process=process, kind=kind)
        if phase.pk is None or timezone.localdate(phase.starts_at) != timezone.localdate(starts_at):
            phase.starts_at = starts_at
        phase.ends_at = ends_at
        phase.save()
    for phase in there.values():
        phase.delete()


def _keep_topics(process: Process, topics: Sequence[Topic]) -> None:
    there = {category.pk: category for category in process.categories.all()}
    for order, topic in enumerate(topics):
        category = there.pop(topic.category or 0, None) or Category(process=process)
        category.title, category.order = dict(topic.title), order
        category.key = category.key or _topic_key(process, topic.title["de"])
        category.save()
    used = Idea.objects.filter(category__in=there).values_list("category", flat=True).first()
    if used is not None:
        raise TopicInUse(field=f"topic_{used}")
    Category.objects.filter(pk__in=there).delete()


def _free_key(title: str) -> str:
    taken = set(Process.objects.values_list("key", flat=True))
    return _first_free(title, "beteiligung", taken)


def _topic_key(process: Process, title: str) -> str:
    return _first_free(title, "thema", set(process.categories.values_list("key", flat=True)))


def _first_free(title: str, otherwise: str, taken: set[str]) -> str:
    """The words of the title as they can stand in an address, with a number where they are taken."""
    base = in_address(title)[: KEY_LENGTH - 4].strip("-") or otherwise
    numbered = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(key for key in numbered if key not in taken)
