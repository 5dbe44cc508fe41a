# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Take over contributions of an earlier platform. They were public there, so they do not wait for a moderator here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from stadtherz.kernel.audit.actions import record
from stadtherz.kernel.moderation.actions import PublicElsewhere, take_over
from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.people.models import Person
from stadtherz.services.participation.contents import IDEA, idea_content
from stadtherz.services.participation.importer.contribution import Contribution, Refusal
from stadtherz.services.participation.models import Category, Idea, Process, StatusChange, Support
from stadtherz.services.participation.states import Origin, Status, Visibility

BATCH = 500


@dataclass(frozen=True, slots=True)
class TakeOver:
    """What came of it: how many were stored, how many stood here before, and which were refused."""

    stored: int
    already_here: int
    refusals: tuple[Refusal, ...]


@transaction.atomic
def take_over_ideas(
    *, process: Process, contributions: Sequence[Contribution], source: str, clerk: Person | None = None
) -> TakeOver:
    """Store the contributions as released ideas, all or none: if one is refused, nothing is stored.

    A contribution that was taken over before, known by ``source`` and its key there, is left as it is. Side effects:
    ideas, missing categories, the answer of those that have a status, one row a support (without a person: who it was
    is not known), a released moderation case each, one audit entry.
    """
    refusals = tuple(outside(contributions))
    known = set(
        Idea.objects.filter(source_key__in=[_key(source, c) for c in contributions]).values_list(
            "source_key", flat=True
        )
    )
    new = [c for c in contributions if _key(source, c) not in known]
    if refusals:
        return TakeOver(0, len(known), refusals)
    categories = _categories(process, {c.category for c in new if c.category})
    ideas = Idea.objects.bulk_create([_idea(process, c, source, categories) for c in new], batch_size=BATCH)
    pairs = list(zip(ideas, new, strict=True))
    StatusChange.objects.bulk_create(
        [
            StatusChange(idea=i, status=c.status, at=i.created_at, answer=_in_german(c.answer), office=active().name)
            for i, c in pairs
            if c.status and (c.answer or c.status != Status.RECEIVED)
        ],
        batch_size=BATCH,
    )
    Support.objects.bulk_create(
        [Support(idea=i, origin=Origin.IMPORT, at=i.created_at) for i, c in pairs for _n in range(c.supports)],
        batch_size=BATCH,
    )
    take_over(kind=IDEA, contributions=map(_case, ideas))
    record(
        action="participation.take_over",
        actor=clerk,
        subject=f"participation.process:{process.pk}",
        detail={"source": source, "stored": len(ideas), "already_here": len(known)},
    )
    return TakeOver(len(ideas), len(known), ())


def _case(idea: Idea) -> PublicElsewhere:
    content = idea_content(
        title=idea.title, text=idea.text, category=idea.category, place=idea.place, place_label=idea.place_label,
        pictures=(),
    )  # fmt: skip
    return PublicElsewhere(idea.pk, content, idea.created_at)


def _in_german(answer: str) -> dict[str, str]:
    return {"de": answer} if answer else {}


def _key(source: str, contribution: Contribution) -> str:
    return f"{source}:{contribution.key}"


def outside(contributions: Sequence[Contribution]) -> list[Refusal]:
    """Contributions whose place lies outside the municipality, if its area is known."""
    bounds = active().bounds
    if bounds is None:
        return []
    reason = _("The place lies outside %(town)s.") % {"town": active().name}
    area = bounds.prepared
    return [
        Refusal(c.line, c.key, reason)
        for c in contributions
        if c.place is not None and not area.covers(Point(*c.place, srid=4326))
    ]


def _categories(process: Process, names: set[str]) -> dict[str, Category]:
    """The category for each name, by key or by a title in any language; missing ones are made."""
    known: dict[str, Category] = {}
    for category in process.categories.all():
        for name in (category.key, *category.title.values()):
            known[name.casefold()] = category
    found: dict[str, Category] = {}
    for name in sorted(names):
        key = slugify(name)[:60] or "other"
        match = known.get(name.casefold()) or known.get(key)
        found[name] = match or Category.objects.create(process=process, key=key, title={"de": name})
        known[key] = found[name]
    return found


def _idea(process: Process, contribution: Contribution, source: str, categories: dict[str, Category]) -> Idea:
    at = contribution.created_at or timezone.now()
    return Idea(
        process=process,
        category=categories.get(contribution.category),
        origin=Origin.IMPORT,
        title=contribution.title,
        text=contribution.text,
        place=Point(*contribution.place, srid=4326) if contribution.place else None,
        place_label=contribution.place_label,
        status=contribution.status or Status.RECEIVED,
        visibility=Visibility.RELEASED,
        created_at=at,
        released_at=at,
        changed_at=at,
        support_count=contribution.supports,
        source_key=_key(source, contribution),
        source_url=contribution.url,
    )
