# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which conditions of a filter can be asked apart from the others: those that speak of one path, which no other condition goes along.

Whether "there is such a combination" of related rows is then asked for each by itself, without multiplying the rows of one path
with those of another; and what lies behind a relation to one entity can be looked up once instead of for each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from stadtherz.services.sensing.sta.schema import ENTITIES
from stadtherz.services.sensing.sta.syntax import Binary, Call, Literal, Logic, Member, Negation, Path, Quantified

PROPERTIES = frozenset(name for entity in ENTITIES for name in entity.by_name)  # no variable hides one


def conjuncts(node: Any) -> list[Any]:
    """The conditions that all have to hold."""
    if isinstance(node, Logic) and node.operator == "and":
        return [found for item in node.items for found in conjuncts(item)]
    return [node]


def paths(node: Any) -> Iterator[Path]:
    """The paths that a node joins; what stands inside of any and all belongs to these alone."""
    if isinstance(node, Path):
        yield node
    elif isinstance(node, Quantified):
        if len(node.path.segments) > 1:
            yield Path(node.path.segments[:-1])
    else:
        for part in parts(node):
            yield from paths(part)


def only_path(node: Any) -> Path | None:
    """The one path of a condition that is unknown wherever this path leads to nothing; None for other conditions."""
    found = list(paths(node))
    return found[0] if len(found) == 1 and _unknown_without(node) else None


def behind(node: Any, steps: int) -> Any:
    """The node as it is said of what stands behind the first steps of its path."""
    if isinstance(node, Path):
        return Path(node.segments[steps:])
    rebuilt = tuple(behind(each, steps) for each in parts(node))
    return REBUILT[type(node)](node, rebuilt) if rebuilt else node


REBUILT: dict[type, Callable[[Any, tuple[Any, ...]], Any]] = {
    Binary: lambda node, parts: replace(node, left=parts[0], right=parts[1]),
    Logic: lambda node, parts: replace(node, items=parts),
    Call: lambda node, parts: replace(node, arguments=parts),
    Negation: lambda node, parts: replace(node, item=parts[0]),
    Member: lambda node, parts: replace(
        node, item=parts[0], choices=parts[1] if isinstance(node.choices, Path) else parts[1:]
    ),
}


def is_of_its_own(node: Quantified) -> bool:
    """Whether what is asked of the related entities speaks of them alone."""
    return node.body is None or _speaks_of(node.body, frozenset({node.variable}))


def _speaks_of(node: Any, variables: frozenset[str]) -> bool:
    if isinstance(node, Path):
        return node.segments[0].name in variables - PROPERTIES
    if isinstance(node, Quantified):
        inner = node.body is None or _speaks_of(node.body, variables | {node.variable})
        return inner and _speaks_of(node.path, variables)
    return all(_speaks_of(part, variables) for part in parts(node))


def parts(node: Any) -> tuple[Any, ...]:
    """What a node is made of, without paths' own parts; what stands inside of any and all is not among it."""
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, Logic):
        return node.items
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Negation):
        return (node.item,)
    if isinstance(node, Member):
        return (node.item, *([node.choices] if isinstance(node.choices, Path) else node.choices))
    return ()


def _unknown_without(node: Any) -> bool:
    """Whether the node is null where its path is: neither true, nor true behind `not`."""
    if isinstance(node, Path):
        return True
    if isinstance(node, Binary) and (node.operator == "ne" or _is_null(node.left) or _is_null(node.right)):
        return False
    if isinstance(node, Member) and any(map(_is_null, parts(node))):
        return False
    if isinstance(node, Logic):
        return all(map(_unknown_without, node.items))
    return any(map(_unknown_without, parts(node)))


def _is_null(node: Any) -> bool:
    return isinstance(node, Literal) and node.value is None
