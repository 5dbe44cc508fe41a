# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The style and the tiles over HTTP."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest
from django.test import Client

from stadtherz.kernel.geo.actions import load_extract
from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.geo.tiles.palette import PALETTES, Theme
from stadtherz.kernel.geo.tiles.style import MapSource, style
from stadtherz.kernel.municipalities.models import Municipality


def _tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    n = 2**z
    return int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)


@pytest.fixture
def extract(kaiserslautern: Municipality, kusel: Municipality, hamlet: Path) -> Extract:
    return load_extract(path=hamlet)


def test_the_style_names_tiles_fonts_and_whose_map_it_is(client: Client, extract: Extract) -> None:
    answer = client.get("/map/style.json", headers={"host": "kaiserslautern.localhost", "accept-language": "de"})
    assert answer.status_code == 200
    drawn = answer.json()
    source = drawn["sources"]["town"]
    assert source["tiles"] == [f"http://kaiserslautern.localhost/tiles/{extract.slug}/{{z}}/{{x}}/{{y}}.mvt"]
    assert "© OpenStreetMap-Mitwirkende" in source["attribution"]
    assert set(drawn["font-faces"]) == {"Town Regular", "Town SemiBold", "Town Italic"}
    assert "glyphs" not in drawn
    assert "sprite" not in drawn
    again = client.get("/map/style.json", headers={"host": "kaiserslautern.localhost", "if-none-match": answer["ETag"], "accept-language": "de"})  # fmt: skip
    assert again.status_code == 304


def test_a_model_town_says_that_it_is_none(client: Client, kaiserslautern: Municipality, model_file: Path) -> None:
    extract = load_extract(path=model_file)
    german = client.get("/map/style.json", headers={"accept-language": "de"}).json()
    assert german["sources"]["town"]["attribution"] == "Modellstadt – erfunden, keine echte Karte"
    x, y = _tile_of(7.769, 49.444, 14)
    assert len(client.get(f"/tiles/{extract.slug}/14/{x}/{y}.mvt").content) > 20_000


def test_the_neighbour_without_a_map_gets_bare_ground(client: Client, extract: Extract) -> None:
    drawn = client.get("/map/style.json", headers={"host": "kusel.localhost"}).json()
    assert drawn["sources"] == {}
    assert [layer["id"] for layer in drawn["layers"]] == ["land"]


def test_light_and_dark_differ_in_colours_only(client: Client, extract: Extract) -> None:
    light = client.get("/map/style.json").json()
    dark = client.get("/map/style.json?theme=dark").json()
    assert [layer["id"] for layer in light["layers"]] == [layer["id"] for layer in dark["layers"]]
    assert light["layers"] != dark["layers"]
    assert client.get("/map/style.json?theme=<script>").json() == light


def test_a_tile_is_served_for_ever(client: Client, extract: Extract) -> None:
    for zoom in (12, 13, 14):
        x, y = _tile_of(7.769, 49.444, zoom)
        answer = client.get(f"/tiles/{extract.slug}/{zoom}/{x}/{y}.mvt")
        assert (answer.status_code, answer["Content-Encoding"]) == (200, "gzip")
        assert "immutable" in answer["Cache-Control"]
        assert gzip.decompress(answer.content)
    again = client.get(f"/tiles/{extract.slug}/14/{x}/{y}.mvt", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_tiles_need_no_query(client: Client, extract: Extract, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    x, y = _tile_of(7.769, 49.444, 14)
    with django_assert_num_queries(0):
        assert client.get(f"/tiles/{extract.slug}/14/{x}/{y}.mvt").status_code == 200


def test_beyond_the_map(client: Client, extract: Extract) -> None:
    expected = {"14/0/0": 204, "6/0/0": 204, "5/1/1": 404, "15/1/1": 404, "14/16384/1": 404, "14/1/99999999": 404}
    answers = {path: client.get(f"/tiles/{extract.slug}/{path}.mvt").status_code for path in expected}
    assert answers == expected


def test_what_is_no_tile_is_not_found(client: Client, kaiserslautern: Municipality) -> None:
    for path in ("nix-000000000000/14/1/1", "../../x-000000000000/14/1/1", "x/14/1/1", "x-000000000000/14/-1/1"):
        assert client.get(f"/tiles/{path}.mvt").status_code == 404


def test_only_reading_is_allowed(client: Client, extract: Extract) -> None:
    assert client.post("/map/style.json").status_code == 405


def test_each_label_uses_a_font_that_the_style_declares() -> None:
    fonts = {"Town Regular": "r", "Town SemiBold": "s", "Town Italic": "i"}
    source = MapSource("t", (0, 0, 1, 1), (0, 0), 12, 6, 14, "©", fonts)
    for theme in Theme:
        layers = style(source, theme)["layers"]
        used = {font for layer in layers for font in layer.get("layout", {}).get("text-font", ())}
        assert used == set(fonts)
        assert len({layer["id"] for layer in layers}) == len(layers)


def test_words_can_be_read_on_the_ground() -> None:
    """Contrast of at least 4.5 (WCAG 2.2, 1.4.3) for labels on land, 3 on water and green for large names."""
    for palette in PALETTES.values():
        for ink in (palette.text, palette.text_soft, palette.text_place):
            assert _contrast(ink, palette.land) >= 4.5
        assert _contrast(palette.text_water, palette.water) >= 3
        assert _contrast(palette.text_green, palette.park) >= 3


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
