# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Declaration of the wayfinding service."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.registry.declaration import Service

HERE = "stadtherz.services.wayfinding"

SERVICE = Service(
    key="wayfinding",
    title=_("Find your way"),
    summary=_("Ways through town that keep your limits, and the reason where there is none."),
    urls=f"{HERE}.web.urls",
    jobs=f"{HERE}.jobs",
    demo=f"{HERE}.actions:load_demo",
)
