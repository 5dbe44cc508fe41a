# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage audit verify`` proves the record, ``manage audit head`` exports its head to be kept elsewhere."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from stadtherz.kernel.audit.queries import Head, head, verify
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.refusal import NoSuchMunicipality, Refusal


class Command(BaseCommand):
    help = "Verify the record of decisions, or export its head (number and hash of the last entry) as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify", "head"])
        parser.add_argument("--municipality", help="key of one municipality; without it all of them")
        parser.add_argument("--head", type=Path, help="a file that `audit head` wrote earlier: compare with it as well")

    @no_translations
    def handle(self, *args: Any, what: str, municipality: str | None, head: Path | None, **options: Any) -> None:
        towns = Municipality.objects.order_by("key")
        if municipality:
            towns = towns.filter(key=municipality)
            if not towns:
                raise NoSuchMunicipality(municipality, list(Municipality.objects.values_list("key", flat=True)))
        if what == "head":
            self._export(list(towns))
        else:
            self._verify(list(towns), _read(head) if head else {})

    def _export(self, towns: list[Municipality]) -> None:
        heads = {}
        for town in towns:
            with activate(town):
                last = head()
            heads[town.key] = {"count": last.count, "hash": last.hash}
        self.stdout.write(json.dumps(heads, indent=2))

    def _verify(self, towns: list[Municipality], exported: dict[str, Head]) -> None:
        flawed = 0
        for town in towns:
            with activate(town):
                proof = verify(exported=exported.get(town.key))
            for finding in proof.findings:
                self.stderr.write(f"{town.key}: {finding}")
            flawed += not proof.intact
            self.stdout.write(f"{town.key}: {proof.checked} entries, " + ("intact" if proof.intact else "NOT INTACT"))
        if flawed:
            reason = "The record is not as it was written."
            raise Refusal("Record of decisions", reason, "Keep this database, and compare it with a backup.")


def _read(file: Path) -> dict[str, Head]:
    try:
        return {key: Head(int(h["count"]), str(h["hash"])) for key, h in json.loads(file.read_text("utf-8")).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{file} is not a file that `audit head` wrote ({error})."
        raise Refusal("Record of decisions", reason, "Name the file that it wrote, unchanged.") from error
