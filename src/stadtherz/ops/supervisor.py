# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the platform's processes running, and ends them all: none outlives it, whatever happens to it.

Each program runs in a process group of its own and asks the kernel to be ended with its parent. A program that dies is
started again, after a pause that grows while it keeps dying.
"""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stadtherz.ops import steps
from stadtherz.ops.cluster import Cluster
from stadtherz.ops.processes import dies_with_parent, end_group
from stadtherz.ops.steps import Failure

HEEDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 2.5  # seconds that programs get to finish their work; the database needs the rest of the five
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
HEALTHY_AFTER = 20.0  # a program that ran this long starts with the first pause again
TICK = 0.1
ASK_AGAIN = 10.0  # seconds until a program that nobody needed is asked about again


@dataclass(slots=True)
class Program:
    """One child: its command, and what became of it so far. One that is not ``wanted`` yet is asked about again and again."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0
    wanted: Callable[[], bool] = lambda: True

    def start(self) -> None:
        self.started = time.monotonic()
        self.running = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(signal.SIGTERM, group=True),
        )

    def died(self) -> int | None:
        """The exit code when it has ended since we last looked."""
        return self.running.poll() if self.running else None

    def sweep(self) -> None:
        """End what a dead program left in its group, and plan its next start."""
        if self.running is None:
            return
        end_group(self.running.pid, signal.SIGKILL)
        self.running = None
        if time.monotonic() - self.started > HEALTHY_AFTER:
            self.pause = FIRST_PAUSE
        self.due = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


@dataclass(slots=True)
class Supervisor:
    """Runs programs until told to stop. `each_tick` is called about ten times a second."""

    programs: list[Program]
    cluster: Cluster | None = None
    each_tick: Callable[[], None] = lambda: None
    _asked: list[int] = field(default_factory=list)

    def run(self) -> int:
        """Returns the exit code: 0 after SIGTERM or Ctrl-C."""
        kept = {number: signal.signal(number, self._ask) for number in HEEDED}
        try:
            while not self._asked:
                self._look_after()
                self.each_tick()
                time.sleep(TICK)
        finally:
            self._stop()
            for number, handler in kept.items():
                signal.signal(number, handler)
        return 0

    def _ask(self, number: int, frame: object) -> None:
        self._asked.append(number)

    def _look_after(self) -> None:
        if self.cluster is not None and self.cluster.pid() is None:
            steps.say("! The database server has ended; starting it again.")
            try:
                self.cluster.revive()
            except Failure as failure:
                steps.say(str(failure))
                time.sleep(FIRST_PAUSE)
                return
        now = time.monotonic()
        for program in self.programs:
            code = program.died()
            if code is not None:
                program.sweep()
                how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
                steps.say(f"! {program.name} {how}; starting it again in {program.due - now:.1f} s.")
            elif program.running is None and now >= program.due:
                if program.wanted():
                    program.start()
                else:
                    program.due = now + ASK_AGAIN

    def _stop(self) -> None:
        steps.say("Stopping …")
        began = time.monotonic()
        alive = [program.running for program in self.programs if program.running]
        for child in alive:
            child.send_signal(signal.SIGTERM)
        while any(child.poll() is None for child in alive) and time.monotonic() - began < PATIENCE:
            time.sleep(0.02)
        for child in alive:
            end_group(child.pid, signal.SIGKILL)
            child.wait()
        if self.cluster is not None:
            self.cluster.let_go()
        steps.say(f"Stopped after {time.monotonic() - began:.1f} s.")
