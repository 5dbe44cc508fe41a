# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a private cluster can lie: who may enter which folder, how long a socket's path may be, how much room there is."""

import contextlib
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from stadtherz.ops import places
from stadtherz.ops.steps import Failure

LONGEST_SOCKET_PATH = 107  # bytes, sun_path of unix(7) less the closing zero
SOCKET_NAME = ".s.PGSQL.5432.lock"  # the longest name that the server makes in the socket's folder
BELONGS_TO = "belongs-to"  # beside a cluster that lies elsewhere: the data folder that it belongs to
FAR = Path("/var/tmp")  # noqa: S108 - owner and mode of what lies there are checked


def reachable(user: str, folder: Path) -> bool:
    """Whether the user may enter every folder on the way."""
    try:
        subprocess.run(["test", "-x", str(folder)], user=user, group=user, extra_groups=[], check=True, cwd="/")
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def far_name(data: Path) -> str:
    """The name below /var/tmp for an installation whose own folder cannot hold the cluster or its socket."""
    return f"stadtherz-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"


def abandoned() -> list[Path]:
    """Our clusters laid elsewhere whose data folder is no more; root looks after those of everybody."""
    found = []
    for note in FAR.glob(f"stadtherz-*/{BELONGS_TO}"):
        with contextlib.suppress(OSError):
            if os.geteuid() in (0, note.stat().st_uid) and not Path(note.read_text()).exists():
                found.append(note.parent)
    return found


def far_folder(kind: str) -> Path:
    return FAR / far_name(places.VAR) / ("postgres" if kind == "main" else "postgres-test")


def require_space(folder: Path, megabytes: int = 300) -> None:
    there = folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free // 1_000_000
    if free < megabytes:
        raise Failure(
            "Database cluster",
            f"only {free} MB are free at {there}; a cluster needs {megabytes}",
            "make room on the disk, then repeat the command",
        )
