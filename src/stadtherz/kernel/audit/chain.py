# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How an entry becomes a hash. This is the definition that a third party can check an export against.

1. The content is the JSON array ``[municipality, at, actor, action, subject, detail]``: ``municipality`` and ``actor`` as
   numbers (``actor`` may be null), ``at`` as UTC with six decimals ("2024-04-05T10:20:30.000000Z"), ``detail`` as an
   object. It is written with sorted keys, without blanks, without escapes for letters beyond ASCII (RFC 8785 as far as
   it concerns these types), and encoded as UTF-8. ``content_hash`` is its SHA-256, in lower-case hexadecimal.
2. ``hash`` is the SHA-256 of the ASCII text ``previous_hash|number|content_hash``. The first entry of a municipality has
   the number 1 and 64 zeros as ``previous_hash``.

Step 2 is done by the database at the commit (migration 0002), and by ``link`` when the record is verified. Fractions are
refused in ``detail``, because two programs seldom write the same fraction alike.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

START = "0" * 64


class DetailNotRecordable(TypeError):
    """A detail is not made of texts, whole numbers, true, false, null, lists and objects of these."""


def content_hash(
    *, municipality: int, at: datetime, actor: int | None, action: str, subject: str, detail: dict[str, Any]
) -> str:
    """Step 1 of the definition above."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    content = [municipality, moment, actor, action, subject, detail]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def link(*, previous_hash: str, number: int, content_hash: str) -> str:
    """Step 2 of the definition above."""
    return hashlib.sha256(f"{previous_hash}|{number}|{content_hash}".encode()).hexdigest()


def check_detail(detail: Any, path: str = "detail") -> None:
    """Raise ``DetailNotRecordable`` for anything that could be written in two ways or that the database cannot keep."""
    if detail is None or isinstance(detail, bool | int):
        return
    if isinstance(detail, str):
        if "\0" in detail or any("\ud800" <= letter <= "\udfff" for letter in detail):
            raise DetailNotRecordable(f"{path}: a text with a null character or half a character cannot be recorded.")
    elif isinstance(detail, list | tuple):
        for index, item in enumerate(detail):
            check_detail(item, f"{path}[{index}]")
    elif isinstance(detail, dict):
        for key, item in detail.items():
            if not isinstance(key, str):
                raise DetailNotRecordable(f"{path}: the key {key!r} is not a text.")
            check_detail(key, f"{path}.{key}")
            check_detail(item, f"{path}.{key}")
    else:
        raise DetailNotRecordable(f"{path}: {type(detail).__name__} cannot be recorded; write it as a text.")
