# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody can do who is refused, in the language that was asked for. openrouteservice's own sentence stays beside it
in English, because programs compare it."""

import json
import re
from typing import Final

from ..telling.phrases import LANGUAGES, Table, table
from .requested import AnswerError

_NAMED: Final = re.compile(r"'([\w.\[\]]+)'|\"([\w.\[\]]+)\"|\b((?:soft|hard)\.\w+)")


def hint(refusal: AnswerError, content: bytes, wishes: str = "") -> str:
    """`content`: the body of the request, which may name a language; `wishes`: its Accept-Language."""
    words = _words(content, wishes)
    key = f"refused.{refusal.advice or (refusal.status if refusal.status in {405, 415, 503} else refusal.kind)}"
    if refusal.kind == 2009 and "why_not" not in refusal.more:
        key = "refused.apart"
    named = _NAMED.search(refusal.message)
    name = next(filter(None, named.groups()), "") if named else ""
    return words.get(key, words["refused.other"]).format(name=words["refused.name"].format(name=name) if name else "")


def _words(content: bytes, wishes: str) -> Table:
    try:
        asked = json.loads(content).get("language")
    except (ValueError, RecursionError, AttributeError):
        asked = None
    codes = [asked] if isinstance(asked, str) else []
    codes += [part.split(";")[0].strip() for part in wishes.split(",")]
    for code in (each.lower().replace("_", "-") for each in codes):
        if code in LANGUAGES or code.split("-")[0] in LANGUAGES:
            return table(code)
    return table(None)
