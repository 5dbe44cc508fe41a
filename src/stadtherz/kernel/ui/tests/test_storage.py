# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Static files: a module of any service imports the file with the fingerprint, a package's script is left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadtherz.kernel.ui.storage import FingerprintedStaticFiles


@pytest.mark.parametrize(("folder", "rewritten"), [("ui", True), ("wayfinding", True), ("maplibre", False)])
def test_imports_of_our_modules_name_the_fingerprint(tmp_path: Path, folder: str, rewritten: bool) -> None:
    files = {f"{folder}/a.js": 'import { b } from "./b.js";\n', f"{folder}/b.js": "export const b = 1;\n"}
    storage = FingerprintedStaticFiles(location=str(tmp_path), base_url="/static/")
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    for _, _, processed in storage.post_process({path: (storage, path) for path in files}):
        assert not isinstance(processed, Exception)
    module = (tmp_path / storage.stored_name(f"{folder}/a.js")).read_text()
    assert ('from "./b.js"' not in module) is rewritten
    assert (Path(storage.stored_name(f"{folder}/b.js")).name in module) is rewritten
