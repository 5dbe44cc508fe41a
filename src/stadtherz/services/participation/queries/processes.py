# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Processes with what runs in them now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

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


COLUMNS = [field.attname for field in Phase._meta.concrete_fields]


def _with_phases() -> QuerySet[Process]:
    phases = Phase.objects.filter(process=OuterRef("pk")).order_by("starts_at")
    rows = ArraySubquery(phases.values(row=JSONObject(**{column: column for column in COLUMNS})))
    return Process.objects.filter(is_public=True).annotate(phase_rows=rows)


PUBLIC = Statement[Process](_with_phases)


def standings() -> list[Standing]:
    """All public processes with their running phase: one query, as most pages ask it. Open ones first."""
    found = []
    for process in PUBLIC.rows():
        attach(process, "phases", [_phase(row) for row in process.phase_rows], back="process")  # type: ignore[attr-defined]
        found.append(Standing(process, running_phase(process)))
    return sorted(found, key=lambda standing: not standing.is_open)


def _phase(row: Mapping[str, Any]) -> Phase:
    fields = Phase._meta.concrete_fields
    return Phase.from_db("default", COLUMNS, [field.to_python(row[field.attname]) for field in fields])


def _categories(*, process: int | None = None) -> QuerySet[Category]:
    of = Q(process=process) if process else Q(process__is_public=True)
    return Category.objects.filter(of).select_related("process").order_by("process__order", "process_id", "order", "id")


CATEGORIES = Statement[Category](_categories)


def categories(process: Process | None = None) -> list[Category]:
    """Categories to choose from: of one process, or of all public ones."""
    return CATEGORIES.rows(process=process.pk) if process else CATEGORIES.rows()
