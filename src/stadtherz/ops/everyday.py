# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The small verbs: set up, hand over to Django, load maps and demonstration data, resolve requirements."""

import argparse
import shutil
import sys
from pathlib import Path

from stadtherz.ops import cluster, installation, packages, places, preparation, run_lock, steps
from stadtherz.ops.steps import Failure

DEMO = "Demonstration data"
# Commands that make or change tables, roles of tables or their locks: only the owner may.
AS_OWNER = {
    "migrate",
    "createcachetable",
    "sqlmigrate",
    "flush",
    "sqlflush",
    "squashmigrations",
    "optimizemigration",
    "dbshell",
}
# Commands that read only the source.
WITHOUT_DATABASE = {"help", "version", "--version", "makemessages", "startapp", "compilemessages"}


def set_up(asked: argparse.Namespace) -> int:
    if asked.packages:
        with preparation.alone():
            preparation.lay_ground(cluster_too=False)
        return 0
    preparation.set_up()
    steps.say(what_comes_next())
    return 0


def what_comes_next() -> str:
    """What set-up says at its end: a running platform goes on with the code that it has loaded."""
    if run_lock.running_since() is None:
        return "Ready. ./stadtherz run starts the platform."
    if run_lock.runs_old_code():
        return "Ready. The platform still runs the code from before: end it, and start it again."
    return "Ready. The platform is running."


def manage(asked: argparse.Namespace) -> int:
    words: list[str] = asked.words
    if not words:
        words = ["help"]
    places.prepare()
    if words[0] in WITHOUT_DATABASE:
        return installation.django(words, installation.environment_without_database())
    preparation.require_set_up()
    with installation.database() as known:
        return installation.django(words, installation.as_owner(known) if words[0] in AS_OWNER else known)


def osm(asked: argparse.Namespace) -> int:
    source: str = asked.source
    if asked.what == "elevation":
        return _elevation([source, *asked.rest])
    if "://" not in source:
        file = Path(source)
        if not file.is_file():
            raise Failure(
                "Map extract",
                f"there is no file {file}",
                "name an OpenStreetMap extract (.osm.pbf) or its https address",
            )
        source = str(file.resolve())
    preparation.set_up()
    with installation.database() as known:
        return installation.django(["osm_load", source, *asked.rest], known)


def _elevation(words: list[str]) -> int:
    """Tiles of an elevation model; files are named from the folder in which the command was given."""
    sources = [word if word.startswith("-") else str(Path(word).resolve()) for word in words]
    preparation.set_up()
    with installation.database() as known:
        return installation.django(["wayfinding", "elevation", *sources], known)


def demo(asked: argparse.Namespace) -> int:
    preparation.set_up()
    if asked.what == "load":
        with installation.database() as known:
            return installation.django(["demo"], known)
    if installation.options()["production"]:
        raise Failure(
            DEMO, "this installation is in production", "demonstration data belongs into a checkout of its own"
        )
    if installation.own_server():
        raise Failure(
            DEMO,
            "the database lies on a server of your own",
            "let its superuser make the database anew, then ./stadtherz demo load",
        )
    with run_lock.stopped(), installation.database() as known:
        _confirm(asked.yes)
        with steps.step("Data removed"):
            cluster.private().make_database_again()
            shutil.rmtree(places.MEDIA, ignore_errors=True)
        preparation.bring_up_to_date(known)
        return installation.django(["demo"], known)


def _confirm(already: bool) -> None:
    question = "This removes ALL data of this installation and loads the demonstration town anew. Type yes to go on: "
    if already:
        return
    if not sys.stdin.isatty():
        raise Failure(
            DEMO,
            "nobody is there to confirm that all data may be removed",
            "./stadtherz demo reset --yes",
        )
    if input(question).strip().lower() != "yes":
        raise Failure(DEMO, "not confirmed; nothing was changed", "type yes when you mean it")


def lock(asked: argparse.Namespace) -> int:
    packages.lock()
    return 0
