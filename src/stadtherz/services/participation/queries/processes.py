# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Processes with what runs in them now."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from stadtherz.kernel.municipalities.statements import Statement, attach
from stadtherz.services.participation.models import Category, Phase, Process
from stadtherz.services.participation.phases import Action
from stadtherz.services.participation.rules import running_phase


@dataclass(frozen=True, slots=True)
class Standing:
    """A process and the phase that runs in it now, if any."""

    process: Process
    phase: Phase | None

    @property
    def is_open(self) -> bool:
        """Whether residents can do anything in it now."""
        return self.phase is not None and bool(self.phase.declared.allows)

    @property
    def takes_ideas(self) -> bool:
        """Whether ideas can be submitted now."""
        return self.phase is not None and self.phase.allows(Action.SUBMIT)


PUBLIC = Statement[Process](lambda: Process.objects.filter(is_public=True))
PHASES = Statement[Phase](lambda: Phase.objects.filter(process__is_public=True))


def standings() -> list[Standing]:
    """All public processes with their running phase: two queries. Open ones first."""
    of: dict[int, list[Phase]] = {}
    for phase in PHASES.rows():
        of.setdefault(phase.process_id, []).append(phase)
    found = []
    for process in PUBLIC.rows():
        attach(process, "phases", of.get(process.pk, ()), back="process")
        found.append(Standing(process, running_phase(process)))
    return sorted(found, key=lambda standing: not standing.is_open)


def _categories(*, process: int | None = None) -> QuerySet[Category]:
    of = Q(process=process) if process else Q(process__is_public=True)
    return Category.objects.filter(of).select_related("process").order_by("process__order", "process_id", "order", "id")


CATEGORIES = Statement[Category](_categories)


def categories(process: Process | None = None) -> list[Category]:
    """Categories to choose from: of one process, or of all public ones."""
    return CATEGORIES.rows(process=process.pk) if process else CATEGORIES.rows()
