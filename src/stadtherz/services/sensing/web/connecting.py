# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is entered at the other end, so that its values arrive: for each kind of source its own words, as they stand there.

The names of menus and fields are those of the programs (The Things Stack 3, ChirpStack 4), which speak English.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from stadtherz.services.sensing.models import Source, SourceKind


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where something is entered, what, and what comes next."""

    where: str
    lines: tuple[tuple[str, str], ...]
    then: str


def address_of(source: Source, request: HttpRequest) -> str:
    """Where the values of a source with a key go."""
    if source.kind in {SourceKind.TTN, SourceKind.CHIRPSTACK}:
        return request.build_absolute_uri(f"/api/v1/sensing/uplink/{source.pk}/")
    if source.kind == SourceKind.HTTP:
        return request.build_absolute_uri("/api/sta/v1.1")
    return f"mqtt://localhost:{settings.MQTT_PORT}" if source.brings_key else ""


def recipe(source: Source, *, secret: str, address: str, town: str) -> Recipe:
    """What a clerk, or the colleague who runs the network, enters there."""
    header, bearer = "Authorization", f"Bearer {secret}"
    waits = _("The next message of each device then waits on the page of the source, and you adopt it there.")
    if source.kind == SourceKind.TTN:
        return Recipe(
            _("In the console of The Things Stack: Integrations, Webhooks, Add webhook, Custom webhook."),
            (
                ("Webhook format", "JSON"), ("Base URL", address), ("Additional headers", f"{header}: {bearer}"),
                ("Enabled event types", "Uplink message"),
            ),
            waits,
        )  # fmt: skip
    if source.kind == SourceKind.CHIRPSTACK:
        return Recipe(
            _("In ChirpStack: Applications, your application, Integrations, HTTP."),
            (("Payload encoding", "JSON"), ("Event endpoint URL(s)", address), ("Headers", f"{header}: {bearer}")),
            waits,
        )
    if source.kind == SourceKind.MQTT:
        return Recipe(
            _("In the program or device that sends:"),
            ((_("Address"), address), (_("User name"), town), (_("Password"), secret)),
            waits,
        )
    return Recipe(
        _("In the program that sends:"),
        ((_("Address"), address), (_("Header of the request"), f"{header}: {bearer}")),
        _("Now set up its stations: each series then has an address of its own, to which the program sends."),
    )
