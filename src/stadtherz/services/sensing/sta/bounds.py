# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a filter says about whose observations are meant and of when, so that the store need not look elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from stadtherz.services.sensing.sta.observations import Bounds
from stadtherz.services.sensing.sta.schema import ID_NAMES, Entity
from stadtherz.services.sensing.sta.syntax import Binary, Call, Literal, Logic, Member, Negation, Path, Span
from stadtherz.services.sensing.sta.values import MIRRORED


def bounds_of(entity: Entity, filter_: Any, known: Bounds) -> Bounds:
    """Narrow ``known`` by the conditions of a filter that hold in any case."""
    if entity.name != "Observation" or filter_ is None:
        return known
    for condition in filter_.items if isinstance(filter_, Logic) and filter_.operator == "and" else (filter_,):
        if isinstance(condition, Logic) and condition.operator == "and":
            known = bounds_of(entity, condition, known)
        elif isinstance(condition, Binary):
            known = _by_comparison(condition, known)
        elif isinstance(condition, Call) and condition.name in {"during", "overlaps"} and len(condition.arguments) == 2:
            known = _by_interval(condition, known)
    return known


def of_datastreams(filter_: Any) -> list[Any]:
    """Of a filter on observations the conditions that hold in any case and speak of the datastream alone, as ones on datastreams."""
    if isinstance(filter_, Logic) and filter_.operator == "and":
        return [found for each in filter_.items for found in of_datastreams(each)]
    try:
        return [_on_datastream(filter_)]
    except _OfAnother:
        return []


class _OfAnother(ValueError):
    """The condition speaks of more than the datastream."""


def _on_datastream(node: Any) -> Any:
    """The node without the first step of its paths."""
    if isinstance(node, Literal):
        return node
    if isinstance(node, Path):
        names = [segment.name for segment in node.segments]
        if len(names) < 2 or names[0] not in {"Datastream", "Datastreams"} or "Observations" in names:
            raise _OfAnother
        return Path(node.segments[1:])
    if isinstance(node, Binary):
        return replace(node, left=_on_datastream(node.left), right=_on_datastream(node.right))
    if isinstance(node, Logic):
        return replace(node, items=tuple(map(_on_datastream, node.items)))
    if isinstance(node, Call) and node.arguments:
        return replace(node, arguments=tuple(map(_on_datastream, node.arguments)))
    if isinstance(node, Negation) or (isinstance(node, Member) and isinstance(node.choices, tuple)):
        return replace(node, item=_on_datastream(node.item))
    raise _OfAnother


def _by_comparison(condition: Binary, known: Bounds) -> Bounds:
    left, right, operator = condition.left, condition.right, condition.operator
    if isinstance(left, Literal) and isinstance(right, Path):
        left, right, operator = right, left, MIRRORED.get(operator, "")
    if not (isinstance(left, Path) and isinstance(right, Literal)):
        return known
    names, value = [segment.name for segment in left.segments], right.value
    if names[:1] == ["Datastream"] and len(names) == 2 and names[1] in ID_NAMES and operator == "eq":
        one = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
        if one and isinstance(value, int) and known.datastreams is None:
            return replace(known, datastreams=(value,))
        return known
    if names != ["phenomenonTime"] or not isinstance(value, datetime | Span):
        return known
    start, end = (value.start, value.end) if isinstance(value, Span) else (value, value)
    if operator in {"gt", "ge", "eq"}:
        known = _since(known, start)
    if operator in {"lt", "le", "eq"}:
        known = _until(known, end)
    return known


def _by_interval(condition: Call, known: Bounds) -> Bounds:
    one, other = condition.arguments
    if not (isinstance(one, Path) and isinstance(other, Literal) and isinstance(other.value, Span)):
        return known
    if [segment.name for segment in one.segments] != ["phenomenonTime"]:
        return known
    known = _until(known, other.value.end)
    return _since(known, other.value.start) if condition.name == "during" else known


def _since(known: Bounds, time: datetime) -> Bounds:
    return replace(known, since=time if known.since is None else max(known.since, time))


def _until(known: Bounds, time: datetime) -> Bounds:
    return replace(known, until=time if known.until is None else min(known.until, time))
