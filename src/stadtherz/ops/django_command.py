# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``python -m stadtherz.ops.django_command WORDS``: a Django command as people call it, ./stadtherz manage WORDS.

Its refusals name step, reason and remedy, as those of the other verbs do.
"""

import difflib
import gc
import sys
from collections.abc import Sequence

from django.core.management import ManagementUtility, get_commands
from django.core.management.base import BaseCommand, CommandError, SystemCheckError

from stadtherz.ops import steps
from stadtherz.ops.processes import SELDOM
from stadtherz.ops.steps import Failure

CALLED = "./stadtherz manage"


class _Utility(ManagementUtility):
    """Django's own, but what goes wrong is raised instead of printed."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        known = get_commands()
        if subcommand not in known:
            near = difflib.get_close_matches(subcommand, known, n=1)
            remedy = f"did you mean '{near[0]}'? " if near else ""
            raise Failure("Command", f"there is no command '{subcommand}'", f"{remedy}{CALLED} help lists all")
        return super().fetch_command(subcommand)


def main(words: Sequence[str]) -> int:
    """Run the command; returns its exit code."""
    gc.set_threshold(*SELDOM)  # what is loaded at the start is no garbage
    # With --traceback, which stands before the command's own words, Django hands errors on to us.
    asked_for = "--traceback" in words
    begun = list(words)
    if words and words[0] not in {"help", "version"} and not words[0].startswith("-"):
        begun.insert(1, "--traceback")
    try:
        _Utility([CALLED, *begun]).execute()
    except Failure as failure:
        steps.say(f"\n{failure}")
        return failure.code
    except SystemCheckError as error:
        steps.say(str(error))
        return error.returncode
    except CommandError as error:
        if asked_for:
            raise
        steps.say(f"\n{refused(words[0], error)}")
        return error.returncode
    return 0


def refused(command: str, error: CommandError) -> Failure:
    """The command's error in three parts; those that it does not name itself are said in general."""
    return Failure(
        getattr(error, "step", f"{CALLED} {command}"),
        getattr(error, "reason", str(error)).strip().replace("\n", "\n    "),
        getattr(error, "remedy", f"{CALLED} {command} --help says what it takes"),
        error.returncode,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
