# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures in sentences: they stay in one line with their units."""

from __future__ import annotations

import re
from typing import Final

_FIGURE: Final = re.compile(
    r"(?<=\d) (?=(?:m|km|cm|%|Meter|Zentimeter|Prozent|Minuten?|minutes?|Stufen|steps)\b|%)|(?<=DIN) (?=\d|EN)"
)


def unbroken(text: str) -> str:
    """The text with spaces at which no line breaks between a figure and its unit."""
    return _FIGURE.sub("\u00a0", text)
