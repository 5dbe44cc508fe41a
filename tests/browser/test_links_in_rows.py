# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""In a list whose rows can be pressed as a whole, each further link still leads where it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
LEADS = """() => [...document.querySelectorAll(".sh-row a")].filter((link) => link.offsetParent).map((link) => {
  link.scrollIntoView({ block: "center", behavior: "instant" });
  const box = link.getClientRects()[0];
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest("a");
  return [link.href, there?.href];
})"""


def test_each_link_of_a_row_can_be_pressed(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/wissen/messwerte/")
    found = page.evaluate(LEADS)
    assert len(found) > 10
    assert [(says, leads) for says, leads in found if says != leads] == []
