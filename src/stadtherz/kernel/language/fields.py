# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``TextVariants``: one text in several languages, in one column: {"de": …, "en": …, "de-easy": …}.

Which one a reader gets, the first that is there:

- a reader of easy language: ``de-easy``, ``de``, then any other;
- a reader of German: ``de``, then any other but easy language, then ``de-easy``;
- a reader of English: ``en``, ``de``, then any other but easy language, then ``de-easy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

EASY = "de-easy"
LANGUAGES = ("de", "en", EASY)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The text that a reader gets, and the language that it is written in (BCP 47)."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text


class Variants(dict[str, str]):
    """The value of the field."""

    def resolve(self, language: str | None = None, *, easy: bool = False) -> Resolved:
        """The variant for a reader of ``language`` (default: the active one), by the chain of this module."""
        wanted = (language or get_language() or "de").partition("-")[0]
        chain = [EASY, "de"] if easy else [wanted, "de"]
        for code in (*chain, *(code for code in self if code != EASY), EASY):
            if text := self.get(code, ""):
                return Resolved(text, "de" if code == EASY else code)
        return Resolved("", wanted)

    def __str__(self) -> str:
        return self.resolve().text


def check_variants(value: Any) -> None:
    """Raise ``ValidationError`` for anything but texts under the keys of ``LANGUAGES``, at least one of them German."""
    if not isinstance(value, Mapping):
        raise ValidationError(_("The texts are written as one text per language."))
    for code, text in value.items():
        if code not in LANGUAGES:
            raise ValidationError(
                _("There is no language %(code)s here; there are de, en and de-easy."), params={"code": code}
            )
        if not isinstance(text, str) or "\0" in text:
            raise ValidationError(_("What stands under %(code)s is not a text."), params={"code": code})
    if not any(text.strip() for code, text in value.items() if code != EASY):
        raise ValidationError(_("At least one language needs a text."))


class TextVariants(models.JSONField):
    """A text in several languages. Reading gives ``Variants``."""

    default_validators = [check_variants]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Variants)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = super().from_db_value(value, expression, connection)
        return Variants(found) if isinstance(found, dict) else found

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return Variants(found) if isinstance(found, Mapping) and not isinstance(found, Variants) else found
