# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many streams one web process keeps open, and how many of them one visitor has.

Each stream holds a connection for as long as its page is open, and a process has only so many of them: streams get half, pages the
other half, so that no number of open streams keeps anybody from a page. One address may be a household, a town hall or a mobile
network. It may have half of what nobody has yet: many while there is room, and never so many that none is left for others
(dynamic thresholds, Choudhury and Hahne 1998).
"""

from __future__ import annotations

import resource
from collections import Counter
from dataclasses import dataclass, field

MOST_STREAMS = 2500  # some 36 kB each
WANTED_FILES = 20_000
SPARE_FILES = 400  # for connections to the database, static files, uploads, the log
ALWAYS = 4  # for one address as long as there is room at all


class Full(Exception):
    """This process has as many streams as it keeps."""


class TooMany(Full):
    """This visitor has as many as one address may have now."""


def raise_limit() -> None:
    """Let this process, and those that it starts, open more files, as far as the system allows: many allow 1,024 until they are asked."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most_streams() -> int:
    """As many as this process keeps, by the files that it may open."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = WANTED_FILES if soft == resource.RLIM_INFINITY else soft
    return max(50, min(MOST_STREAMS, (files - SPARE_FILES) // 2))


def most_connections() -> int:
    """As many as the server may take in one process: half of them for streams."""
    return 2 * most_streams()


@dataclass(slots=True)
class Room:
    """The streams of one process by visitor."""

    most: int = field(default_factory=most_streams)
    held: Counter[str] = field(default_factory=Counter)
    count: int = 0

    def check(self, visitor: str) -> None:
        """Raises ``Full`` or ``TooMany``."""
        if self.count >= self.most:
            raise Full
        if self.held[visitor] >= max(ALWAYS, (self.most - self.count) // 2):
            raise TooMany

    def enter(self, visitor: str) -> None:
        """One more. Raises ``Full`` or ``TooMany``."""
        self.check(visitor)
        self.held[visitor] += 1
        self.count += 1

    def leave(self, visitor: str) -> None:
        """One less."""
        self.count -= 1
        self.held[visitor] -= 1
        if not self.held[visitor]:
            del self.held[visitor]
