# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes the pictures, when ``SCREENSHOTS_TO`` names a folder; otherwise there is nothing to do."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.chromium import follow
from tests.browser.town import TownServer
from tests.screenshots.pictures import PICTURES, Picture

FOLDER = os.environ.get("SCREENSHOTS_TO", "")
LARGEST = 250_000
TALLEST = 2400

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not FOLDER, reason="SCREENSHOTS_TO names no folder: ./stadtherz screenshots sets it"),
]


def compressed(png: bytes) -> bytes:
    """The picture with as many colours as fit into ``LARGEST`` bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
        if out.tell() < LARGEST:
            break
    return out.getvalue()


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_take(picture: Picture, open_page: Callable[..., Page], live_town_server: TownServer) -> None:
    page = open_page(picture.look, role=picture.role, height=picture.height, painted=True)
    page.goto((live_town_server.url_of(picture.town) if picture.town else "") + picture.path)
    if picture.via:
        follow(page.locator(picture.via).first)
    if picture.submit:
        follow(page.locator(picture.submit).first)
    for part in page.locator("stadt-map:visible").all():  # (one may wait in a box that is still closed)
        part.scroll_into_view_if_needed()
        page.wait_for_function(
            "m => m.hasAttribute('data-drawn') || m.hasAttribute('data-without')", arg=part.element_handle()
        )
    if picture.wait_for:
        page.wait_for_selector(picture.wait_for)
    page.wait_for_load_state("networkidle")
    if picture.paper:
        page.emulate_media(media="print")
    page.evaluate("window.scrollTo(0, 0)")
    small = compressed(page.screenshot(full_page=picture.whole, animations="disabled"))
    assert len(small) < LARGEST
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    (Path(FOLDER) / f"{picture.name}.png").write_bytes(small)
