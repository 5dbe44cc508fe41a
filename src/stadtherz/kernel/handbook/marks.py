# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The marks in which the handbook is written, as HTML: the part of CommonMark that its pages use, and nothing else.

Read are headings, paragraphs, lists (also in lists), numbered steps, tables, blocks of code, comments; within a line code,
bold, slanted and links. Everything else is escaped: a page can hold no HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from django.utils.text import slugify

#: the address of a link in a page's HTML; an empty one leaves the words alone
Address = Callable[[str], str]

_FENCE = re.compile(r"```")
_HEADING = re.compile(r"(#{1,4}) +(.+)")
_ITEM = re.compile(r"(- |\d+\. )(.*)")
_RULE = re.compile(r"\|(?: *:?-+:? *\|)+")
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_WITHIN = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<bold>.+?)\*\*|(?<![\w*])\*(?P<slanted>[^*\s](?:[^*]*[^*\s])?)\*"
    r"|\[(?P<words>[^]]+)\]\((?P<link>[^)\s]+)\)"
)
_TABLE = '<div class="sh-table-frame" role="region" aria-label="{}" tabindex="0"><table class="kern-table">'
_CELL = '<{0}{1} class="kern-table__{2}">{3}</{0}>'


def to_html(text: str, address: Address) -> str:
    """A page, without its first heading, which is its title."""
    lines = _COMMENT.sub("", text).split("\n")
    while lines and (not lines[0].strip() or lines[0].startswith("# ")):
        lines.pop(0)
    return "\n".join(_blocks(lines, address, ""))


def title_of(text: str) -> str:
    """The first heading."""
    found = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return found[1] if found else ""


def anchor(heading: str) -> str:
    """What links name a heading by, as those who keep the page elsewhere do."""
    return slugify(heading, allow_unicode=True)


def _blocks(lines: list[str], address: Address, section: str) -> list[str]:
    """Blocks one after the other; ``section``: the heading above, which names a table to screen readers."""
    found, at = [], 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif _FENCE.match(line):
            end = next((n for n in range(at + 1, len(lines)) if _FENCE.match(lines[n])), len(lines))
            code = escape("\n".join(lines[at + 1 : end]))
            found.append(f'<pre class="hb-code"><code>{code}</code></pre>')
            at = end + 1
        elif heading := _HEADING.fullmatch(line):
            level, section = len(heading[1]), heading[2]
            found.append(f'<h{level} id="{anchor(section)}">{_line(section, address)}</h{level}>')
            at += 1
        elif line.startswith("|"):
            end = _until(lines, at, lambda each: not each.startswith("|"))
            found.append(_table(lines[at:end], address, section))
            at = end
        elif _ITEM.match(line):
            html, at = _list(lines, at, address, section)
            found.append(html)
        else:
            end = _until(lines, at + 1, _begins_something)
            found.append(f"<p>{_line(' '.join(each.strip() for each in lines[at:end]), address)}</p>")
            at = end
    return found


def _until(lines: list[str], at: int, ends: Callable[[str], bool]) -> int:
    return next((n for n in range(at, len(lines)) if ends(lines[n])), len(lines))


def _begins_something(line: str) -> bool:
    return not line.strip() or bool(
        _FENCE.match(line) or _HEADING.fullmatch(line) or _ITEM.match(line) or line[0] == "|"
    )


def _list(lines: list[str], at: int, address: Address, section: str) -> tuple[str, int]:
    """One list from line ``at`` on, and the line after it. What stands indented below an item belongs to it."""
    numbered = lines[at][0].isdigit()
    items = []
    while at < len(lines) and (item := _ITEM.match(lines[at])) and lines[at][0].isdigit() == numbered:
        indent = " " * len(item[1])
        end = _until(lines, at + 1, lambda each, by=indent: bool(each.strip()) and not each.startswith(by[:2]))  # type: ignore[misc]
        inside = [item[2], *(each.removeprefix(indent) for each in lines[at + 1 : end])]
        blocks = _blocks(inside, address, section)
        if len(blocks) == 1:
            blocks = [blocks[0].removeprefix("<p>").removesuffix("</p>")]
        items.append(f"<li>{''.join(blocks)}</li>")
        at = end
    kind = "ol" if numbered else "ul"
    return f"<{kind}>{''.join(items)}</{kind}>", at


def _table(lines: list[str], address: Address, section: str) -> str:
    rows = [_cells(line) for line in lines if not _RULE.fullmatch(line.strip())]
    head, *body = rows
    parts = [_TABLE.format(escape(section, quote=True))]
    if any(head):
        cells = (
            _CELL.format(*("th", ' scope="col"') if cell else ("td", ""), "header", _line(cell, address))
            for cell in head
        )
        parts.append(f'<thead class="kern-table__head"><tr class="kern-table__row">{"".join(cells)}</tr></thead>')
    parts.append('<tbody class="kern-table__body">')
    for first, *others in body:
        cells = (_CELL.format("td", "", "cell", _line(cell, address)) for cell in others)
        row = _CELL.format("th", ' scope="row"', "header", _line(first, address)) + "".join(cells)
        parts.append(f'<tr class="kern-table__row">{row}</tr>')
    return "".join(parts) + "</tbody></table></div>"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _line(text: str, address: Address) -> str:
    """What stands within a line."""
    parts, at = [], 0
    for found in _WITHIN.finditer(text):
        parts.append(escape(text[at : found.start()]))
        at = found.end()
        if found["code"]:
            parts.append(f"<code>{escape(found['code'])}</code>")
        elif found["bold"]:
            parts.append(f"<strong>{_line(found['bold'], address)}</strong>")
        elif found["slanted"]:
            parts.append(f"<em>{_line(found['slanted'], address)}</em>")
        else:
            words, to = _line(found["words"], address), address(found["link"])
            parts.append(f'<a href="{escape(to, quote=True)}">{words}</a>' if to else words)
    return "".join(parts) + escape(text[at:])
