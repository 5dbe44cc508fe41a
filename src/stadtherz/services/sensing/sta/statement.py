# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One SQL statement while it is being put together: its parameters and aliases, where rows come from, and whose they are.

Text of a request enters it only through ``bind``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from stadtherz.services.sensing.sta.observations import Bounds, rows
from stadtherz.services.sensing.sta.schema import BY_NAME, OF_FEATURE, Entity, Relation


@dataclass(slots=True)
class Statement:
    """Parameters and aliases of one statement. ``hidden`` are datastreams that the reader may not see."""

    town: int
    base: str
    hidden: Sequence[int] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    _aliases: int = 0

    def bind(self, value: Any) -> str:
        """A placeholder for ``value``."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"

    def once(self, name: str, value: Any) -> str:
        """A placeholder that is used in many places."""
        self.parameters[name] = value
        return f"%({name})s"

    def alias(self) -> str:
        """A new alias."""
        self._aliases += 1
        return f"t{self._aliases}"

    def table(self, entity: Entity, alias: str, bounds: Bounds | None = None, about: str = "") -> str:
        """What stands in FROM. ``about``: of observations those about the feature of interest with this identifier, as SQL."""
        if entity.name == "Observation":
            return rows(self.bind, alias, bounds or Bounds(), about)
        return f"{entity.table} AS {alias}"

    def related(self, relation: Relation, alias: str, other: str) -> tuple[str, str]:
        """What stands in FROM for the entities under ``other`` that are related to the row ``alias``, and the condition."""
        to = BY_NAME[relation.target]
        about = f"{alias}.id" if relation.on == OF_FEATURE else ""
        on = relation.on.replace("{a}", alias).replace("{b}", other)
        return self.table(to, other, about=about), f"{on} AND {self.visible(to, other)}"

    def visible(self, entity: Entity, alias: str) -> str:
        """The condition on rows of ``entity``: of this town, and not of a closed datastream."""
        mine = f"{alias}.municipality_id = {self.town:d}"
        if not self.hidden or entity.name not in {"Datastream", "Observation"}:
            return mine
        column = "id" if entity.name == "Datastream" else "datastream_id"
        return f"{mine} AND {alias}.{column} <> ALL({self.once('hidden', list(self.hidden))}::int[])"
