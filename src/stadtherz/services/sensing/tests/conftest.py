# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the writer remembers of months goes with the test's transaction, in which they were made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stadtherz.services.sensing.store import writing


@pytest.fixture(autouse=True)
def _fresh_months() -> Iterator[None]:
    writing._months.clear()
    yield
    writing._months.clear()
