# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""``manage api_key NAME --scope sensing.write``: a key for another program, issued at the server. The same as the page "Keys"."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from stadtherz.kernel.api.actions import issue_key
from stadtherz.kernel.api.root import scopes
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.refusal import NoSuchMunicipality, Refusal


class Command(BaseCommand):
    help = "Issue a key for another program and print it, this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("label", help="which program uses the key, and whom to ask")
        parser.add_argument("--scope", action="append", default=[], help="what it may beyond reading; can be repeated")
        parser.add_argument("--municipality", help="key of the municipality; default: the first one")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        named = options["municipality"]
        chosen = Municipality.objects.filter(**({"key": named} if named else {"is_default": True})).first()
        if chosen is None:
            raise NoSuchMunicipality(named, list(Municipality.objects.values_list("key", flat=True)))
        unknown = sorted({*options["scope"]} - {*scopes()})
        if unknown:
            raise Refusal("Key", f"There is no scope {unknown[0]}.", f"There are: {', '.join(scopes())}.")
        with activate(chosen):
            _key, secret = issue_key(label=options["label"][:100], scopes=options["scope"], by=None)
        self.stdout.write(secret)
