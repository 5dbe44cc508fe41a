# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage openapi`` writes docs/openapi.json; ``--check`` says whether it is up to date."""

from __future__ import annotations

import difflib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stadtherz.kernel.api.web.description import written

FILE = settings.BASE_DIR / "docs" / "openapi.json"


class Command(BaseCommand):
    help = "Write the description of the programming interface to docs/openapi.json, or compare with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if the file is not up to date")
        parser.add_argument("--file", type=Path, default=FILE)

    def handle(self, *args: Any, check: bool, file: Path, **options: Any) -> None:
        text = written()
        if not check:
            file.write_text(text, encoding="utf-8")
            return
        standing = file.read_text(encoding="utf-8") if file.exists() else ""
        if standing != text:
            difference = difflib.unified_diff(
                standing.splitlines(), text.splitlines(), "committed", "now", lineterm="", n=1
            )
            raise CommandError("\n".join([f"{file} is not up to date; run `manage openapi`.", *list(difference)[:60]]))
