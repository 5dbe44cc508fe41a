# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Processes with what runs in them now."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q

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


def standings() -> list[Standing]:
    """All public processes with their running phase: two queries. Open ones first."""
    processes = Process.objects.filter(is_public=True).prefetch_related(Prefetch("phases", Phase.objects.all()))
    found = [Standing(process, running_phase(process)) for process in processes]
    return sorted(found, key=lambda standing: not standing.is_open)


def categories(process: Process | None = None) -> list[Category]:
    """Categories to choose from: of one process, or of all public ones."""
    of = Q(process=process) if process else Q(process__is_public=True)
    return list(
        Category.objects.filter(of).select_related("process").order_by("process__order", "process_id", "order", "id")
    )
