# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where an installation keeps its things: one place for every path that the command uses."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src"
VENV = ROOT / "var" / "venv"
CACHES = ROOT / "var" / "cache"
REQUIREMENTS = ROOT / "requirements"
NODE_MODULES = ROOT / "node_modules"
VAR = Path(os.environ.get("STADTHERZ_DATA_DIR") or ROOT / "var").resolve()
LOGS = VAR / "log"
MEDIA = VAR / "media"
STATIC = VAR / "static"
SETTINGS_FILE = VAR / "stadtherz.toml"


def prepare() -> None:
    """Create the folders that every verb may write to."""
    for folder in (ROOT / "var", VAR, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
