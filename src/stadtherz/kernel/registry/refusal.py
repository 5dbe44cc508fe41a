# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a command of ours says that it could not do its work: the step, the reason, the remedy, as ./stadtherz itself does."""

from __future__ import annotations

from django.core.management.base import CommandError


class Refusal(CommandError):
    """A command ends without success; ``./stadtherz`` shows the three parts on three lines."""

    def __init__(self, step: str, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.step, self.reason, self.remedy = step, reason, remedy


class NoSuchMunicipality(Refusal):
    """The key belongs to no municipality of this installation."""

    def __init__(self, key: str | None, known: list[str]) -> None:
        reason = (
            f"There is no municipality with the key {key}." if key else "No municipality answers to a bare localhost."
        )
        super().__init__("Municipality", reason, f"Known keys: {', '.join(sorted(known)) or 'none'}.")
