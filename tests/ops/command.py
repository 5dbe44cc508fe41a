# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Starting ./stadtherz as a person would, with an installation of its own below a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from stadtherz.ops.processes import is_alive

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / "stadtherz"
PATIENCE = 120.0


def environment(data: Path | None = None, **settings: str) -> dict[str, str]:
    """A bare environment: nothing of this test run's own installation."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STADTHERZ_", "DJANGO_", "PYTEST_", "PYTHON")) or name == "PYTHONDONTWRITEBYTECODE"
    }
    if data is not None:
        kept["STADTHERZ_DATA_DIR"] = str(data)
    return kept | settings


def stadtherz(*words: str | Path, data: Path | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a verb to its end."""
    return subprocess.run(
        [COMMAND, *words],
        env=environment(data, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def eventually(what: str, holds: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait until something holds, and say how long it took; fails with its name when it never does."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - began


def mentioning(text: str) -> dict[int, str]:
    """Living processes whose command line or environment names a folder."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text.encode() in told and int(process.name) != os.getpid() and is_alive(int(process.name)):
            found[int(process.name)] = words
    return found


def remove(folder: Path) -> None:
    """A data folder, with the cluster that root had to lay elsewhere."""
    from stadtherz.ops.cluster_place import FAR, far_name

    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(FAR / far_name(folder), ignore_errors=True)
