# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`manage municipality`: add a municipality to the installation or a host name to one, list those that are there."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, no_translations

from stadtherz.kernel.municipalities.actions import (
    HostTaken,
    KeyTaken,
    NotAHostName,
    UnknownServices,
    add_host,
    found_municipality,
)
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.registry.services import services

EVERY = "all"
REASONS: dict[type[Exception], str] = {
    KeyTaken: "There is a municipality with this key. `manage municipality list` shows all.",
    NotAHostName: "The host is no host name, such as mitreden.musterstadt.example (without https:// and port).",
    HostTaken: "This host name leads to another municipality.",
}


class Command(BaseCommand):
    """Add a municipality or a host name, or list them."""

    help = "Add a municipality to the installation (create) or a host name to one (host), or list those there (list)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One sub-command a task."""
        tasks = parser.add_subparsers(dest="task", required=True)
        tasks.add_parser("list", help="all municipalities with their host names and services")
        task = tasks.add_parser("host", help="let one more host name lead to one: when nobody gets in by the old one")
        task.add_argument("key", help="the municipality, by its key")
        task.add_argument("host", help="host name, such as mitreden.musterstadt.example")
        task = tasks.add_parser("create", help="add one; name its administrator afterwards with: person create")
        task.add_argument("key", help="short name in addresses and files, such as kusel")
        task.add_argument("name", help="name that residents read")
        task.add_argument("--host", required=True, help="host name that leads to it")
        task.add_argument("--centre", required=True, help="centre of its map: LONGITUDE,LATITUDE in degrees")
        task.add_argument("--services", default=EVERY, help="services to switch on, separated by commas (all)")
        task.add_argument("--default", action="store_true", help="answers to a bare localhost on this machine")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """List, or create and say what comes next."""
        if options["task"] == "list":
            self._list()
            return
        if options["task"] == "host":
            self._add_host(options["key"], options["host"])
            return
        try:
            found_municipality(
                key=options["key"],
                name=options["name"],
                host=options["host"],
                centre=self._centre(options["centre"]),
                services=self._services(options["services"]),
                is_default=options["default"],
            )
        except UnknownServices as error:
            known = ", ".join(service.key for service in services())
            raise CommandError(f"One of the services is not installed. Installed: {known}.") from error
        except ValidationError as error:
            said = (f"{name}: {' '.join(words)}" for name, words in error.message_dict.items())
            raise CommandError("; ".join(said)) from error
        except tuple(REASONS) as error:
            raise CommandError(REASONS[type(error)]) from error
        self.stdout.write(f"{options['name']} answers at {options['host']}. Name its administrator:")
        self.stdout.write(f"  ./stadtherz manage person create --email … --role admin --municipality {options['key']}")
        self.stdout.write("What comes after that: docs/handbook/join.md")

    def _services(self, words: str) -> list[str]:
        if words == EVERY:
            return [service.key for service in services()]
        return [key.strip() for key in words.split(",") if key.strip()]

    def _centre(self, text: str) -> tuple[float, float]:
        try:
            longitude, latitude = (float(part) for part in text.split(","))
        except ValueError:
            raise CommandError(f"--centre {text}: two numbers with a comma between, such as 7.769,49.444.") from None
        if not (abs(longitude) <= 180 and abs(latitude) <= 90):
            raise CommandError(f"--centre {text}: longitude first, then latitude, both in degrees.")
        return longitude, latitude

    def _add_host(self, key: str, host: str) -> None:
        municipality = Municipality.objects.filter(key=key).first()
        if municipality is None:
            raise CommandError("There is no such municipality. `manage municipality list` shows all.")
        try:
            with activate(municipality):
                added = add_host(municipality=municipality, admin=None, host=host)
        except (NotAHostName, HostTaken) as error:
            raise CommandError(REASONS[type(error)]) from error
        self.stdout.write(f"{added.host} leads to {municipality.name}.")

    def _list(self) -> None:
        for municipality in Municipality.objects.prefetch_related("hosts").order_by("key"):
            hosts = ", ".join(host.host for host in municipality.hosts.all())
            self.stdout.write(f"{municipality.key}: {municipality.name}, {hosts}; {', '.join(municipality.services)}")
