# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the kernel itself declares, in the same words as a service: permissions and the personal data of its rooms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.registry.declaration import Permission, PersonalData

PERMISSIONS: tuple[Permission, ...] = (
    Permission(
        "moderation.decide", _("Release, return or decline contributions"), frozenset({Role.MODERATOR, Role.ADMIN})
    ),
    Permission("people.enter", _("Enter people without e-mail"), frozenset({Role.CLERK, Role.ADMIN})),
    Permission("people.grant", _("Give and take roles"), frozenset({Role.ADMIN})),
    Permission(
        "municipality.change", _("Change name, colours and services of the municipality"), frozenset({Role.ADMIN})
    ),
    Permission("audit.read", _("Read the record of decisions"), frozenset({Role.ADMIN})),
    Permission("api.keys", _("Issue and revoke keys for the programming interface"), frozenset({Role.ADMIN})),
)

PERSONAL_DATA: tuple[PersonalData, ...] = ()
