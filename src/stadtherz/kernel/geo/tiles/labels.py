# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The map's words. Few at first, more the closer one looks; each with a halo in the colour of the ground it lies on."""

from typing import Any

from stadtherz.kernel.geo.tiles.expressions import Expression, among, every, layer, linear
from stadtherz.kernel.geo.tiles.palette import Palette

Layer = dict[str, Any]
REGULAR, STRONG, ITALIC = ["Town Regular"], ["Town SemiBold"], ["Town Italic"]
NAME: Expression = ["get", "name"]


def label_layers(p: Palette) -> list[Layer]:
    """In the order of drawing: what comes last is placed first and may push the others aside."""
    return [
        _house_numbers(p),
        *[_places_with_a_name(p, rank) for rank in (8, 6, 4, 2)],
        *_street_names(p),
        *_water_names(p),
        _peaks(p),
        *_settlements(p),
    ]


def _ink(colour: str, halo: str, width: float = 1.4, **more: Any) -> dict[str, Any]:
    return {"text-color": colour, "text-halo-color": halo, "text-halo-width": width, "text-halo-blur": 0.4, **more}


def _house_numbers(p: Palette) -> Layer:
    return layer("house-number", "symbol", "housenumber", since=17, layout={
        "text-field": ["get", "housenumber"], "text-font": REGULAR, "text-size": linear((17, 9), (20, 13)), "text-padding": 3,
    }, paint=_ink(p.text_soft, p.halo, 0.8))  # fmt: skip


def _places_with_a_name(p: Palette, rank: int) -> Layer:
    """Two ranks a layer: the weightier ones from farther away."""
    since = {2: 13.5, 4: 15, 6: 16.2, 8: 17}[rank]
    green = among("class", "park", "playground", "sports_centre", "zoo")
    return layer(f"place-{rank}", "symbol", "poi", since=since,
                 where=every(["has", "name"], ["<=", ["get", "rank"], rank], [">", ["get", "rank"], rank - 2]), layout={
        "text-field": NAME, "text-font": STRONG if rank == 2 else REGULAR, "text-size": linear((14, 10.5), (18, 13 if rank < 7 else 12)),
        "text-max-width": 8, "text-padding": 8, "symbol-sort-key": ["get", "rank"], "text-variable-anchor": ["center", "top", "bottom"],
        "text-radial-offset": 0.4,
    }, paint=_ink(["case", green, p.text_green, p.text_soft], ["case", green, p.halo_green, p.halo]))  # type: ignore[arg-type]  # fmt: skip


def _street_names(p: Palette) -> list[Layer]:
    def street(key: str, since: float, classes: tuple[str, ...], *, sizes: Expression, font: list[str]) -> Layer:
        layout = {
            "symbol-placement": "line",
            "text-field": NAME,
            "text-font": font,
            "text-size": sizes,
            "text-max-angle": 32,
            "text-padding": 6,
            "symbol-spacing": 320,
            "text-rotation-alignment": "map",
            "text-letter-spacing": 0.02,
        }
        where = every(among("class", *classes), ["has", "name"])
        ink = _ink(p.text_soft if font is ITALIC else p.text, p.halo, 1.6)
        return layer(key, "symbol", "transportation_name", since=since, where=where, layout=layout, paint=ink)

    small, middle, large = ((16, 10), (19, 12)), ((14.6, 10), (17, 12.5), (20, 16)), ((13, 10.5), (17, 14), (20, 18))
    main = ("tertiary", "secondary", "primary", "trunk")
    return [
        street("street-path", 16.2, ("path", "track", "service"), sizes=linear(*small), font=ITALIC),
        street("street-minor", 14.6, ("minor", "pedestrian"), sizes=linear(*middle), font=REGULAR),
        street("street-main", 13, main, sizes=linear(*large), font=STRONG),
    ]


def _water_names(p: Palette) -> list[Layer]:
    return [
        layer("stream-name", "symbol", "waterway", since=13, where=["has", "name"], layout={
            "symbol-placement": "line", "text-field": NAME, "text-font": ITALIC, "text-size": linear((13, 10.5), (18, 15)),
            "text-letter-spacing": 0.08, "symbol-spacing": 420, "text-max-angle": 30,
        }, paint=_ink(p.text_water, p.halo_water, 1.2)),
        layer("lake-name", "symbol", "water_name", since=13, layout={
            "text-field": NAME, "text-font": ITALIC, "text-size": linear((13, 10.5), (18, 14)), "text-max-width": 6,
        }, paint=_ink(p.text_water, p.halo_water, 1.2)),
    ]  # fmt: skip


def _peaks(p: Palette) -> Layer:
    return layer("peak", "symbol", "mountain_peak", since=13, where=["has", "name"], layout={
        "text-field": ["concat", "▲ ", NAME, ["case", ["has", "ele"], ["concat", " ", ["to-string", ["get", "ele"]], " m"], ""]],
        "text-font": REGULAR, "text-size": 11, "text-max-width": 9,
    }, paint=_ink(p.text_soft, p.halo))  # fmt: skip


def _settlements(p: Palette) -> list[Layer]:
    def settlement(
        key: str, classes: tuple[str, ...], levels: tuple[float, float], sizes: Expression, **more: Any
    ) -> Layer:
        colour = more.pop("colour", p.text_place)
        return layer(key, "symbol", "place", since=levels[0], until=levels[1], where=among("class", *classes), layout={
            "text-field": NAME, "text-font": STRONG, "text-size": sizes, "text-max-width": 7, "text-padding": 10, **more,
        }, paint=_ink(colour, p.halo, 1.8))  # fmt: skip

    return [
        settlement("quarter", ("neighbourhood", "quarter", "hamlet", "isolated_dwelling"), (13, 16.5), linear((13, 10.5), (16, 13)), colour=p.text_soft),
        settlement("suburb", ("suburb", "borough"), (11.5, 16), linear((11.5, 10.5), (14, 13.5), (16, 16)),
                   colour=p.text_soft, **{"text-letter-spacing": 0.12, "text-transform": "uppercase"}),
        settlement("village", ("village",), (10, 15.5), linear((10, 11), (14, 15))),
        settlement("town", ("town", "city"), (6, 14), linear((6, 12), (10, 16), (13, 20))),
    ]  # fmt: skip
