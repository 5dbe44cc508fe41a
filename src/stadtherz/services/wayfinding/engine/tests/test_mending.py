# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Drawings that cross or overlap themselves: mended, or refused before they keep a processor busy for minutes."""

from typing import Any

import numpy as np
import pytest
import shapely

from ..answering.answers import Town, directions
from ..answering.requested import AnswerError
from ..engine import Engine
from ..mending import TooTangled, mended
from .test_answers import END, START
from .town import at


@pytest.fixture(scope="module")
def town(graph: Any) -> Town:
    return Town(Engine(graph))


def scribble(positions: int) -> Any:
    """A ring whose positions lie anywhere in a part of the town."""
    west, south = at(100, 100)
    return shapely.Polygon(np.random.default_rng(1).random((positions, 2)) * 0.003 + (west, south))


def test_a_drawing_that_crosses_itself_becomes_what_it_encloses() -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert mended(bow).area == pytest.approx(0.5)
    overlapping = shapely.MultiPolygon([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)])
    assert mended(overlapping).area == pytest.approx(3)
    square = shapely.box(0, 0, 1, 1)
    assert mended(square) is square
    assert mended(scribble(60)).is_valid


def test_many_areas_that_overlap_a_little_are_one() -> None:
    row = shapely.MultiPolygon([shapely.box(n, 0, n + 1.5, 1) for n in range(2_000)])
    assert mended(row).area == pytest.approx(2_000.5)


@pytest.mark.parametrize("tangled", [
    scribble(2_000),
    shapely.MultiPolygon([shapely.box(n / 1e5, 0, 1, 1 + n / 1e5) for n in range(4_000)]),
])  # fmt: skip
def test_a_scribble_is_refused_at_once(tangled: Any) -> None:
    with pytest.raises(TooTangled):
        mended(tangled)


def test_a_line_without_length_is_no_tangle() -> None:
    assert mended(shapely.Polygon([(1, 1)] * 4)).area == 0


def test_the_interface_says_so(town: Town) -> None:
    def ask(area: Any) -> Any:
        return directions(town, "foot", {"coordinates": [START, END], "options": {"avoid_polygons": area}})

    assert ask(shapely.geometry.mapping(scribble(40)))["routes"]
    deep: Any = []
    for _ in range(400):
        deep = [deep]
    for wrong, code in (
        (shapely.geometry.mapping(scribble(2_000)), 2004), ({"type": ["Polygon"], "coordinates": []}, 2003),
        ({"type": "Polygon", "coordinates": [[[1e308, 1], [2, 1e308], [3, 3], [1, 1]]]}, 2003),
        ({"type": "Polygon", "coordinates": [[[10**400, 1], [2, 1], [3, 3], [1, 1]]]}, 2002),
        ({"type": "Polygon", "coordinates": [[[float("inf"), 1], [2, 1], [3, 3], [1, 1]]]}, 2003),
        ({"type": "Polygon", "coordinates": deep}, 2002),
    ):  # fmt: skip
        with pytest.raises(AnswerError) as caught:
            ask(wrong)
        assert caught.value.code == code, str(wrong)[:80]
