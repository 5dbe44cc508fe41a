# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs of ./stadtherz: their names, what they say about themselves, and where their work is done."""

import argparse
import difflib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import stadtherz
from stadtherz.ops import ownership, steps


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the words of a verb as every other failure is said."""

    def error(self, message: str) -> NoReturn:
        usage = " ".join(self.format_usage().removeprefix("usage: ").split())
        message = message.removesuffix(", rest")  # the words that are handed on are never required
        raise steps.Failure(self.prog, message, f"{usage}\n          {self.prog} --help tells more", 2)


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: `arguments` adds its options to a parser; `work` names "module:function" below ops."""

    name: str
    summary: str
    details: str
    work: str
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _: None
    hands_over: bool = False  # all words after the verb belong to another program

    def function(self) -> Callable[[argparse.Namespace], int]:
        module, _, name = self.work.partition(":")
        found: Callable[[argparse.Namespace], int] = getattr(importlib.import_module(f"stadtherz.ops.{module}"), name)
        return found


def _setup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--packages", action="store_true", help="stop before the database: for building an image")


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="port to listen on (default: the setting port, 8000)")
    parser.add_argument("--host", help="address to listen on (default: the setting host, 127.0.0.1)")
    parser.add_argument(
        "--mqtt", type=int, nargs="?", const=1883, metavar="PORT",
        help="also listen to MQTT, on this machine alone, for trying out (1883 without a PORT)",
    )  # fmt: skip
    parser.add_argument(
        "--no-demo", action="store_true", help="start with an empty installation instead of the demonstration town"
    )


def _test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs=argparse.REMAINDER, help="files or folders; words after them go to pytest")


def _osm(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=["load", "elevation"],
        help="load: make base map and address search from an extract; elevation: slopes of ways from GeoTIFF tiles",
    )  # fmt: skip
    parser.add_argument(
        "source", help="an OpenStreetMap extract (.pbf) or its address; a GeoTIFF file or a folder of such"
    )
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["load", "reset"], help="load: add it where it is missing; reset: begin again")
    parser.add_argument("--yes", action="store_true", help="do not ask before data is removed")


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="the archive to write; it appears when it is complete")
    parser.add_argument("--dsn", help="with a server of your own: address of a role that reads past row-level security")


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="an archive that the verb backup has written")
    parser.add_argument("--replace", action="store_true", help="put it in the place of the data that is there")
    parser.add_argument("--dsn", help="with a server of your own: address of a superuser")


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the findings as JSON on standard output")


def _bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="which; without a name, all are listed")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)


VERBS: tuple[Verb, ...] = (
    Verb(
        "setup",
        "bring everything that is missing: packages, database, tables, translations",
        "Safe to repeat: what is there is kept, and nothing is done twice. Needs root or sudo only for Debian packages.",
        "everyday:set_up",
        _setup,
    ),
    Verb(
        "run",
        "start the platform at one address",
        "Sets up what is missing, then serves pages, API, live streams and background jobs until Ctrl-C or SIGTERM.\n"
        "A first start without data brings the demonstration town, except in production.",
        "serving:run",
        _run,
    ),
    Verb(
        "test",
        "run all checks, or those of the paths given",
        "Installs what the checks need and runs pytest with a throw-away cluster; its exit code is ours.\n"
        "Example: ./stadtherz test src/stadtherz/kernel/audit -k chain",
        "testing:test",
        _test,
        hands_over=True,
    ),
    Verb(
        "manage",
        "run a Django command of the platform",
        "Example: ./stadtherz manage audit verify. Commands that change tables connect as their owner.\n"
        "./stadtherz manage help lists all commands.",
        "everyday:manage",
        hands_over=True,
    ),
    Verb(
        "osm",
        "load an OpenStreetMap extract, or an elevation model for its slopes",
        "Examples: ./stadtherz osm load rheinland-pfalz.osm.pbf\n./stadtherz osm elevation dgm1/",
        "everyday:osm",
        _osm,
    ),
    Verb(
        "demo",
        "load the demonstration town, or begin it again",
        "reset removes ALL data of this installation first.",
        "everyday:demo",
        _demo,
    ),
    Verb(
        "backup",
        "write database, files and checksums into one archive",
        "The platform may go on running. The archive appears under its name only when it is complete.",
        "backup:run",
        _backup,
    ),
    Verb(
        "restore",
        "restore an archive and compare every table with its checksum",
        "Restores beside the present data, compares, then swaps; on failure everything stays as it was.",
        "restore:run",
        _restore,
    ),
    Verb(
        "doctor",
        "say what is wrong with this installation and how to mend it",
        "Changes nothing.",
        "doctor:run",
        _doctor,
    ),
    Verb(
        "bench",
        "measure",
        "Runs benchmarks/NAME.py, in a database of its own beside the town's.",
        "testing:bench",
        _bench,
    ),
    Verb(
        "lock",
        "resolve requirements/*.in anew into pinned hashes",
        "For developers; look at the difference before you commit it.",
        "everyday:lock",
    ),
    Verb(
        "screenshots",
        "take the pictures in docs/screenshots anew",
        "For developers; drives a real Chromium.",
        "testing:screenshots",
    ),
)


def overview() -> str:
    width = max(len(verb.name) for verb in VERBS)
    lines = [f"  {verb.name:<{width}}  {verb.summary}" for verb in VERBS]
    return "\n".join(
        ["Stadtherz, one platform for a municipality's digital services.", "", "Usage: ./stadtherz VERB [options]", "", *lines, "",
         "./stadtherz VERB --help tells more. Settings: docs/configuration.md. Operating: docs/handbook/operator.md."]
    )  # fmt: skip


def parser_of(verb: Verb) -> argparse.ArgumentParser:
    parser = Parser(
        prog=f"./stadtherz {verb.name}",
        description=f"{verb.summary[0].upper()}{verb.summary[1:]}.\n\n{verb.details}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.arguments(parser)
    return parser


def main(words: Sequence[str]) -> int:
    """Find the verb and let it work; returns the exit code."""
    known = {verb.name: verb for verb in VERBS}
    if words[:1] == ["help"] and words[1:2] and words[1] in known:  # as git says it
        words = [words[1], "--help"]
    if not words or words[0] in {"help", "--help", "-h", "--version"}:
        print(f"Stadtherz {stadtherz.__version__}" if words[:1] == ["--version"] else overview())
        return 0
    verb = known.get(words[0])
    if verb is None:
        near = difflib.get_close_matches(words[0], known, n=1)
        steps.say(f"✗ There is no verb '{words[0]}'." + (f" Did you mean '{near[0]}'?" if near else "") + "\n")
        steps.say(overview())
        return 2
    rest = list(words[1:])
    parser = parser_of(verb)
    handed_over = verb.hands_over and rest[:1] not in (["--help"], ["-h"])
    try:
        asked = argparse.Namespace(words=rest) if handed_over else parser.parse_args(rest)
        return verb.function()(asked)
    except (steps.Failure, OSError) as problem:
        failure = problem if isinstance(problem, steps.Failure) else ownership.in_words(problem, parser.prog)
        if failure is None:
            raise
        steps.say(f"\n{failure}")
        return failure.code
    except KeyboardInterrupt:
        steps.say("\nInterrupted. What was finished is kept; repeat the command to go on.")
        return 130
