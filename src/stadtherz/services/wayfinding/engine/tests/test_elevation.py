# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Slopes from a synthetic surface of known slope, in degrees and in UTM, with a ditch under a bridge."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from ..graph import ROW, Graph
from ..importing.assembling import import_map
from ..importing.elevation import ElevationError, apply_elevation, read_model, utm
from ..vocabulary import Flag, Kind, Provenance
from .town import SOUTH, WEST, Draft, at

TODAY = date(2025, 3, 1)


def write(path: Path, heights: np.ndarray, *, x: float, y: float, dx: float, dy: float, epsg: int) -> Path:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[33550] = (dx, dy, 0.0)
    tags.tagtype[33550] = 12
    tags[33922] = (0.0, 0.0, 0.0, x, y, 0.0)
    tags.tagtype[33922] = 12
    key = 2048 if epsg in (4326, 4258) else 3072
    tags[34735] = (1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, key, 0, 1, epsg)
    tags.tagtype[34735] = 3
    Image.fromarray(heights.astype("f4")).save(path, tiffinfo=tags)
    return path


def plane(path: Path, *, east: float, north: float, epsg: int, ditch: float = 0.0) -> Path:
    """A plane over the town, per metre east and north; cells of about 2 m; a ditch 30 m wide at 300 m east."""
    count = 400
    if epsg == 4326:
        (x, y), (right, top) = at(-100, -100), at(700, 700)
        columns = np.linspace(-100, 700, count, endpoint=False) + 1
        rows = np.linspace(700, -100, count, endpoint=False) - 1
        dx, dy = (right - x) / count, (top - y) / count
    else:
        e, n = (float(value[0]) for value in utm(np.array([WEST]), np.array([SOUTH]), 32))
        x, top, dx, dy = e - 100, n + 700, 2.0, 2.0
        columns, rows = np.arange(count) * 2.0 - 99, 699 - np.arange(count) * 2.0
    heights = 200 + columns[None, :] * east + rows[:, None] * north
    heights[:, np.abs(columns - 300) < 15] -= ditch
    return write(path, heights, x=x, y=top, dx=dx, dy=dy, epsg=epsg)


@pytest.fixture
def hill(tmp_path: Path) -> Graph:
    town = Draft()
    town.way((0, 0), (200, 0), highway="footway", name="Ost")
    town.way((0, 0), (0, 200), highway="footway", name="Nord", incline="2%")
    town.way((200, 0), (280, 0), highway="footway", name="Rampe")
    town.way((280, 0), (300, 0), (320, 0), highway="footway", name="Brücke", bridge="yes")
    town.way((320, 0), (400, 0), highway="footway", name="Drüben")
    town.way((300, 0), (300, 1), highway="footway", bridge="yes", name="Balkon")
    town.way((400, 0), (420, 20), highway="steps", incline="up")
    return import_map(town.write(tmp_path / "hill.osm.pbf"))[0]


def slope(graph: Graph, name: str) -> list[int]:
    return graph.edges["incline"][graph.edges["name"] == graph.names.index(name)].tolist()


@pytest.mark.parametrize("epsg", [4326, 25832])
def test_known_slopes(hill: Graph, tmp_path: Path, epsg: int) -> None:
    tiles = read_model([plane(tmp_path / "dem.tif", east=0.06, north=-0.03, epsg=epsg)])
    count = apply_elevation(hill, tiles, on=TODAY)
    assert count == np.count_nonzero(hill.edges["kind"] != Kind.STEPS)
    assert slope(hill, "Ost") == pytest.approx([60], abs=2)
    assert slope(hill, "Nord") == pytest.approx([-30], abs=2)
    edge = hill.names.index("Ost")
    assert hill.provenance[ROW["incline"], np.flatnonzero(hill.edges["name"] == edge)[0]] == Provenance.ELEVATION_MODEL


def test_a_bridge_does_not_fall_into_the_ditch(hill: Graph, tmp_path: Path) -> None:
    tiles = read_model([plane(tmp_path / "dem.tif", east=0.02, north=0.0, epsg=25832, ditch=10)])
    apply_elevation(hill, tiles, on=TODAY)
    assert slope(hill, "Brücke") == pytest.approx([20, 20], abs=4)
    assert (hill.edges["flags"] & np.uint32(Flag.BRIDGE)).any()


def test_a_survey_is_better_than_a_model(hill: Graph, tmp_path: Path) -> None:
    edge = int(np.flatnonzero(hill.edges["name"] == hill.names.index("Ost"))[0])
    assert hill.set_value(edge=edge, attribute="incline", value=44, provenance=Provenance.SURVEY, on=TODAY)
    apply_elevation(hill, read_model([plane(tmp_path / "dem.tif", east=0.1, north=0, epsg=4326)]), on=TODAY)
    assert slope(hill, "Ost") == [44]
    assert not hill.set_value(edge=edge, attribute="incline", value=1, provenance=Provenance.OSM, on=TODAY)


def test_outside_the_model_nothing_is_invented(hill: Graph, tmp_path: Path) -> None:
    far = write(tmp_path / "far.tif", np.full((50, 50), 100.0), x=10.0, y=52.0, dx=1e-4, dy=1e-4, epsg=4326)
    before = hill.edges["incline"].copy()
    assert apply_elevation(hill, read_model([far]), on=TODAY) == 0
    assert np.array_equal(before, hill.edges["incline"])


def test_models_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "text.tif").write_text("no model")
    Image.new("RGB", (4, 4)).save(tmp_path / "photo.tif")
    Image.new("F", (4, 4)).save(tmp_path / "nowhere.tif")
    write(tmp_path / "gauss.tif", np.zeros((4, 4)), x=3.4e6, y=5.4e6, dx=1, dy=1, epsg=31467)
    for name, words in (("text", "cannot be read"), ("photo", "picture"), ("nowhere", "where it lies"),
                        ("gauss", "31467")):  # fmt: skip
        with pytest.raises(ElevationError, match=words):
            read_model([tmp_path / f"{name}.tif"])


def test_utm_on_the_central_meridian() -> None:
    """The arc of the meridian from the equator to 50° N is 5,540,847.042 m, in UTM times 0.9996."""
    east, north = utm(np.array([9.0]), np.array([50.0]), 32)
    assert east[0] == pytest.approx(500_000, abs=1e-3)
    assert north[0] == pytest.approx(5_538_630.703, abs=0.01)
