# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turns a template into the subject, text and HTML of a mail in the reader's language.

A message ``participation/answered`` is ``templates/messages/participation/answered.subject.txt`` and ``answered.txt``;
``answered.easy.txt`` is taken for readers of easy language, ``answered.html`` where the text alone does not do. Plain
text comes first: the HTML is made from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

from stadtherz.kernel.language.fields import EASY
from stadtherz.kernel.messages.links import absolute
from stadtherz.kernel.municipalities.active import active


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail, ready to be stored."""

    subject: str
    text: str
    html: str


def render(*, template: str, context: dict[str, Any], language: str, stop_address: str = "") -> Rendered:
    """Render in ``language``; ``stop_address`` is named below the text of notices that can be stopped."""
    with translation.override(language.partition("-")[0]):
        town = active()
        values = {"municipality": town, "base": absolute(""), **context, "stop_address": stop_address}
        subject = " ".join(_plain(f"messages/{template}.subject.txt", values).split())
        body = _body(template, values, language)
        text = _plain("messages/layout.txt", {**values, "body": body}).strip() + "\n"
        own_html = _own_html(template, values)
        html = get_template("messages/layout.html").render(
            {**values, "subject": subject, "language": language, "body": own_html or as_html(body)}
        )
    return Rendered(subject, text, html)


def as_html(text: str) -> SafeString:
    """Paragraphs and links from plain text. Everything else is escaped: the text may hold what residents wrote."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    lines = (urlize(escape(part.strip()), nofollow=True).replace("\n", "<br>") for part in paragraphs)
    return mark_safe("\n".join(f"<p>{line}</p>" for line in lines))  # noqa: S308 - escaped above


def _body(template: str, values: dict[str, Any], language: str) -> str:
    if language == EASY:
        try:
            return _plain(f"messages/{template}.easy.txt", values).strip()
        except TemplateDoesNotExist:
            pass
    return _plain(f"messages/{template}.txt", values).strip()


def _plain(name: str, values: dict[str, Any]) -> str:
    """Render without escaping: an ampersand in a plain text is an ampersand."""
    found: Any = get_template(name)
    text: str = found.template.render(Context(values, autoescape=False))
    return re.sub(r"\n{3,}", "\n\n", text)


def _own_html(template: str, values: dict[str, Any]) -> str:
    try:
        return get_template(f"messages/{template}.html").render(values)
    except TemplateDoesNotExist:
        return ""
