# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The handbook's files (CommonMark with tables) as HTML in the platform's look. HTML in a file is shown as it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from html import escape
from typing import Any, Final

from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

#: the address of a link in a page's HTML; an empty one leaves the words alone
Address = Callable[[str], str]

_COMMENT: Final = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_HEADING_TOKENS: Final = 3
_CLASSES: Final = {
    "table_open": "kern-table", "thead_open": "kern-table__head", "tbody_open": "kern-table__body",
    "tr_open": "kern-table__row", "th_open": "kern-table__header", "td_open": "kern-table__cell",
}  # fmt: skip


def to_html(text: str, address: Address) -> str:
    """A page, without its first heading, which is its title."""
    tokens = _MARKS.parse(_COMMENT.sub("", text))
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[_HEADING_TOKENS:]
    dressed = list(_dressed(_without_empty_heads(tokens)))
    return str(_MARKS.renderer.render(dressed, _MARKS.options, {"address": address}))


def title_of(text: str) -> str:
    """The first heading."""
    found = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return found[1] if found else ""


def headings_of(text: str) -> tuple[str, ...]:
    """All headings below the title."""
    return tuple(re.findall(r"^##+ +(.+)$", text, re.MULTILINE))


def anchor(heading: str) -> str:
    """What links name a heading by, as those who keep the page elsewhere do."""
    return slugify(heading, allow_unicode=True)


def _without_empty_heads(tokens: Sequence[Token]) -> Iterator[Token]:
    """A table needs a head to be one; where all its cells are empty, nobody is told of it."""
    head: list[Token] | None = None
    for token in tokens:
        if token.type == "thead_open":
            head = []
        if head is None:
            yield token
        else:
            head.append(token)
        if token.type == "thead_close" and head is not None:
            if any(each.content for each in head):
                yield from head
            head = None


def _dressed(tokens: Iterator[Token]) -> Iterator[Token]:
    """With classes, anchors, and the first cell of each row as its heading; a table has the name of the section in which it stands."""
    section, cell = "", 0
    for token, after in _pairs(tokens):
        if token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
        if token.type == "heading_open":
            section = after.content
            token.attrSet("id", anchor(section))
        elif token.type == "table_open":
            token.meta["name"] = section
        elif token.type == "tr_open":
            cell = 0
        elif token.type == "th_open" and after.content:
            token.attrSet("scope", "col")
        elif token.type in {"td_open", "td_close"} and cell == 0:
            token.tag = "th"
            if token.type == "td_open":
                token.attrSet("scope", "row")
                token.attrSet("class", _CLASSES["th_open"])
        if token.type == "td_close":
            cell += 1
        yield token


def _pairs(tokens: Iterator[Token]) -> Iterator[tuple[Token, Token]]:
    """Each token with the one after it (the last with itself)."""
    before: Token | None = None
    for token in tokens:
        if before is not None:
            yield before, token
        before = token
    if before is not None:
        yield before, before


class _Renderer(RendererHTML):
    """What the platform writes in another way than usual. Each method renders the token whose name it has."""

    def table_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        name = escape(tokens[at].meta["name"])
        frame = f'<div class="sh-table-frame" role="region" aria-label="{name}" tabindex="0">'
        return frame + self.renderToken(tokens, at, options, env)

    def table_close(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        return self.renderToken(tokens, at, options, env) + "</div>"

    def fence(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        return f'<pre class="hb-code"><code>{escape(tokens[at].content.rstrip())}</code></pre>'

    def link_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        env["leads"] = to = env["address"](str(tokens[at].attrGet("href")))
        return f'<a href="{escape(to)}">' if to else ""

    def link_close(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        return "</a>" if env["leads"] else ""

    def softbreak(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        return " "


_MARKS: Final = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
