# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Statements that the ORM writes once and that are then only filled in: for the few pages that most visitors open.

To write the SQL of a page with joins costs Django several times what it costs to read the answer, and it writes the
same text each time. A ``Statement`` keeps the text, in each municipality its own, and puts in the numbers that differ.
What it returns are the same model instances that the queryset would have returned.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators

from stadtherz.kernel.municipalities.active import active

Row = TypeVar("Row", bound=models.Model)
MOST_KEPT = 200
STAND_IN = 7_310_000_000_000
"""The first of the numbers that stand for the real ones while a statement is written."""


class NotFillable(TypeError):
    """A number that shall be filled in does not reach the statement as a parameter of its own."""


@dataclass(frozen=True, slots=True)
class _Written:
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, str, type[int]], ...]
    compiler: Any

    def filled(self, numbers: dict[str, int]) -> list[Any]:
        parameters = list(self.parameters)
        for place, name, kind in self.places:
            parameters[place] = kind(numbers[name])  # the backend's own kinds of int say how wide the number is
        return parameters


class Statement(Generic[Row]):
    """A queryset whose SQL is kept.

    ``build`` is called as build(*shape, **numbers) and returns the queryset. Each shape is a statement of its own; the
    numbers (keys, seeds) are filled in. ``prefetch_related`` is not followed: ask another statement and ``attach``.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Row, Any]]) -> None:
        self._build = build
        self._kept: dict[Hashable, _Written] = {}

    def rows(self, *shape: Hashable, **numbers: int) -> list[Row]:
        """The instances, as a list."""
        compiler, found = self._asked(shape, numbers)
        return _instances(compiler, found) if found else []

    def values(self, *shape: Hashable, **numbers: int) -> list[tuple[Any, ...]]:
        """The rows of a queryset with ``values_list``, as tuples."""
        compiler, found = self._asked(shape, numbers)
        return list(compiler.results_iter([found], tuple_expected=True))

    def first(self, *shape: Hashable, **numbers: int) -> Row | None:
        """The first instance, or None. The queryset says by itself that one is enough."""
        return next(iter(self.rows(*shape, **numbers)), None)

    def count(self, *shape: Hashable, **numbers: int) -> int:
        """How many rows there are."""
        written, parameters = self._prepared(shape, numbers)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({written.sql}) AS found", parameters)  # noqa: S608  Django's SQL
            counted: int = cursor.fetchone()[0]
        return counted

    def _asked(self, shape: tuple[Hashable, ...], numbers: dict[str, int]) -> tuple[Any, list[tuple[Any, ...]]]:
        written, parameters = self._prepared(shape, numbers)
        compiler = copy(written.compiler)
        compiler.connection = connection
        with connection.cursor() as cursor:
            cursor.execute(written.sql, parameters)
            return compiler, cursor.fetchall()

    def _prepared(self, shape: tuple[Hashable, ...], numbers: dict[str, int]) -> tuple[_Written, list[Any]]:
        kind = (active().pk, shape, *numbers)
        written = self._kept.get(kind)
        if written is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            stand_ins = {name: STAND_IN + place for place, name in enumerate(numbers)}
            written = self._kept[kind] = _write(self._build(*shape, **stand_ins), stand_ins)
        return written, written.filled(numbers)


def _write(queryset: models.QuerySet[Any, Any], stand_ins: dict[str, int]) -> _Written:
    compiler = queryset.query.get_compiler(using=connection.alias)
    sql, parameters = compiler.as_sql()
    names = {number: name for name, number in stand_ins.items()}
    places = tuple((n, names[p], type(p)) for n, p in enumerate(parameters) if isinstance(p, int) and p in names)
    if missing := stand_ins.keys() - {name for _place, name, _kind in places}:
        raise NotFillable(f"{', '.join(sorted(missing))} is no parameter of the statement: {sql}")
    compiler.connection = None  # each thread has its own
    return _Written(sql, tuple(parameters), places, compiler)


def _instances(compiler: Any, found: Sequence[Sequence[Any]]) -> list[Any]:
    """What ``django.db.models.query.ModelIterable`` does with the rows of an answer."""
    select, info = compiler.select, compiler.klass_info
    model, places = info["model"], info["select_fields"]
    begin, end = places[0], places[-1] + 1
    names = [column[0].target.attname for column in select[begin:end]]
    populators = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]  # newer in the stubs
    made = []
    for row in compiler.results_iter([found]):
        instance = model.from_db(connection.alias, names, row[begin:end])
        for populator in populators:
            populator.populate(row, instance)
        for name, place in compiler.annotation_col_map.items():
            setattr(instance, name, row[place])
        made.append(instance)
    return made


def attach(instance: models.Model, related: str, rows: Sequence[models.Model], *, back: str) -> None:
    """Give ``instance`` what ``prefetch_related`` would have given it: ``instance.<related>.all()`` asks nothing more."""
    known: models.QuerySet[Any] = models.QuerySet(model=instance._meta.get_field(related).related_model)
    known._result_cache = list(rows)
    known._prefetch_done = True  # type: ignore[attr-defined]
    for row in rows:
        setattr(row, back, instance)
    if not hasattr(instance, "_prefetched_objects_cache"):
        instance._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    instance._prefetched_objects_cache[related] = known  # type: ignore[attr-defined]
