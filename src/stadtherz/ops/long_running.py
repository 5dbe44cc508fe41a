# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``python -m stadtherz.ops.long_running COMMAND``: a Django command that runs until it is told to stop."""

import sys

from stadtherz.ops.processes import without_collector


def main(words: list[str]) -> None:
    import django
    from django.core.management import execute_from_command_line

    without_collector(django.setup)
    execute_from_command_line(["./stadtherz manage", *words])


if __name__ == "__main__":
    main(sys.argv[1:])
