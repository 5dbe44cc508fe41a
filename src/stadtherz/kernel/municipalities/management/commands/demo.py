# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage demo`: the demonstration towns with their people, maps and the content of every service."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.demo import demo_towns
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.declaration import resolve
from stadtherz.kernel.registry.services import services

# Each names a function(municipality) -> list of lines to tell the person who started the platform.
ROOMS = (
    "stadtherz.kernel.people.demo:demo_people",
    "stadtherz.kernel.api.demo:demo_key",
    "stadtherz.kernel.geo.demo:demo_map",
)

UNFINISHED = "demo.unfinished"
"""In the data folder while the demonstration is loaded: the next start of the platform goes on where this one ended."""


class Command(BaseCommand):
    """Load the demonstration. What is there already stays as it is."""

    help = "Load the demonstration towns. Safe to repeat."
    requires_system_checks: list[str] = []  # they import every page, and none is shown here

    def handle(self, *args: Any, **options: Any) -> None:
        """One municipality after the other, each in its own transaction."""
        if settings.PRODUCTION:
            raise CommandError("The demonstration has well-known passwords and is not loaded in production.")
        lines: list[str] = []
        unfinished = settings.DATA_DIR / UNFINISHED
        unfinished.touch()
        for municipality in demo_towns(settings.SERVICE_KEYS):
            for path in self._loaders(municipality):
                began = time.monotonic()
                with activate(municipality), timezone.override(municipality.timezone):
                    lines += resolve(path)(municipality) or []
                self.stdout.write(f"{municipality.name}: {path} ({time.monotonic() - began:.1f} s)")
        told = settings.DATA_DIR / "demo.json"
        told.write_text(json.dumps({"lines": list(dict.fromkeys(lines))}, ensure_ascii=False), encoding="utf-8")
        unfinished.unlink()

    def _loaders(self, municipality: Municipality) -> Iterator[str]:
        yield from (path for path in ROOMS if find_spec(path.partition(":")[0]))
        yield from (s.demo for s in services() if s.demo and municipality.offers(s.key))
