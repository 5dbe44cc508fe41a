# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``TownModel``: the base of every table whose rows belong to one municipality.

To inherit it is all that is needed: the manager filters, the migration run puts forced row-level security on the table
(``locks``), and a test walks all models to see that it holds.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from stadtherz.kernel.municipalities.active import active, active_id

T = TypeVar("T", bound=models.Model)


class TownManager(models.Manager[T]):
    """Rows of the active municipality; raises ``NoActiveMunicipality`` when none is active."""

    def get_queryset(self) -> models.QuerySet[T]:
        return super().get_queryset().filter(municipality_id=active().pk)

    @classmethod
    def of(cls, queryset: type[models.QuerySet[Any]]) -> Any:
        """A scoped manager with the methods of ``queryset``."""
        return cls.from_queryset(queryset)()


class TownModel(models.Model):
    """A row that belongs to one municipality."""

    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, default=active_id, editable=False, related_name="+"
    )

    objects: ClassVar[TownManager[Self]] = TownManager()

    #: thousands of rows are read or written at a time: the database then asks for the municipality once a statement instead
    #: of once a row, which costs a little more for few rows
    read_by_thousands: ClassVar[bool] = False

    class Meta:
        abstract = True
