# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an address or a hidden field asks for. Anybody may have changed it, so what cannot be read asks for nothing."""

from __future__ import annotations


def whole_number(text: str | None, *, digits: int = 18) -> int | None:
    """The number that ``text`` spells in plain digits, at most so many that the database's column holds it; else None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= digits else None
