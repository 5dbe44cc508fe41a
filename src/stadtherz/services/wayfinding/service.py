# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Declaration of the wayfinding service."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.registry.declaration import Door, HomeBlock, MenuEntry, Service

HERE = "stadtherz.services.wayfinding"

SERVICE = Service(
    key="wayfinding",
    title=_("Find your way"),
    summary=_("Ways through town that keep your limits, and the reason where there is none."),
    urls=f"{HERE}.web.urls",
    menu=(MenuEntry(_("Your way"), "wayfinding:plan", Door.ARRIVE, "route", order=10),),
    home=(HomeBlock("wayfinding-plan", Door.ARRIVE, "ui/components/door_entries.html", f"{HERE}.web.home:arrive", 10),),
    jobs=f"{HERE}.jobs",
    demo=f"{HERE}.actions:load_demo",
)
