# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts that a town keeps in several languages, in the words of this visitor."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import get_language

from stadtherz.kernel.ui.texts import variant


def in_words(texts: Mapping[str, str] | str | None, request: HttpRequest) -> str:
    """The variant for the visitor: easy language if wished and there, their language, German, any."""
    easy = bool(getattr(request, "easy_language", False))
    return variant(texts, (get_language() or "de").partition("-")[0], easy=easy)[0]
