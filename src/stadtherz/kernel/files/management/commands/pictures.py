# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage pictures missing`` names the pictures whose files are not there, as JSON: the doctor asks it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from stadtherz.kernel.files.actions import missing
from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality


class Command(BaseCommand):
    help = "Count the stored pictures and name those whose files are missing, as JSON."
    requires_system_checks: list[str] = []  # they import every page, which takes longer than the whole question

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["missing"])

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        known, gone = 0, []
        for town in Municipality.objects.order_by("key"):
            with activate(town):
                known += Picture.objects.count()
                gone += [f"{town.key}:{picture.pk}" for picture in missing()]
        self.stdout.write(json.dumps({"known": known, "missing": gone}))
