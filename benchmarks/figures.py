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
    #: one that is for orientation only depends on the machine: it is told, but missing it is no failure
    binding: bool = True


def at_most(most: float) -> Goal:
    """The figure may not be larger."""
    return Goal(f"at most {most:g}", lambda figure: figure <= most)


def at_least(least: float) -> Goal:
    """The figure may not be smaller."""
    return Goal(f"at least {least:g}", lambda figure: figure >= least)


def about(least: float) -> Goal:
    """A figure of two quiet cores, for orientation."""
    return Goal(f"orientation {least:g}", lambda figure: figure >= least, binding=False)


def asked_file(description: str) -> Path | None:
    """The file named by --json."""
    parser = argparse.ArgumentParser(description=description)
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
            met = goal.met(figure)
            missed += goal.binding and not met
            verdict = f"{goal.words}: {'met' if met else 'MISSED' if goal.binding else 'below'}"
        print(f"{key:32} {figure:>12,.10g}  {verdict}")
    if file:
        file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return missed
