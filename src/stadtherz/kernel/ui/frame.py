# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Header and footer are the same for all visitors of one kind, and are rendered once for each kind.

A kind is everything that these templates read but the two things that belong to a single visitor: the address of the
page and the pseudonym. For those the kept text holds marks, and each visitor's own are put in when a page is sent.
Nothing personal is kept.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.template import Context
from django.template.defaultfilters import urlencode
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

if TYPE_CHECKING:
    from stadtherz.kernel.municipalities.models import Municipality
    from stadtherz.kernel.ui.context import Link

MOST_KEPT = 1000
# A colon becomes %3A in the query of an address and stays a colon everywhere else: two marks in one.
_HERE, _NAME = f"here:{token_hex(8)}", f"name:{token_hex(8)}"
_MARKS = re.compile("|".join((_HERE, _HERE.replace(":", "%3A"), _NAME)))
_kept: dict[Hashable, str] = {}


@dataclass(frozen=True, slots=True)
class _Somebody:
    """Stands for the visitor while the kept text is made: whether somebody is signed in, but not who."""

    is_authenticated: bool
    pseudonym: str = _NAME


def framed(name: str, context: Context) -> SafeString:
    """The template ``name`` for this visitor. It may read what ``_kind`` names, ``here`` and ``user.pseudonym``."""
    own: dict[str, Any] = context.flatten()  # type: ignore[assignment]
    kind = _kind(name, own)
    here, user = own.get("here", "/"), own.get("user")
    if kind is None or user is None:
        return _render(name, context)
    text = _kept.get(kind)
    if text is None:
        with context.push(here=_HERE, user=_Somebody(user.is_authenticated)):
            text = _render(name, context)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[kind] = text
    values = {_HERE: escape(here), _HERE.replace(":", "%3A"): escape(urlencode(here))}
    if user.is_authenticated:
        values[_NAME] = escape(user.pseudonym)
    return mark_safe(_MARKS.sub(lambda mark: values[mark[0]], text))  # noqa: S308  template output and escaped values


def _render(name: str, context: Context) -> SafeString:
    assert context.template is not None
    with context.push():
        return context.template.engine.get_template(name).render(context)


def _kind(name: str, own: dict[str, Any]) -> Hashable | None:
    """What the text depends on; None where it depends on more (a page of search results repeats the question)."""
    municipality: Municipality | None = own.get("municipality")
    if municipality is None or own.get("search_query") or "doors" not in own:
        return None
    path = own["request"].path
    return (
        name, _written_by(municipality), get_language(), bool(own.get("easy_language")), str(own.get("theme")),
        own["user"].is_authenticated, bool(own.get("hide_search")), _links(own["menu"]),
        tuple((door["current"], door["url"] == path) for door in own["doors"]),
    )  # fmt: skip


def _links(menu: list[Link]) -> Hashable:
    """Which links this role sees, and which of them is the page itself."""
    return tuple((link.url, link.current) for link in menu)


def _written_by(municipality: Municipality) -> Hashable:
    """What the town says about itself in the frame; a change makes another kind."""
    return (
        municipality.pk, municipality.key, municipality.name, municipality.official_name, municipality.logo,
        tuple(municipality.languages), repr(municipality.texts.get("contact")),
    )  # fmt: skip
