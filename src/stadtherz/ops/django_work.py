# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pieces of work that need Django, done in one process so that its start is paid once: tables, static files."""

import contextlib
import io
import sys
import traceback

from stadtherz.ops import places, steps
from stadtherz.ops.processes import without_collector
from stadtherz.ops.steps import Failure


def tables() -> None:
    """Bring the tables up to date; the locks of the municipalities follow by themselves."""
    from django.core.management import call_command

    call_command("createcachetable", verbosity=0)
    call_command("migrate", interactive=False, verbosity=1)


def static() -> None:
    """Collect and compress static files with names that carry their content's hash."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, clear=True)


WORK = {"tables": ("Database tables", tables), "static": ("Static files", static)}


def main(names: list[str]) -> int:
    title = "Django"
    said = io.StringIO()
    try:
        import django

        without_collector(django.setup)
        for name in names:
            title, work = WORK[name]
            with steps.step(title), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                work()
    except KeyboardInterrupt:
        return 130  # whoever started us says so
    except Exception as problem:  # whatever it was, the reader gets step, reason and remedy
        log = places.LOGS / "last-failure.log"
        log.write_text(said.getvalue() + traceback.format_exc())
        reason = f"{type(problem).__name__}: {problem}".strip()
        steps.say(
            str(
                Failure(
                    title, reason, f"the whole message lies in {log}; './stadtherz doctor' checks the usual reasons"
                )
            )
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
