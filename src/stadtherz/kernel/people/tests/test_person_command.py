# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The operator opens accounts at the server."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person


@pytest.fixture
def opened(kaiserslautern: Municipality, kusel: Municipality, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def open_account(email: str, town: str, *words: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("gutes-langes-passwort-7\n"))
        out = io.StringIO()
        account = ("--email", email, "--municipality", town, "--role", "admin")
        call_command("person", "create", *account, "--password-stdin", *words, stdout=out)
        return out.getvalue().strip()

    return open_account


def test_the_administrators_of_two_towns_may_both_be_called_admin(opened: Callable[..., str]) -> None:
    first, second = opened("admin@kl.example", "kaiserslautern"), opened("admin@kusel.example", "kusel")
    assert first == "admin@kl.example has an account (admin) and is admin in Kaiserslautern."
    assert second == "admin@kusel.example has an account (admin2) and is admin in Kusel."


def test_a_name_that_was_asked_for_is_never_changed(opened: Callable[..., str]) -> None:
    opened("eins@kl.example", "kaiserslautern", "--pseudonym", "Rathaus")
    with pytest.raises(CommandError, match="This pseudonym is taken"):
        opened("zwei@kl.example", "kaiserslautern", "--pseudonym", "Rathaus")
    assert Person.objects.count() == 1
