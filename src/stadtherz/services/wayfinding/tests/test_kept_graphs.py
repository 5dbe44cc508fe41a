# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which files of prepared graphs stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stadtherz.services.wayfinding.engine.graph import FORMAT
from stadtherz.services.wayfinding.graph_files import folder, graph_path, order_path, remove_older_forms


def test_files_of_an_older_form_go_and_all_others_stay(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    staying = {graph_path("town-1"), order_path("town-1"), graph_path("town-2"), folder() / "town-1.report.json"}
    staying |= {folder() / f"town-1.{FORMAT + 1}.npz"}
    for file in (*staying, folder() / f"town-1.{FORMAT - 1}.npz", folder() / "town-0.2.order"):
        file.touch()
    remove_older_forms()
    assert set(folder().iterdir()) == staying
