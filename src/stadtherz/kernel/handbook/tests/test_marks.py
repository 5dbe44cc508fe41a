# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The handbook's files as HTML: in the platform's look, nothing of a page unescaped, and all pages without a mark left over."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stadtherz.kernel.handbook.marks import title_of, to_html
from stadtherz.kernel.handbook.shelf import FOLDER

FILES = sorted(FOLDER.rglob("*.md"))
WITHOUT_END = {"br", "hr"}


def html(text: str) -> str:
    """Without the breaks between elements."""
    made = to_html(text, lambda link: f"/{link}" if link == "here" else "")
    return re.sub(r"(?<=>)\n+|\n+(?=<)", "", made)


class Balance(HTMLParser):
    """Which elements are open, and all words outside of code."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "code" not in self.open:
            self.words += data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title\n\nWords over\ntwo lines.", "<p>Words over two lines.</p>"),
        ("## What is *new*", '<h2 id="what-is-new">What is <em>new</em></h2>'),
        ("a **bold** `**code**` [x & y](here)", '<p>a <strong>bold</strong> <code>**code**</code> <a href="/here">x &amp; y</a></p>'),
        ("[left alone](nowhere) 2 * 3 * 4", "<p>left alone 2 * 3 * 4</p>"),
        ("- one\n  goes on\n- two", "<ul><li>one goes on</li><li>two</li></ul>"),
        ("1. one\n\n   ```\n   a  b\n   ```\n2. two", '<ol><li><p>one</p><pre class="hb-code"><code>a  b</code></pre></li><li><p>two</p></li></ol>'),
        ("<!-- not\nshown -->\nshown <b>", "<p>shown &lt;b&gt;</p>"),
    ],
)  # fmt: skip
def test_each_mark(text: str, expected: str) -> None:
    assert html(text) == expected


def test_a_table_names_its_rows_and_its_columns_where_they_have_names() -> None:
    named, unnamed = html("## Ways\n| a | b |\n|---|---|\n| 1 | 2 |"), html("| | |\n|---|---|\n| 1 | 2 |")
    assert 'aria-label="Ways"' in named
    assert '<th class="kern-table__header" scope="col">a</th>' in named
    assert '<th class="kern-table__header" scope="row">1</th><td class="kern-table__cell">2</td>' in named
    assert "<thead" not in unnamed


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_a_page_of_the_handbook_is_whole_html_with_no_mark_left(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    page = Balance()
    page.feed(html(text))
    assert page.open == []
    assert title_of(text)
    assert re.findall(r"\*\*|`|\]\(|^#|\|-", page.words, re.MULTILINE) == []
