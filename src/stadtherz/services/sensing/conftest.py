# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a process remembers, or does beside a test, ends with the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stadtherz.services.sensing.store import months
from stadtherz.services.sensing.store.announcing import announcer


@pytest.fixture(autouse=True)
def _fresh_months() -> Iterator[None]:
    """What the writer knows of months goes with the transaction in which they were made."""
    months.forget_standing()
    yield
    months.forget_standing()


@pytest.fixture(autouse=True)
def _no_news_of_an_earlier_test() -> Iterator[None]:
    """New values are told half a second later by a thread that reads the tables; emptying them could meet it in a deadlock."""
    yield
    announcer.stop()
