# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions that lead from observations to observations again, as in Datastream/Observations of an observation: what they look at
grows with the square of what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stadtherz.services.sensing.sta import apart
from stadtherz.services.sensing.sta.options import Options
from stadtherz.services.sensing.sta.schema import Entity, relation_of, target
from stadtherz.services.sensing.sta.syntax import Path, Quantified


@dataclass(frozen=True, slots=True)
class _Stand:
    """An entity on the way, and how many times observations were met up to it."""

    entity: Entity
    met: int

    def behind(self, path: Path, start: int = 0) -> _Stand:
        """Where the relations of a path lead to."""
        entity, met = self.entity, self.met
        for segment in path.segments[start:]:
            relation = None if segment.name in entity.by_name else relation_of(entity, segment.name)
            if relation is None:
                break
            entity = target(relation)
            met += entity.name == "Observation"
        return _Stand(entity, met)


def leads_back(entity: Entity, options: Options) -> bool:
    """Whether a filter, an order or an expansion meets observations a second time."""
    return _most(_Stand(entity, int(entity.name == "Observation")), options) > 1


def _most(here: _Stand, options: Options) -> int:
    asked = [_met(here, {}, node) for node in (options.filter, *(order.key for order in options.orderby))]
    for expand in options.expand.values():
        to = target(expand.relation)
        inner = _Stand(to, here.met + (to.name == "Observation"))
        asked.append(max(inner.met, _most(inner, expand.options)))
    return max(asked)


def _met(here: _Stand, variables: dict[str, _Stand], node: Any) -> int:
    if isinstance(node, Path):
        return _behind(here, variables, node).met
    if isinstance(node, Quantified):
        inner = _behind(here, variables, node.path)
        return max(inner.met, _met(here, variables | {node.variable: inner}, node.body))
    return max((_met(here, variables, part) for part in apart.parts(node)), default=0)


def _behind(here: _Stand, variables: dict[str, _Stand], path: Path) -> _Stand:
    first = path.segments[0].name
    if first in variables and first not in here.entity.by_name:
        return variables[first].behind(path, 1)
    return here.behind(path, int(first == "$it"))
