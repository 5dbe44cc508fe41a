# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""German words in addresses."""

from __future__ import annotations

import pytest

from stadtherz.kernel.language.letters import in_address


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Zählstelle Mainzer Straße", "zaehlstelle-mainzer-strasse"), ("Öl & Übung", "oel-uebung"), ("北", "")],
)
def test_german_letters_are_written_out(text: str, expected: str) -> None:
    assert in_address(text) == expected
