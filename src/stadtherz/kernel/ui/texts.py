# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The few marks of texts that a municipality writes itself (imprint, contact, …), as HTML.

Written are paragraphs separated by blank lines, ``## headings`` and ``- list items``. Addresses become links. Everything
else is escaped, so a text can hold no HTML.
"""

from __future__ import annotations

import re

from django.utils.html import conditional_escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe


def to_html(text: str) -> SafeString:
    """Paragraphs, headings and lists."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("## "):
            blocks.append(format_html("<h2>{}</h2>", lines[0][3:]))
            lines = lines[1:]
        if lines and all(line.startswith("- ") for line in lines):
            items = "".join(f"<li>{_line(line[2:])}</li>" for line in lines)
            blocks.append(mark_safe(f"<ul>{items}</ul>"))  # noqa: S308  each item is escaped by _line
        elif lines:
            blocks.append(mark_safe("<p>" + "<br>".join(_line(line) for line in lines) + "</p>"))  # noqa: S308
    return mark_safe("".join(blocks))  # noqa: S308


def _line(text: str) -> str:
    return urlize(conditional_escape(text), autoescape=False)
