# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The handbook says of each profile what the program does."""

from __future__ import annotations

from dataclasses import fields

import pytest

from stadtherz.services.wayfinding.engine.profiles import Limits
from tests.checks.profile_tables import NAMES, PAGES, with_tables


@pytest.mark.parametrize("language", PAGES)
def test_the_figures_of_the_profiles_are_those_of_the_program(language: str) -> None:
    text = PAGES[language].read_text(encoding="utf-8")
    assert text == with_tables(text, language), "write them anew: python -m tests.checks.profile_tables"


def test_every_limit_has_a_name() -> None:
    assert set(NAMES) == {field.name for field in fields(Limits)}
