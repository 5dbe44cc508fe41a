# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All addresses: the kernel's rooms, then each service under its own prefix and name space."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from stadtherz.kernel.registry.services import services

KERNEL_URLS = (
    ("", "stadtherz.kernel.ui.web.urls"),
    ("", "stadtherz.kernel.handbook.web.urls"),
    ("", "stadtherz.kernel.people.web.urls"),
    ("", "stadtherz.kernel.privacy.web.urls"),
    ("", "stadtherz.kernel.geo.web.urls"),
    ("", "stadtherz.kernel.files.web.urls"),
    ("", "stadtherz.kernel.messages.web.urls"),
    ("", "stadtherz.kernel.language.web.urls"),
    ("", "stadtherz.kernel.live.web.urls"),
    ("moderation/", "stadtherz.kernel.moderation.web.urls"),
    ("staff/", "stadtherz.kernel.audit.web.urls"),
    ("staff/", "stadtherz.kernel.api.web.urls"),
    ("staff/", "stadtherz.kernel.municipalities.web.urls"),
    ("api/", "stadtherz.kernel.api.urls"),
    ("health/", "stadtherz.config.health"),
)


def _there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


# services first: below /api/ the kernel answers whatever is left
urlpatterns = [
    *(path(s.url_prefix, include((s.urls, s.key))) for s in services() if s.urls),
    *(path(prefix, include(module)) for prefix, module in KERNEL_URLS if _there(module)),
]
handler400 = "stadtherz.kernel.ui.web.errors.bad_request"
handler403 = "stadtherz.kernel.ui.web.errors.forbidden"
handler404 = "stadtherz.kernel.ui.web.errors.not_found"
handler500 = "stadtherz.kernel.ui.web.errors.server_error"
