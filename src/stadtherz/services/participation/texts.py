# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people write, made ready to be stored: plain text, one kind of line end, within its length."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from stadtherz.services.participation.errors import TextMissing, TextTooLong

# Control characters but tab and line feed; PostgreSQL refuses NUL, and XML feeds refuse the others.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\ufffe\uffff]")


def written(text: str, *, field: str, limit: int) -> str:
    """Several lines of text. Raises ``TextMissing``, ``TextTooLong``, both naming the ``field``."""
    cleaned = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not cleaned:
        raise TextMissing(field=field)
    if len(cleaned) > limit:
        message = _("This text is too long: %(length)s characters, at most %(limit)s are possible.")
        raise TextTooLong(message % {"length": len(cleaned), "limit": limit}, field=field)
    return cleaned


def written_line(text: str, *, field: str, limit: int) -> str:
    """One line of text. Raises as ``written``."""
    return written(" ".join(text.split()), field=field, limit=limit)
