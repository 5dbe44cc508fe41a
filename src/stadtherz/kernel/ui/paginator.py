# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of a list whose length is known already, because its tabs have counted: one query less."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property


class CountedPaginator(Paginator):
    """Django's paginator that is told how many there are."""

    def __init__(self, found: Any, per_page: int, *, count: int) -> None:
        super().__init__(found, per_page)
        self._count = count

    @cached_property
    def count(self) -> int:
        return self._count
