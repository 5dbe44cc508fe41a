# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Links to photos that the map has: which tags count, and where they are found again."""

from pathlib import Path

import pytest

from ..engine import Engine
from ..importing.assembling import import_map
from ..importing.photo_links import link_of
from ..obstacles import Obstacle
from ..presets import PRESETS
from ..profiles import Limit
from ..reasons import why_not
from ..surveys.photos import photo_at
from ..telling.describing import Describer
from .town import Draft, at


@pytest.mark.parametrize(
    ("tags", "link"),
    [
        ({"wikimedia_commons": "File:Große Treppe.jpg"}, "https://commons.wikimedia.org/wiki/File:Gro%C3%9Fe_Treppe.jpg"),
        ({"image": "File:A.jpg"}, "https://commons.wikimedia.org/wiki/File:A.jpg"),
        ({"image": "https://example.org/a.jpg;https://example.org/b.jpg"}, "https://example.org/a.jpg"),
        ({"mapillary": "123456789"}, "https://www.mapillary.com/app/?pKey=123456789"),
        ({"image": "javascript:alert(1)"}, ""),
        ({"image": "https://[broken"}, ""),
        ({"image": "a photo", "mapillary": "?"}, ""),
        ({}, ""),
    ],
)  # fmt: skip
def test_links(tags: dict[str, str], link: str) -> None:
    assert link_of(tags) == link


def test_an_obstacle_with_a_picture_is_shown_by_its_own_page(engine: Engine, describer: Describer) -> None:
    metric = engine.metric(PRESETS["foot"].profile)
    goal = engine.snap(metric, [at(-50, 100)])[0]
    engine.put_obstacle(Obstacle("1", (goal.edge,), about={"picture": True, "url": "/obstacle/1/"}))
    try:
        reasons = why_not(engine, describer, engine.metric(PRESETS["foot"].profile), [at(50, 100), at(-50, 100)])
    finally:
        engine.remove_obstacle("1")
    assert "/obstacle/1/" in {violation.photo for violation in reasons.violations if violation.limit is Limit.CLOSED}


def test_a_kerb_has_the_photo_of_its_point_and_a_stair_that_of_its_way(tmp_path: Path) -> None:
    town = Draft()
    town.way((0, 0), (50, 0), (100, 0), highway="footway", surface="asphalt")
    town.node(50, 0, kerb="raised", mapillary="77")
    town.way((100, 0), (120, 0), highway="steps", image="https://example.org/stair.jpg")
    graph = import_map(town.write(tmp_path / "town.osm.pbf"))[0]
    stairs = int((graph.edges["steps"] > 0).argmax()) if (graph.edges["steps"] > 0).any() else graph.edge_count - 1
    links = {photo_at(graph, edge, Limit.KERB_UP) for edge in range(graph.edge_count)}
    assert "https://www.mapillary.com/app/?pKey=77" in links
    assert photo_at(graph, stairs, Limit.STEPS) == "https://example.org/stair.jpg"
    assert photo_at(graph, 0, Limit.SURFACE) == ""
