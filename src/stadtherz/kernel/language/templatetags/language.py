# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``{{ text|variant:request }}`` writes the reader's variant; ``{% in_language text %}`` marks it when it is another language."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from stadtherz.kernel.language.reading import in_words, resolved

register = template.Library()


@register.filter
def variant(texts: Any, request: Any = None) -> str:
    """The text for this reader; give ``request`` to honour easy language."""
    return in_words(texts, request)


@register.simple_tag(takes_context=True)
def in_language(context: template.Context, texts: Any) -> SafeString | str:
    """The text for this reader, in a span with ``lang`` when it is not in the language of the page (WCAG 3.1.2)."""
    request = context.get("request")
    found = resolved(texts, easy=bool(getattr(request, "easy_language", False)))
    if not found.text or found.language == (get_language() or "de").partition("-")[0]:
        return found.text
    return format_html('<span lang="{}">{}</span>', found.language, found.text)
