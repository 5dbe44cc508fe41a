# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A page that finds no room for its stream of live values asks for them instead, ever more seldom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser
LIST = "/wissen/messwerte/"


@pytest.mark.parametrize("status", [429, 503])
def test_a_page_without_a_stream_asks_for_its_values(open_page: Callable[..., Page], status: int) -> None:
    page = open_page()
    turned_away: list[str] = []

    def turn_away(route: Route) -> None:
        turned_away.append(route.request.url)
        route.fulfill(status=status, headers={"Retry-After": "60"}, body="not now")

    page.route("**/live/**", turn_away)
    page.clock.install()
    with page.expect_request("**/live/sensing.latest"):
        page.goto(LIST)
    with page.expect_request("**/live/sensing.latest"):
        page.clock.run_for(6_000)
    with page.expect_request(lambda asked: asked.url.endswith(LIST) and asked.resource_type == "fetch"):
        page.clock.run_for(12_000)
    assert len(turned_away) >= 2
