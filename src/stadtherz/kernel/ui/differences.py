# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What changed between two texts, word by word, as ``ins`` and ``del`` elements."""

from __future__ import annotations

import difflib
import re

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def differences(before: str, after: str) -> SafeString:
    """``after`` with what was removed and added marked; everything is escaped.

    Words and not letters are compared, because that is how a moderator reads. Line breaks stay as they are.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    parts: list[str] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(format_html("{}", "".join(new[j1:j2])))
            continue
        if i2 > i1:
            parts.append(format_html("<del>{}</del>", "".join(old[i1:i2])))
        if j2 > j1:
            parts.append(format_html("<ins>{}</ins>", "".join(new[j1:j2])))
    return mark_safe("".join(parts))  # noqa: S308  every part is escaped above
