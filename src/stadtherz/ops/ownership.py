# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whose a file is, and who therefore has to run the command: what the system says about files, in words with a remedy.

A folder of somebody else may hold a town's data: that it be removed is never proposed here.
"""

import errno
import os
import pwd
import shlex
from pathlib import Path

from stadtherz.ops.steps import Failure

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # in a container, the user of the machine around it
        return f"#{number}"


def _command_as(owner: str) -> str:
    """How that user runs the command. The cluster of an installation that root has set up belongs to ``postgres``."""
    return "sudo ./stadtherz …" if owner in ("root", "postgres") else f"sudo -u {shlex.quote(owner)} ./stadtherz …"


def somebody_elses(folder: Path, step: str) -> Failure:
    """The refusal to work with a folder that another user has made."""
    owner = _name(folder.lstat().st_uid)
    return Failure(
        step,
        f"{folder} belongs to {owner}, not to {_name(os.geteuid())}, as whom this command runs",
        f"when {owner} runs this installation: {_command_as(owner)}; else look at it, and move it away",
    )


def in_words(problem: OSError, step: str) -> Failure | None:
    """The failure that an error of the system stands for: a full disk, or a file of another user. None for all others."""
    if problem.errno in NO_ROOM:
        where = f" ({problem.filename})" if problem.filename else ""
        return Failure(step, f"the disk is full{where}", "make room (df -h), then repeat the command")
    if problem.errno not in NOT_ALLOWED or not isinstance(problem.filename, str):
        return None
    there = Path(problem.filename).absolute()
    while not _visible(there):
        there = there.parent
    owner, me = _name(there.stat().st_uid), _name(os.geteuid())
    whose = f"; {there} belongs to {owner}" if owner != me else ""
    remedy = (
        _command_as(owner) if whose else "look at its rights, and whether STADTHERZ_DATA_DIR names the right folder"
    )
    return Failure(step, f"{problem.filename} is shut to {me}: {problem.strerror}{whose}", remedy)


def _visible(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return path == path.parent
    return True
