# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Declaration of the participation service."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.registry.declaration import Permission, Service

CLERKS = frozenset({Role.CLERK, Role.ADMIN})

SERVICE = Service(
    key="participation",
    title=_("Take part"),
    summary=_("Propose ideas, support and discuss them, and see what became of them."),
    url_prefix="mitreden/",
    permissions=(
        Permission("participation.answer", _("Answer ideas for the town"), CLERKS),
        Permission("participation.paper", _("Enter ideas and supports from paper"), CLERKS),
        Permission("participation.export", _("Export ideas as a table"), CLERKS | {Role.EDITOR}),
        Permission(
            "participation.manage", _("Set up processes and their phases"), frozenset({Role.EDITOR, Role.ADMIN})
        ),
    ),
)
