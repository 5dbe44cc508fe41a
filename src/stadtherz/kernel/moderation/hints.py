# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Points a moderator to places in a text that deserve a second look. Each rule says what it found and why.

Nothing is decided here: a hint never holds back, declines or sorts. The rules are few and can be read in a minute, so
that nobody has to guess what the machine thinks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.registry.declaration import Text

MOST = 8


@dataclass(frozen=True, slots=True)
class Hint:
    """``found`` is the place in the text, ``why`` the sentence beside it."""

    rule: str
    found: str
    why: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern and the reason to look twice."""

    key: str
    pattern: re.Pattern[str]
    why: Text


# Word stems: the ending may differ ("Idiot", "Idioten"). Only words that are insults in nearly every sentence.
_INSULTS = (
    "idiot", "arschloch", "arschlöcher", "wichser", "hurensohn", "hurensöhne", "schlampe", "fotze", "missgeburt", "drecksau",
    "drecksäue", "vollpfosten", "spasti", "dummkopf", "dummköpfe", "volltrottel", "trottel", "abschaum", "gesindel", "pack schlägt",
    "asshole", "bastard", "moron", "scumbag", "retard",
)  # fmt: skip
RULES: tuple[Rule, ...] = (
    Rule("insult", re.compile(r"\b(?:" + "|".join(_INSULTS) + r")\w*", re.I), _("possibly an insult")),
    Rule(
        "email",
        re.compile(r"\b[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b", re.I),
        _("looks like an e-mail address"),
    ),
    Rule(
        "phone",
        re.compile(r"(?<![\w.,/-])(?:\+49|0049|0)[\s/-]?(?:\(0\))?[1-9]\d{1,4}[\s/-]{1,3}\d(?:[\s-]?\d){3,9}(?!\w)"),
        _("looks like a telephone number"),
    ),
    Rule("iban", re.compile(r"\b[A-Z]{2}\d{2}(?:\s?\d{4}){4,7}(?:\s?\d{1,3})?\b"), _("looks like a bank account")),
    Rule(
        "plate",
        re.compile(r"\b(?:KL|KUS|MYK|WND|BIT|PRÜ|NR|PS|DÜW|KIB|ZW)[\s-][A-Z]{1,2}[\s-]?\d{1,4}\b"),
        _("looks like a number plate"),
    ),
    Rule(
        "name",
        re.compile(r"\b(?:Herrn?|Frau|Mr\.?|Mrs\.?|Dr\.)\s+(?!und\b)[A-ZÄÖÜ][a-zäöüß]{2,}\b"),
        _("may name a person"),
    ),
    Rule("link", re.compile(r"\b(?:https?://|www\.)[^\s<>]{3,200}", re.I), _("leads to another site")),
    Rule("shouting", re.compile(r"\b(?:[A-ZÄÖÜ]{4,}\b[\s!?.,]*){4,}"), _("written in capitals")),
    Rule("marks", re.compile(r"[!?]{4,}"), _("many exclamation or question marks")),
    Rule(
        "hidden",
        re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"),
        _("contains characters that cannot be seen"),
    ),
)


def hints(text: str) -> list[Hint]:
    """What the rules find, in the order of the rules, at most eight."""
    return [hint for _number, hint in zip(range(MOST), _all(text), strict=False)]


def _all(text: str) -> Iterator[Hint]:
    for rule in RULES:
        seen = set()
        for match in rule.pattern.finditer(text[:20_000]):
            found = " ".join(match.group().split())[:60]
            if found.lower() not in seen:
                seen.add(found.lower())
                yield Hint(rule.key, found or "·", rule.why)
