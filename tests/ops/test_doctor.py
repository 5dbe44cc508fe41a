# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the doctor says of a checkout that was changed under a running platform."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from stadtherz.ops import doctor, places


@pytest.mark.parametrize(("runs", "changed", "state"), [(False, 60, "well"), (True, -60, "well"), (True, 60, "wrong")])
def test_code_that_is_newer_than_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: bool, changed: int, state: str
) -> None:
    monkeypatch.setattr(places, "VAR", tmp_path)
    monkeypatch.setattr(places, "SOURCE", tmp_path)
    lock, code = tmp_path / "run.lock", tmp_path / "code.py"
    lock.touch()
    code.touch()
    moment = lock.stat().st_mtime + changed
    os.utime(code, (moment, moment))
    with lock.open() as held:
        if runs:
            fcntl.flock(held, fcntl.LOCK_EX)
        (found,) = doctor.running_code()
    assert found.state == state
