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
    removed, added = "", ""
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[i1:i2]), "".join(new[j1:j2])
        if kind != "equal" or (gone.isspace() and "\n" not in gone and (removed or added)):
            removed, added = removed + gone, added + come
            continue
        parts.append(_changed(removed, added) + format_html("{}", come))
        removed, added = "", ""
    parts.append(_changed(removed, added))
    return mark_safe("".join(parts))  # noqa: S308  every part is escaped above


def _changed(removed: str, added: str) -> str:
    """One change; a space that stands at the end of both belongs behind it."""
    tail = ""
    while removed and added and removed[-1] == added[-1] and removed[-1].isspace():
        tail, removed, added = removed[-1] + tail, removed[:-1], added[:-1]
    gone = format_html("<del>{}</del>", removed) if removed else ""
    come = format_html("<ins>{}</ins>", added) if added else ""
    return gone + (" " if gone and come else "") + come + format_html("{}", tail)
