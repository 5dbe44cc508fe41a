# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Prints figures with their goals and writes them as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure's goal in words, and whether it is met."""

    words: str
    met: Callable[[float], bool]


def at_most(most: float) -> Goal:
    """The figure may not be larger."""
    return Goal(f"at most {most:g}", lambda figure: figure <= most)


def at_least(least: float) -> Goal:
    """The figure may not be smaller."""
    return Goal(f"at least {least:g}", lambda figure: figure >= least)


def asked_file(about: str) -> Path | None:
    """The file named by --json."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    file: Path | None = parser.parse_args().json
    return file


def report(figures: dict[str, float], goals: dict[str, Goal], file: Path | None) -> int:
    """Print one line a figure; write all to ``file``. Returns the number of missed goals."""
    missed = 0
    for key, figure in figures.items():
        goal = goals.get(key)
        verdict = ""
        if goal is not None:
            missed += not goal.met(figure)
            verdict = f"{goal.words}: {'met' if goal.met(figure) else 'MISSED'}"
        print(f"{key:32} {figure:>12,.10g}  {verdict}")
    if file:
        file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return missed
