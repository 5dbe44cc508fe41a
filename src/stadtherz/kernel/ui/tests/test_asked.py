# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an address asks for, when somebody has changed it."""

from __future__ import annotations

import pytest

from stadtherz.kernel.ui.asked import whole_number


@pytest.mark.parametrize("text", [None, "", "-1", "+1", " 1", "1.0", "²", "٣", "\0", "9" * 19, "9" * 5000])
def test_what_is_no_number_of_ours_asks_for_nothing(text: str | None) -> None:
    assert whole_number(text) is None


def test_a_number_may_have_as_many_digits_as_its_column() -> None:
    assert [whole_number(text, digits=9) for text in ("0", "007", "9" * 9, "9" * 10)] == [0, 7, 999_999_999, None]
