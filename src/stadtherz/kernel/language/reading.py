# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A text that a town keeps in several languages, in the words of one reader: the one place that chooses (``fields``)."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import get_language

from stadtherz.kernel.language.fields import EASY, Resolved, Variants

Texts = Mapping[str, str] | str | None


def resolved(texts: Texts, *, language: str | None = None, easy: bool = False) -> Resolved:
    """The variant for a reader of ``language`` (default: the active one; "de-easy" is easy language too).

    A plain text is what everybody gets, nothing is the empty text.
    """
    if texts is None or isinstance(texts, str):
        return Resolved(texts or "", (language or get_language() or "de").partition("-")[0])
    variants = texts if isinstance(texts, Variants) else Variants(texts)
    return variants.resolve(language, easy=easy or language == EASY)


def in_words(texts: Texts, request: HttpRequest | None) -> str:
    """The words for the visitor: ``request.easy_language`` is what ``middleware`` has found."""
    return resolved(texts, easy=bool(getattr(request, "easy_language", False))).text
