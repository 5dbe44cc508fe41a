# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the outbox in tests."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stadtherz.kernel.messages.models import Message


@dataclass(frozen=True, slots=True)
class Mail:
    """What somebody would find in their letter box."""

    to: str
    subject: str
    text: str


def sent() -> list[Mail]:
    """All messages of the active municipality, oldest first."""
    return [Mail(m.address, m.subject, m.text) for m in Message.objects.order_by("pk")]


def links(text: str) -> list[str]:
    """Addresses in a text, without scheme and host."""
    return [re.sub(r"^https?://[^/]+", "", link) for link in re.findall(r"https?://\S+", text)]
