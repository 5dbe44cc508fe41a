# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""An operator's elevation model: the command, the job behind it, and that running processes take the slopes by themselves."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from stadtherz.kernel.geo.models import Extract
from stadtherz.kernel.jobs import run_waiting
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.services.wayfinding import elevation_tiles, graphs
from stadtherz.services.wayfinding.engine.graph import ROW, Graph
from stadtherz.services.wayfinding.engine.tests.test_elevation import plane, write
from stadtherz.services.wayfinding.engine.vocabulary import Kind, Provenance


def graph_now() -> Graph:
    with activate(Municipality.objects.get(key="kaiserslautern")):
        return graphs.town().engine.graph


def slopes_of_the_park() -> set[int]:
    """Slopes of the path in the park, which runs from north to south and is level on the map."""
    graph = graph_now()
    named = graph.edges["name"] == graph.names.index("Parkweg")
    return set(graph.edges["incline"][named & (graph.edges["kind"] == Kind.FOOTWAY)].tolist())


def call(*words: str | Path) -> str:
    said = StringIO()
    call_command("wayfinding", *(str(word) for word in words), stdout=said)
    return said.getvalue()


def run(*words: str | Path) -> str:
    return call("elevation", *words)


def test_the_slopes_of_a_model_come_and_go(prepared: Extract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "MAP_SECONDS", 0.0)
    assert slopes_of_the_park() == {0}
    tiles = tmp_path / "dgm"
    tiles.mkdir()
    plane(tiles / "dgm1.tif", east=0.0, north=0.05, epsg=25832)
    said = run(tiles)
    assert "1 tile is kept." in said
    assert "Maps above them: town." in said
    assert slopes_of_the_park() == {0}
    assert run_waiting().count("wayfinding.prepare_again") == 1
    assert {abs(slope) for slope in slopes_of_the_park()} <= {49, 50, 51}
    graph = graph_now()
    assert (graph.provenance[ROW["incline"]] == Provenance.ELEVATION_MODEL).any()
    assert run().startswith("dgm1.tif")
    run("--remove")
    run_waiting()
    assert slopes_of_the_park() == {0}
    assert elevation_tiles.tiles() == []


def test_tiles_of_another_region_are_kept_but_said_to_be(prepared: Extract, tmp_path: Path) -> None:
    far = write(tmp_path / "far.tif", np.zeros((50, 50)), x=800_000.0, y=5_900_000.0, dx=10.0, dy=10.0, epsg=25832)
    assert "No loaded map lies above them" in run(far)
    run_waiting()
    assert "0% with a slope" in call("map", "town")


def test_what_is_no_model_is_refused_with_a_remedy_and_nothing_is_kept(prepared: Extract, tmp_path: Path) -> None:
    good = plane(tmp_path / "good.tif", east=0.0, north=0.0, epsg=4326)
    bad = tmp_path / "bad.tif"
    bad.write_bytes(good.read_bytes()[:-50_000])
    with pytest.raises(CommandError, match=r"bad\.tif cannot be read as GeoTIFF[^\0]*Nothing was kept"):
        run(good, bad)
    picture = tmp_path / "picture.tif"
    Image.new("L", (40, 40)).save(picture, "PNG")
    with pytest.raises(CommandError, match=r"picture\.tif is a picture \(PNG\), not a model of heights"):
        run(picture)
    with pytest.raises(CommandError, match="no file or folder"):
        run(tmp_path / "missing.tif")
    with pytest.raises(CommandError, match="no GeoTIFF"):
        run(tmp_path / "wayfinding")
    with pytest.raises(CommandError, match="not both"):
        run(good, "--remove")
    assert elevation_tiles.tiles() == []
    assert run_waiting().count("wayfinding.prepare_again") == 0


def test_tiles_are_read_only_where_somebody_asks(tmp_path: Path) -> None:
    """A Land has thousands of tiles."""
    from stadtherz.services.wayfinding.engine.importing.elevation import heights, read_model

    far = plane(tmp_path / "far.tif", east=0.0, north=0.0, epsg=25832)
    tiles = read_model([far])
    far.unlink()
    assert np.isnan(heights(tiles, np.array([0.0]), np.array([10.0]))).all()
