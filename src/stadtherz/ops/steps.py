# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Progress in numbered steps with seconds, and failures that name step, reason and remedy."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from stadtherz.ops import places

# The last one is PostgreSQL's when a page found room for its half: the reason then stands nowhere.
SIGNS_OF_A_FULL_DISK = ("No space left", "Disk quota", "could not extend file")


class _Count:
    """Steps reported so far; the bash file has already counted those that it took itself."""

    taken = int(os.environ.pop("SH_STEPS_DONE", "0") or 0)


class Failure(Exception):
    """A step did not succeed: what it was, why, and what the reader can do now."""

    def __init__(self, step: str, reason: str, remedy: str, code: int = 1) -> None:
        super().__init__(step, reason, remedy)
        self.step, self.reason, self.remedy, self.code = step, reason, remedy, code

    def __str__(self) -> str:
        return f"✗ {self.step}\n  Reason: {self.reason}\n  Remedy: {self.remedy}"


class Step:
    """What a running step may say about itself; `note` ends up behind its title."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.note = ""


def taken() -> int:
    """How many steps have been reported so far."""
    return _Count.taken


def count(number: int) -> None:
    """Count steps that another process has reported."""
    _Count.taken += number


def say(text: str) -> None:
    """Tell the person at the terminal something; standard output stays free for results."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str, *, quiet_below: float = 0.0) -> Iterator[Step]:
    """Time a piece of work and report it as the next numbered step.

    A step that took less than `quiet_below` seconds is not reported: it had nothing to do.
    """
    running = Step(title)
    began = time.monotonic()
    yield running
    seconds = time.monotonic() - began
    if seconds >= quiet_below:
        _Count.taken += 1
        note = f": {running.note}" if running.note else ""
        say(f"[{_Count.taken}] {running.title}{note}  {seconds:.1f} s")


def run(
    command: Sequence[str | Path],
    *,
    step: str,
    remedy: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
) -> str:
    """Run a command to its end and return its output; raise Failure with its last lines when it fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env=dict(env) if env is not None else None,
            cwd=cwd,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as problem:
        raise Failure(step, f"'{command[0]}' could not be started: {problem.strerror}", remedy) from problem
    if done.returncode:
        output = (done.stdout + done.stderr).strip()
        log = places.LOGS / "last-failure.log"
        with contextlib.suppress(OSError):  # a full disk must not hide the message
            log.write_text(f"{' '.join(str(part) for part in command)}\n{output}\n")
        full = [line.strip() for line in output.splitlines() if any(sign in line for sign in SIGNS_OF_A_FULL_DISK)]
        if full:
            folders = " ".join(f"'{folder}'" for folder in dict.fromkeys([places.ROOT, places.VAR]))
            remedy = f"make room on the disk (df -h {folders}), then repeat the command; nothing is done twice"
            raise Failure(step, f"the disk is full: {full[-1]}", remedy)
        tail = "\n    ".join(output.splitlines()[-12:])
        raise Failure(step, f"'{Path(command[0]).name}' ended with {done.returncode}:\n    {tail}", remedy)
    return done.stdout
