# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Differences between texts: complete, escaped, and readable by words."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from stadtherz.kernel.ui.differences import differences

words = st.text(st.sampled_from("ab <>&\n."), max_size=40)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(words, words)
def test_nothing_is_lost_or_invented(before: str, after: str) -> None:
    marked = str(differences(before, after))
    old = html.unescape(re.sub(r"</?del>", "", re.sub(r"<ins>.*?</ins>", "", marked, flags=re.DOTALL)))
    new = html.unescape(re.sub(r"</?ins>", "", re.sub(r"<del>.*?</del>", "", marked, flags=re.DOTALL)))
    assert _squeezed(old) == _squeezed(before)
    assert _squeezed(new) == _squeezed(after)


def test_words_and_not_letters() -> None:
    assert (
        str(differences("Bitte stellt eine Bank auf.", "Bitte stellt zwei Bänke auf."))
        == "Bitte stellt <del>eine Bank</del> <ins>zwei Bänke</ins> auf."
    )


def test_html_is_text() -> None:
    assert str(differences("", "<script>")) == "<ins>&lt;script&gt;</ins>"
