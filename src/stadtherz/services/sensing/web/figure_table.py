# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table below a chart has every line of the picture: who cannot see the picture compares as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

Column = dict[str, object]
Row = list[object]


def rounded(value: float, decimals: int) -> float:
    """A figure with the digits that mean something; a whole number where none behind the comma does."""
    return round(value, decimals) if decimals else round(value)


def joined(
    columns: Sequence[Column], rows: Sequence[Row], times: Sequence[float], *, name: str,
    others: Sequence[tuple[str, Mapping[float, object]]], said: Callable[[float], str], until: float | None = None,
) -> tuple[list[Column], list[Row]]:  # fmt: skip
    """The columns and rows of the first line with one column more, behind its value, for each of ``others`` (name, values by time).

    ``times`` (seconds since 1970) belong to ``rows``; where only another line has a value there is a row with its time as ``said``.
    From ``until`` on the first line has no values yet. Where another line has no value of that time its cell is empty, None is a gap.
    """
    if not others:
        return list(columns), list(rows)
    value = columns[1]
    heads = [
        columns[0],
        value | {"title": name},
        *(value | {"title": other} for other, _values in others),
        *columns[2:],
    ]
    own = {round(time): row for time, row in zip(times, rows, strict=True)}
    beside = [{round(time): value for time, value in values.items()} for _name, values in others]
    found: list[Row] = []
    for time in sorted({*own, *(each for values in beside for each in values)}):
        row = own.get(time)
        if row is None:
            later = until is not None and time >= until
            rest = ["" if later or not column.get("numeric") else None for column in columns[2:]]
            row = [said(time), _("not yet") if later else None, *rest]
        found.append([row[0], row[1], *(values.get(time, "") for values in beside), *row[2:]])
    return heads, found
