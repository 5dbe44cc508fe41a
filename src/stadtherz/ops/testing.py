# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs test, bench and screenshots: everything that measures the platform, on a cluster that is thrown away."""

import argparse
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stadtherz.ops import installation, packages, places, preparation, steps
from stadtherz.ops.steps import Failure

BENCHMARKS = places.ROOT / "benchmarks"
PICTURES = "tests/screenshots"
# Two processes keep two cores busy; a file's tests stay together, so that its fixtures are made once, and the order of
# files is the one of conftest.py.
IN_PARALLEL = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
KEPT_OPTIONS = {"STADTHERZ_TESTDATA", "STADTHERZ_DATABASE_URL", "STADTHERZ_DATABASE_OWNER_URL"}


def test(asked: argparse.Namespace) -> int:
    words = [_as_seen_from_here(word) for word in asked.words]
    paths_given = any(not word.startswith("-") and Path(word.partition("::")[0]).exists() for word in words)
    with preparation.alone(), ThreadPoolExecutor() as beside:
        installing = beside.submit(packages.install_dev_requirements)
        preparation.lay_ground(extra=packages.needs_of_the_tests(), kind="test")
        installing.result()
    command = [sys.executable, "-m", "pytest", *([] if paths_given else IN_PARALLEL), *words]
    with installation.database("test") as known:
        steps.say(f"    {' '.join(['pytest', *command[3:]])}")
        return installation.foreground(command, environment_of_tests(known), places.ROOT)


def environment_of_tests(known: dict[str, str]) -> dict[str, str]:
    """What the tests run in: a data folder of their own, and none of this installation's settings."""
    clean = {name: value for name, value in known.items() if not name.startswith("STADTHERZ_") or name in KEPT_OPTIONS}
    data = places.VAR / "test-data"
    shutil.rmtree(data, ignore_errors=True)
    home = data / "home"
    home.mkdir(parents=True)
    clean["STADTHERZ_DATA_DIR"] = str(data)
    clean["STADTHERZ_TESTDATA"] = _testdata()
    clean.pop("DJANGO_SETTINGS_MODULE")  # pyproject.toml names the settings for tests
    if not os.access(clean.get("HOME", ""), os.W_OK):
        clean["HOME"] = str(home)  # browsers insist on one
    return clean


def _testdata() -> str:
    """The folder with real data; a relative path is meant from the caller's folder, not from the checkout's root."""
    return str(Path(installation.options()["testdata"]).resolve())


def _as_seen_from_here(word: str) -> str:
    """pytest runs in the checkout's root; a path keeps meaning what it means in the caller's folder."""
    path, mark, name = word.partition("::")
    if not word.startswith("-") and Path(path).exists():
        return str(Path(path).resolve()) + mark + name
    return word


def bench(asked: argparse.Namespace) -> int:
    known_names = sorted(file.stem for file in BENCHMARKS.glob("*.py") if "__main__" in file.read_text())
    if asked.name is None:
        print("\n".join(known_names) if known_names else "There are no benchmarks yet.")
        return 0
    if asked.name not in known_names:
        raise Failure(
            "Benchmark", f"there is no benchmark '{asked.name}'", f"choose one of: {', '.join(known_names)}", 2
        )
    words = ["--json", str(Path(asked.json).resolve())] if asked.json else []
    with preparation.alone():
        preparation.lay_ground(extra=[packages.NEED_OF_BENCHMARKS])
    with installation.database() as known:
        preparation.bring_up_to_date(known)
        command = [sys.executable, "-m", f"benchmarks.{asked.name}", *words, *asked.rest]
        environment = known | {"PYTHONPATH": f"{places.SOURCE}{os.pathsep}{places.ROOT}"}
        environment["STADTHERZ_TESTDATA"] = _testdata()
        return installation.foreground(command, environment, places.ROOT)


def screenshots(asked: argparse.Namespace) -> int:
    if not (places.ROOT / PICTURES).exists():
        raise Failure("Screenshots", f"there is no folder {PICTURES}", "nothing to do in this checkout")
    os.environ["SCREENSHOTS_TO"] = str(places.ROOT / "docs" / "screenshots")
    return test(argparse.Namespace(words=[str(places.ROOT / PICTURES)]))
