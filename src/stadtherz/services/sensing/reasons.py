# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why something was refused or failed, kept so that each reader gets it in the own language: the English text, which is the
key of its translations, and what is filled in. Background work that notes it does not know who will read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, override

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Reason:
    """``text`` is an English text of ours, or what another system said; ``given`` fills it in and may hold reasons itself."""

    text: str
    given: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, words: str | Promise, **given: Any) -> Reason:
        """From a text marked for translation (lazily), or any text that stays as it is."""
        return cls(_key(words), {name: _kept(value) for name, value in given.items()})

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Reason:
        """What ``kept`` wrote."""
        return cls(str(kept.get("text", "")), kept.get("given") or {})

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {"text": self.text, "given": dict(self.given)} if self.given else {"text": self.text}

    def __str__(self) -> str:
        words = gettext(self.text) if self.text else ""
        return words % {name: _told(value) for name, value in self.given.items()} if self.given else words


class Explained(ValueError):
    """An error whose reason somebody reads later, perhaps in another language."""

    def __init__(self, words: str | Promise | Reason, **given: Any) -> None:
        self.reason = words if isinstance(words, Reason) else Reason.of(words, **given)
        super().__init__(words)

    def __str__(self) -> str:
        return str(self.reason)


def noted(reason: Reason) -> dict[str, Any]:
    """The columns of a source that say what went wrong: in the language of the town, and for every other reader."""
    return {"last_error": str(reason)[:LONGEST], "last_reason": reason.kept()}


def about(what: str, reason: Reason) -> Reason:
    """The reason, with what it is about in front: a topic, a file."""
    return Reason.of("%(what)s: %(reason)s", what=what, reason=reason)


def reason_of(error: BaseException | str) -> Reason:
    """The reason that an error carries; else its words as they are."""
    return error.reason if isinstance(error, Explained) else Reason(str(error)[:LONGEST])


def _key(words: str | Promise) -> str:
    with override(None):  # no language: the text by which its translations are found
        return str(words)


def _kept(value: Any) -> Any:
    match value:
        case Reason():
            return value.kept()
        case Explained():
            return value.reason.kept()
        case Promise():
            return {"text": _key(value)}
        case bool() | int() | float():
            return value
        case list() | tuple():
            return [_kept(each) for each in value]
    return str(value)[:LONGEST]


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(Reason.read(value))
    return ", ".join(_told(each) for each in value) if isinstance(value, list) else str(value)
