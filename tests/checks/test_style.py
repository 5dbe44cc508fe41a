# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The source as a whole: ruff, the directions of imports, licences, the length of files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
LONGER_FOR_A_REASON: dict[str, str] = {}


def said_by(*words: str) -> str:
    """What a checker says when it is not content; empty when it is."""
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=None, capture_output=True, text=True, timeout=300, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def ours(*endings: str) -> list[Path]:
    """Our source files that git knows or would add."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    files = (ROOT / name for name in listed.stdout.split("\0") if name.endswith(endings))
    return [file for file in files if file.is_file()]


def test_ruff_is_content() -> None:
    assert said_by("-m", "ruff", "check", ".") == ""
    assert said_by("-m", "ruff", "format", "--check", ".") == ""


def test_imports_keep_their_directions() -> None:
    lint = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as c; c()"
    assert said_by("-c", lint) == ""


def test_every_file_has_a_licence() -> None:
    ours()  # reuse asks git what belongs to the project
    assert said_by("-m", "reuse", "lint", "--lines") == ""


def test_no_file_is_too_long_to_have_one_purpose() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in ours(".py")
        if "/migrations/" not in str(file) and (lines := len(file.read_text().splitlines())) > LONGEST_FILE
    }
    assert {name: lines for name, lines in long.items() if name not in LONGER_FOR_A_REASON} == {}


def test_shell_files_can_be_read_by_bash() -> None:
    for file in (ROOT / "stadtherz", ROOT / ".ci" / "run"):
        done = subprocess.run(["bash", "-n", file], capture_output=True, text=True, check=False)
        assert done.stderr == ""
