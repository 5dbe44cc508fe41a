# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``python -m stadtherz.ops.django_command WORDS``: a Django command whose help calls it as people do, ./stadtherz manage."""

import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    execute_from_command_line(["./stadtherz manage", *sys.argv[1:]])
