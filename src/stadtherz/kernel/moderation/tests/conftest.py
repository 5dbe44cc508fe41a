# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The notice board is registered for each test and forgotten after it; moderators and an author stand ready."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stadtherz.kernel.moderation.tests import board
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.people.tests.factories import person
from stadtherz.kernel.registry.services import moderated_kinds


@pytest.fixture(autouse=True)
def _board() -> Iterator[None]:
    kinds = moderated_kinds()
    kinds[board.KIND.key] = board.KIND
    board.PUBLIC.clear()
    board.CALLS.clear()
    yield
    del kinds[board.KIND.key]


@pytest.fixture
def author(town: Municipality) -> Person:
    return person(pseudonym="Kastanie")


@pytest.fixture
def moderator(town: Municipality) -> Person:
    return person(Role.MODERATOR, pseudonym="Moderation 1")


@pytest.fixture
def second_moderator(town: Municipality) -> Person:
    return person(Role.MODERATOR, pseudonym="Moderation 2")
