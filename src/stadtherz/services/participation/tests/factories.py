# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Processes, ideas and voices for tests, in the active municipality."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.tests.factories import person
from stadtherz.services.participation.models import Category, Comment, Idea, Phase, Process
from stadtherz.services.participation.states import Visibility

_number = itertools.count(1)


def process(phase: str | None = "collecting", *, key: str = "") -> Process:
    """A process in which a phase of this kind has been running for a week; None: none runs."""
    number = next(_number)
    made = Process.objects.create(
        key=key or f"process-{number}",
        title={"de": f"Beteiligung {number}", "en": f"Process {number}"},
        summary={"de": "Worum es geht."},
    )
    if phase:
        Phase.objects.create(process=made, kind=phase, starts_at=timezone.now() - timedelta(days=7))
    return made


def category(of: Process, key: str = "") -> Category:
    """A category of the process."""
    key = key or f"category-{next(_number)}"
    return Category.objects.create(process=of, key=key, title={"de": key.capitalize()}, icon="tree")


def idea(of: Process | None = None, *, author: Person | None = None, **fields: Any) -> Idea:
    """A released idea, unless ``visibility`` says otherwise."""
    number = next(_number)
    fields = {"visibility": Visibility.RELEASED, "title": f"Idee {number}", "text": "Mehr Bänke am Weg.", **fields}
    if fields["visibility"] == Visibility.RELEASED:
        fields.setdefault("released_at", timezone.now())
    return Idea.objects.create(process=of or process(), author=author or person(), **fields)


def many_ideas(count: int, of: Process, *, author: Person, **fields: Any) -> list[Idea]:
    """So many released ideas at once."""
    ready = {"visibility": Visibility.RELEASED, "released_at": timezone.now(), "text": "Mehr Bänke.", **fields}
    ideas = [Idea(process=of, author=author, title=f"Idee {n}", support_count=n, **ready) for n in range(count)]
    return Idea.objects.bulk_create(ideas)


def comment(on: Idea, *, author: Person | None = None, parent: Comment | None = None, **fields: Any) -> Comment:
    """A released comment, unless ``visibility`` says otherwise. The counter is the verbs' matter."""
    fields = {"visibility": Visibility.RELEASED, "text": "Das finde ich gut.", **fields}
    if fields["visibility"] == Visibility.RELEASED:
        fields.setdefault("released_at", timezone.now())
    return Comment.objects.create(
        idea=on,
        author=author or person(),
        parent=parent,
        thread=(parent.thread or parent) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        **fields,
    )
